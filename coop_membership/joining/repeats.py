"""The same request sent twice, and too many of one person."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.utils import add_to_date, cint, now_datetime

from coop_membership.doctypes import Cooperative, MembershipApplication
from coop_membership.people import private
from coop_membership.states.applications import OPEN, UNPAID
from coop_membership.values.person_fields import PRIVATE

MAILED_PER_HOUR = (
	5  # requests in the name of one mailbox, of all cooperatives: a family of five applies at one table
)


def earlier(
	application: MembershipApplication, cooperative: Cooperative, fields: Iterable[str]
) -> dict[str, list[str]]:
	"""{name: those of `fields` of which this one says something else} of the open applications of the same person for the
	same shares and dues. One of which nothing more is said is a repeat, and a repeat submit does nothing twice.

	The cooperative's row is locked first, so that two clicks at once see one another. What is read after that is read with
	a lock too: a plain look shows what stood there when the request began.
	"""
	frappe.db.get_value("Cooperative", application.cooperative, "name", for_update=True)
	names = _alike(application, _repeatable(cooperative), lock=True)
	if not names:
		return {}
	kept = private.of_many(application.doctype, names, lock=True)
	table = frappe.qb.DocType(application.doctype)
	own = [table[field] for field in fields if field not in PRIVATE]
	query = frappe.qb.from_(table).select(table.name, *own).where(table.name.isin(names))
	rows = query.for_update().run(as_dict=True)
	stored = {row.name: row | kept[row.name] for row in rows}
	said = {field: str(application.get(field)) for field in fields if application.get(field)}
	return {
		name: [field for field, value in said.items() if value != str(stored[name].get(field) or "")]
		for name in names
	}


def others(application: MembershipApplication) -> list[str]:
	"""Names of the other open applications that say the same as a stored one, for who has to decide on it."""
	return [name for name in _alike(application, UNPAID) if name != application.name]


def _alike(application: MembershipApplication, states: tuple[str, ...], lock: bool = False) -> list[str]:
	"""Applications in one of these states of the same person, for the same shares and dues."""
	table, line = frappe.qb.DocType("Membership Application"), frappe.qb.DocType("Share Line")
	query = (
		frappe.qb.from_(table)
		.left_join(line)
		.on((line.parent == table.name) & (line.parenttype == "Membership Application"))
		.select(table.name, line.share_class, line.quantity)
		.where((table.email == application.email) & (table.cooperative == application.cooperative))
		.where(table.status.isin(states))
		.where(table.applicant_name == application.applicant_name)
	)
	if lock:
		query = query.for_update()
	query = query.where(Coalesce(table.plan, "") == str(application.plan or ""))
	if born := private.of(application).birth_date:
		query = private.born_on(query, table, "Membership Application", str(born)[:10])
	found: dict[str, set] = {}
	for name, share_class, quantity in query.run():
		lines = found.setdefault(name, set())
		if share_class:
			lines.add((share_class, quantity))
	wanted = {(row.share_class, cint(row.quantity)) for row in application.shares}
	return [name for name, lines in found.items() if lines == wanted]


def _repeatable(cooperative: Cooperative) -> tuple[str, ...]:
	"""States in which a request waits for its person or for us; approved by payment, it waits for the payment."""
	by_payment = cooperative.approval == "Automatic when paid"
	return UNPAID if by_payment else OPEN


def mailed_enough(application: MembershipApplication) -> bool:
	"""The mailbox of a request just saved has had as many messages from here within the hour as one may ask for."""
	within_the_hour = {"email": application.email, "creation": [">", add_to_date(now_datetime(), hours=-1)]}
	return frappe.db.count("Membership Application", within_the_hour) > MAILED_PER_HOUR


def too_many_open(application: MembershipApplication, cooperative: Cooperative) -> bool:
	"""More open requests than allowed wait for a manager; the visitor gets the usual answer."""
	allowed = cint(cooperative.max_open_applications)
	return bool(allowed) and allowed <= frappe.db.count(
		"Membership Application",
		{"cooperative": cooperative.name, "email": application.email, "status": ["in", UNPAID]},
	)
