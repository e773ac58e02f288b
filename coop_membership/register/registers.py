"""What the registers say on a date, for many members at once: the arithmetic of `movements.py` done by the database.

Everything is computed from Share Register Entries, so that each register can be printed as of any day.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pypika import Case

import frappe
from frappe.query_builder.functions import Max, Min, Sum
from frappe.utils import flt, getdate

from coop_membership.register.ledger import ENTRY
from coop_membership.register.movements import Holding


@dataclass(frozen=True)
class Dates:
	"""When a member's shares began and, once there are none left, ended."""

	joined_on: datetime.date
	left_on: datetime.date | None = None


def held(cooperative: str, on_date: datetime.date | str | None = None) -> dict[str, dict[str, Holding]]:
	"""{member: {share class: Holding}} of a cooperative at the end of `on_date` (None: now)."""
	result: dict[str, dict[str, Holding]] = defaultdict(lambda: defaultdict(Holding))
	for member, share_class, quantity, value in _sums(cooperative, on_date):
		result[member][share_class] += Holding(quantity, value)
	kept = {m: {c: h for c, h in classes.items() if h.quantity} for m, classes in result.items()}
	return {member: classes for member, classes in kept.items() if classes}


def _sums(cooperative: str, on_date) -> Iterator[tuple[str, str, int, Decimal]]:
	"""(member, share class, shares, value) for each side of the movements, summed by the database."""
	entry = frappe.qb.DocType(ENTRY)
	plain = entry.to_share_class.isnull() | (entry.to_share_class == "")
	into = Sum(entry.to_quantity * entry.to_unit_price)
	for member, share_class, sign, quantity, value, kind in (
		(entry.to_member, entry.share_class, 1, Sum(entry.quantity), Sum(entry.amount), plain),
		(entry.from_member, entry.share_class, -1, Sum(entry.quantity), Sum(entry.amount), plain),
		(entry.from_member, entry.share_class, -1, Sum(entry.quantity), Sum(entry.amount), plain.negate()),
		(entry.from_member, entry.to_share_class, 1, Sum(entry.to_quantity), into, plain.negate()),
	):
		query = (
			frappe.qb.from_(entry)
			.select(member, share_class, quantity, value)
			.where((entry.cooperative == cooperative) & kind & member.isnotnull() & (member != ""))
			.groupby(member, share_class)
		)
		if on_date:
			query = query.where(entry.effective_date <= getdate(on_date))
		for name, class_name, shares, amount in query.run():
			yield name, class_name, sign * int(shares), sign * Decimal(str(flt(amount, 2)))


def dates(cooperative: str, on_date: datetime.date | str | None, holders: set[str]) -> dict[str, Dates]:
	"""{member: Dates} of everybody who held shares until `on_date`; entries taken back by then don't count."""
	entry, reversal = frappe.qb.DocType(ENTRY), frappe.qb.DocType(ENTRY).as_("reversal")
	day = getdate(on_date)
	taken_back = (
		frappe.qb.from_(reversal)
		.select(reversal.reverses)
		.where((reversal.cooperative == cooperative) & (reversal.effective_date <= day))
		.where(reversal.reverses.isnotnull())
	)
	base = (
		frappe.qb.from_(entry)
		.where((entry.cooperative == cooperative) & (entry.effective_date <= day))
		.where((entry.reverses.isnull() | (entry.reverses == "")) & entry.name.notin(taken_back))
	)
	received = base.select(entry.to_member, Min(entry.effective_date)).groupby(entry.to_member).run()
	given = dict(base.select(entry.from_member, Max(entry.effective_date)).groupby(entry.from_member).run())
	return {
		member: Dates(getdate(first), None if member in holders else _day(given.get(member)))
		for member, first in received
		if member
	}


def capital(cooperative: str, on_date: datetime.date | str | None = None) -> float:
	"""The cooperative's share capital at the end of `on_date`."""
	return flt(sum(value for _m, _c, _q, value in _sums(cooperative, on_date)), 2)


def changes_by_day(cooperative: str) -> list[tuple[datetime.date, float]]:
	"""(effective date, change of the share capital) for each day on which it changed."""
	entry = frappe.qb.DocType(ENTRY)
	issued = (entry.from_member.isnull() | (entry.from_member == "")) & (entry.to_member != "")
	taken_back = (entry.to_member.isnull() | (entry.to_member == "")) & (entry.from_member != "")
	converted = entry.to_share_class != ""
	change = (
		Case()
		.when(converted, entry.to_quantity * entry.to_unit_price - entry.amount)
		.when(issued, entry.amount)
		.when(taken_back, -entry.amount)
		.else_(0)
	)
	rows = (
		frappe.qb.from_(entry)
		.select(entry.effective_date, Sum(change))
		.where(entry.cooperative == cooperative)
		.groupby(entry.effective_date)
		.orderby(entry.effective_date)
		.run()
	)
	return [(getdate(day), flt(amount, 2)) for day, amount in rows]


def classes_of(cooperative: str, names: set[str]) -> list[frappe._dict]:
	"""The named share classes in the order of their codes."""
	return [
		row
		for row in frappe.get_all(
			"Share Class",
			{"cooperative": cooperative},
			["name", "code", "title", "unit_price"],
			order_by="code",
		)
		if row.name in names
	]


def _day(value) -> datetime.date | None:
	return getdate(value) if value else None
