"""What makes somebody a member: shares in a cooperative, paid dues in an association, either where both are had.

What the cooperative is, it says itself (`kind`). One that offers dues and has no type of shares is an association too,
whatever it says.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass

import frappe
from frappe.utils import getdate

from coop_membership.states import demands

WITH_SHARES, WITH_DUES, WITH_BOTH = (
	"Cooperative (shares)",
	"Association (dues)",
	"Both (shares and dues)",
)
DUES = "Membership"


@dataclass(frozen=True)
class ByDues:
	"""What a member's paid dues say: from which day on and until when; `running` when that is today, or late, or paused."""

	since: datetime.date
	until: datetime.date
	running: bool


def has_shares(cooperative: str) -> bool:
	"""True when one can hold shares of this Cooperative."""
	kind = frappe.get_cached_value("Cooperative", cooperative, "kind")
	if kind in (WITH_DUES, WITH_BOTH):
		return kind == WITH_BOTH
	of_it = {"cooperative": cooperative}
	return bool(frappe.db.exists("Share Class", of_it)) or not frappe.db.exists("Membership Plan", of_it)


def site_has_shares() -> bool:
	"""False when each Cooperative of this site is an association: nobody can hold shares here."""
	names = frappe.get_all("Cooperative", pluck="name")
	return not names or any(has_shares(name) for name in names)


def counts_dues(cooperative: str) -> bool:
	"""True when paid dues alone make a member of this Cooperative."""
	kind = frappe.get_cached_value("Cooperative", cooperative, "kind")
	return kind in (WITH_DUES, WITH_BOTH) or not has_shares(cooperative)


def by_dues(member: str, cooperative: str) -> ByDues | None:
	"""What the dues of a Member say today; None where dues make no members, or none were ever paid."""
	return all_by_dues(cooperative, member).get(member) if counts_dues(cooperative) else None


def all_by_dues(
	cooperative: str, member: str | None = None, on_date: datetime.date | str | None = None
) -> dict[str, ByDues]:
	"""{Member: what the dues say on a day (today)} of everybody who had paid any by then; with two queries.

	Who was asked to renew stays until those dues expire: they are late, not gone. Who pauses stays too.
	"""
	table = frappe.qb.DocType(DUES)
	query = (
		frappe.qb.from_(table)
		.select(table.member, table.effective_date, table.to_date, table.renews)
		.where((table.cooperative == cooperative) & (table.docstatus == 1))
		.where(table.status.isin(demands.LIVE))
	)
	if member:
		query = query.where(table.member == member)
	rows = defaultdict(list)
	for row in query.run(as_dict=True):
		rows[row.member].append(row)
	resting = _resting(cooperative, member, getdate(on_date))
	found = {name: _said(of_one, getdate(on_date), name in resting) for name, of_one in rows.items()}
	return {name: one for name, one in found.items() if one}


def _resting(cooperative: str, member: str | None, day: datetime.date) -> set[str]:
	"""Members whose dues pause on a day."""
	pauses, members = frappe.qb.DocType("Dues Break"), frappe.qb.DocType("Member")
	query = (
		frappe.qb.from_(pauses)
		.join(members)
		.on((pauses.parent == members.name) & (pauses.parenttype == "Member"))
		.select(pauses.parent)
		.where((members.cooperative == cooperative) & (pauses.kind == "Pause") & (pauses.from_date <= day))
		.where(pauses.to_date.isnull() | (pauses.to_date >= day))
	)
	if member:
		query = query.where(pauses.parent == member)
	return {name for (name,) in query.run()}


def _said(rows: list[frappe._dict], day: datetime.date, pauses: bool) -> ByDues | None:
	paid = [row for row in rows if row.effective_date and getdate(row.effective_date) <= day]
	if not paid:
		return None
	until = max(getdate(row.to_date) for row in paid)
	renewing = any(row.renews and not row.effective_date for row in rows)
	since = min(getdate(row.effective_date) for row in paid)
	return ByDues(since, until, renewing or pauses or until >= day)
