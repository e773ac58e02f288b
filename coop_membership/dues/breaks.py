"""Pauses and exemptions of members, as the members' records have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import getdate

from coop_membership import host
from coop_membership.doctypes import Member
from coop_membership.dues.periods import Break

PAUSE, EXEMPTION = "Pause", "Exemption"


def of_many(members: Iterable[str], kind: str) -> dict[str, list[Break]]:
	"""{member: the breaks of a kind}, of those that have any."""
	rows = frappe.get_all(
		"Dues Break",
		{"parenttype": "Member", "parent": ["in", list(members) or [host.NOTHING]], "kind": kind},
		["parent", "from_date", "to_date"],
	)
	found = defaultdict(list)
	for row in rows:
		found[row.parent].append(_break(row))
	return dict(found)


def of(member: str, kind: str) -> list[Break]:
	return of_many([member], kind).get(member, [])


def pauses_of(member: Member) -> list[Break]:
	"""The pauses of a Member just read."""
	return [_break(row) for row in member.dues_breaks if row.kind == PAUSE]


def _break(row) -> Break:
	return Break(getdate(row.from_date), getdate(row.to_date) if row.to_date else None)


def is_exempt(member: str, day) -> bool:
	"""True when dues that begin on a day cost a member nothing."""
	return any(one.has(getdate(day)) for one in of(member, EXEMPTION))


def add(member: Member, kind: str, from_date, to_date, reason: str) -> None:
	"""Write a break down. The caller checked who decides."""
	check(from_date, to_date)
	row = member.append(
		"dues_breaks", {"kind": kind, "from_date": from_date, "to_date": to_date, "reason": reason}
	)
	row.db_insert()


def check(from_date, to_date) -> None:
	"""Raise a sentence when a break ends before it begins."""
	if to_date and getdate(to_date) < getdate(from_date):
		frappe.throw(_("A pause or an exemption ends after it begins. Correct its dates."))
