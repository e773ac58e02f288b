"""What makes somebody a member: shares in a cooperative, paid dues in an association, either where both are had.

What the cooperative is, it says itself (`kind`). One that offers dues and has no type of shares is an association too,
whatever it says.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass

import frappe
from frappe.utils import cint, getdate

from coop_membership.register.covering import Cover, Dues, counting
from coop_membership.states import demands

WITH_SHARES, WITH_DUES, WITH_BOTH = (
	"Cooperative (shares)",
	"Association (dues)",
	"Both (shares and dues)",
)
DUES, COVER = "Membership", "Dues Cover"


@dataclass(frozen=True)
class ByDues:
	"""What paid dues say of a member, their own or those that cover them: from which day on and until when; `running` when
	that is today, or late, or paused; `paused`: a member, with none of the rights meanwhile, until `paused_until` if that is
	known.
	"""

	since: datetime.date
	until: datetime.date
	running: bool
	paused: bool = False
	paused_until: datetime.date | None = None


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
	"""{Member: what the dues say on a day (today)} of everybody for whom any were paid by then; with three queries, four
	for one who is covered.

	Who was asked to renew stays until those dues expire: they are late, not gone. Who pauses stays too, and so does who is
	covered by the dues of such a one.
	"""
	day = getdate(on_date)
	covers = _covers(cooperative, member)
	payers = {member, *(one.head for one in covers)} if member else None
	resting = _resting(cooperative, payers, day)
	heads = defaultdict(list)
	for one in covers:
		if one.has(day):
			heads[one.member].append(one.head)
	found = {}
	for name, dues in _counting(_dues(cooperative, payers), covers, day, member).items():
		pauses = [resting[who] for who in heads.get(name) or [name] if who in resting]
		if said := _said(dues, day, pauses):
			found[name] = said
	return found


def plans_of(cooperative: str, member: str) -> set[str]:
	"""The plans whose dues are paid for a Member today, their own or those that cover them."""
	covers, day = _covers(cooperative, member), getdate()
	dues = _dues(cooperative, {member, *(one.head for one in covers)})
	mine = _counting(dues, covers, day, member)[member]
	return {one.plan for one in mine if one.paid_on and one.first_day <= day <= one.last_day}


def _counting(
	dues: list[Dues], covers: list[Cover], day: datetime.date, member: str | None
) -> dict[str, list[Dues]]:
	"""{Member: the dues that count for them on a day}, of one or of everybody."""
	paid: dict[str, list[Dues]] = defaultdict(list)
	heads: dict[str, dict[str, None]] = defaultdict(dict)
	led: dict[str, list[Cover]] = defaultdict(list)
	for one in dues:
		paid[one.member].append(one)
	for one in covers:
		heads[one.member][one.head] = None
		led[one.head].append(one)
	return {
		name: counting(
			name,
			[one for who in (name, *heads.get(name, ())) for one in paid.get(who, ())],
			[one for head in heads.get(name, ()) for one in led[head]],
			day,
		)
		for name in ([member] if member else {**paid, **heads})
	}


def _dues(cooperative: str, members: set[str] | None) -> list[Dues]:
	table = frappe.qb.DocType(DUES)
	query = (
		frappe.qb.from_(table)
		.select(
			table.member,
			table.effective_date,
			table.to_date,
			table.renews,
			table.covers,
			table.from_date,
			table.plan,
		)
		.where((table.cooperative == cooperative) & (table.docstatus == 1))
		.where(table.status.isin(demands.LIVE))
	)
	if members:
		query = query.where(table.member.isin(members))
	return [
		Dues(
			who, paid and getdate(paid), getdate(last), bool(renews), cint(covers) or 1, getdate(first), plan
		)
		for who, paid, last, renews, covers, first, plan in query.run()
	]


def _covers(cooperative: str, member: str | None) -> list[Cover]:
	"""All covers of a cooperative; with a member, those of the heads that ever covered this one."""
	table, mine = frappe.qb.DocType(COVER), frappe.qb.DocType(COVER).as_("mine")
	query = (
		frappe.qb.from_(table)
		.select(table.head, table.member, table.from_date, table.to_date)
		.where(table.cooperative == cooperative)
	)
	if member:
		theirs = frappe.qb.from_(mine).select(mine.head).where(mine.member == member)
		query = query.where(table.head.isin(theirs))
	return [
		Cover(head, who, getdate(first), last and getdate(last)) for head, who, first, last in query.run()
	]


def covers_on(member: str, day: datetime.date | None = None) -> list[Cover]:
	"""By whose dues a Member is covered on a day (today)."""
	day = day or getdate()
	rows = frappe.get_all(COVER, {"member": member}, ["head", "member", "from_date", "to_date"])
	found = [
		Cover(row.head, row.member, getdate(row.from_date), row.to_date and getdate(row.to_date))
		for row in rows
	]
	return [one for one in found if one.has(day)]


def _resting(cooperative: str, names: set[str] | None, day: datetime.date) -> dict[str, datetime.date | None]:
	"""{Member whose dues pause on a day: the last day of the pause}."""
	pauses, members = frappe.qb.DocType("Dues Break"), frappe.qb.DocType("Member")
	query = (
		frappe.qb.from_(pauses)
		.join(members)
		.on((pauses.parent == members.name) & (pauses.parenttype == "Member"))
		.select(pauses.parent, pauses.to_date)
		.where((members.cooperative == cooperative) & (pauses.kind == "Pause") & (pauses.from_date <= day))
		.where(pauses.to_date.isnull() | (pauses.to_date >= day))
	)
	if names:
		query = query.where(pauses.parent.isin(names))
	return {name: last and getdate(last) for name, last in query.run()}


def _said(rows: list[Dues], day: datetime.date, pauses: list[datetime.date | None]) -> ByDues | None:
	paid = [row for row in rows if row.paid_on and row.paid_on <= day]
	if not paid:
		return None
	until = max(row.last_day for row in paid)
	renewing = any(row.renews and not row.paid_on for row in rows)
	return ByDues(
		min(row.paid_on for row in paid),
		until,
		renewing or bool(pauses) or until >= day,
		bool(pauses),
		None if None in pauses else max(pauses, default=None),
	)
