"""Registre des opérations: every movement of shares in the order of its number, with the capital after it."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_days, flt, getdate

from coop_membership.desk import tables
from coop_membership.desk.tables import column
from coop_membership.register import ledger, registers
from coop_membership.register.ledger import ENTRY
from coop_membership.register.movements import Movement


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	"""Columns and rows. Filters: cooperative, from_date, to_date (of the effective dates), member (either side)."""
	filters = tables.checked(filters)
	running = (
		registers.capital(filters.cooperative, add_days(filters.from_date, -1)) if filters.from_date else 0.0
	)
	rows = []
	for entry in _entries(filters):
		running = flt(running + float(sum(delta[3] for delta in Movement.of(entry).deltas)), 2)
		rows.append(_row(entry, running, filters.currency))
	if rows:
		rows[-1]["state"] = ledger.state_of(filters.cooperative)
	return get_columns(filters.member), rows


def get_columns(member: str | None = None) -> list[dict]:
	"""The capital is left out where the rows of one member are shown: they don't add up to it."""
	return [
		column("number", _("Number"), "Int", 80),
		column("effective_date", _("Effective date"), "Date", 110),
		column("operation", _("Operation"), width=120),
		column("from_name", _("From"), width=180),
		column("to_name", _("To"), width=180),
		column("share_class", _("Share class"), width=150),
		column("quantity", _("Quantity"), "Int", 90),
		column("unit_price", _("Unit price"), "Currency", 100),
		column("amount", _("Amount"), "Currency", 110),
		column("running_capital", _("Capital after it"), "Currency", 130, hidden=int(bool(member))),
		column("reference", _("Document"), width=150),
		column("name", _("Register entry"), "Link", options="Share Register Entry", hidden=1),
		tables.currency_column(),
	]


def _entries(filters: frappe._dict) -> list[frappe._dict]:
	entry, share_class = DocType(ENTRY), DocType("Share Class")
	into = DocType("Share Class").as_("into_class")
	giver, receiver = DocType("Member").as_("giver"), DocType("Member").as_("receiver")
	query = (
		frappe.qb.from_(entry)
		.left_join(share_class)
		.on(share_class.name == entry.share_class)
		.left_join(into)
		.on(into.name == entry.to_share_class)
		.left_join(giver)
		.on(giver.name == entry.from_member)
		.left_join(receiver)
		.on(receiver.name == entry.to_member)
		.select(
			entry.star,
			share_class.title.as_("class_title"),
			into.title.as_("into_title"),
			giver.display_name.as_("from_name"),
			giver.member_number.as_("from_number"),
			receiver.display_name.as_("to_name"),
			receiver.member_number.as_("to_number"),
		)
		.where(entry.cooperative == filters.cooperative)
		.orderby(entry.number)
	)
	if filters.from_date:
		query = query.where(entry.effective_date >= getdate(filters.from_date))
	if filters.member:
		query = query.where((entry.from_member == filters.member) | (entry.to_member == filters.member))
	if filters.to_date:
		query = query.where(entry.effective_date <= getdate(filters.to_date))
	return query.run(as_dict=True)


def _row(entry: frappe._dict, running: float, currency: str) -> dict:
	title = entry.class_title
	if entry.to_share_class:
		title = _("{0} into {1} {2}").format(title, entry.to_quantity, entry.into_title)
	return {
		"name": entry.name,
		"number": entry.number,
		"effective_date": entry.effective_date,
		"operation": _(entry.entry_type),
		"from_name": _side(entry.from_name, entry.from_number),
		"to_name": _side(entry.to_name, entry.to_number),
		"share_class": title,
		"quantity": entry.quantity,
		"unit_price": entry.unit_price,
		"amount": entry.amount,
		"running_capital": running,
		"reference": entry.reference,
		"currency": currency,
	}


def _side(name: str | None, number: int | None) -> str:
	return f"{name} ({number})" if name and number else name or ""
