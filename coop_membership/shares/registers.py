"""What the registers say on a date, for many members at once: the arithmetic of `movements.py` done by the database.

Everything is computed from Share Register Entries, so that each register can be printed as of any day.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment
from pypika import Case

import frappe
from frappe import _
from frappe.query_builder.functions import Max, Min, Sum
from frappe.utils import escape_html, flt, getdate

from coop_membership import host
from coop_membership.shares.ledger import ENTRY
from coop_membership.shares.movements import Holding

NUMBERS = ("Int", "Currency")
TEMPLATES = Path(__file__).parent.parent / "coop_membership" / "report"


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


# --- what the reports have in common --------------------------------------------------------------


def checked(filters: dict | None) -> frappe._dict:
	"""The filters of a register, complete: the only cooperative is meant when none is named.

	Raises a sentence when there are several, or when the user may not read the named one.
	"""
	filters = frappe._dict(filters or {})
	if not filters.cooperative:
		known = frappe.get_list("Cooperative", pluck="name", limit=2)
		if len(known) != 1:
			frappe.throw(_("Please choose the cooperative."))
		filters.cooperative = known[0]
	host.require("Cooperative", "read", filters.cooperative)
	filters.as_of = getdate(filters.as_of)
	filters.currency = frappe.get_cached_value("Cooperative", filters.cooperative, "currency")
	return filters


def column(fieldname: str, label: str, fieldtype: str = "Data", width: int = 120, **more) -> dict:
	"""A report column; numbers are aligned right on the screen and on paper. `label` is translated already."""
	if fieldtype == "Currency":
		more.setdefault("options", "currency")
	align = "right" if fieldtype in NUMBERS else "left"
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"width": width,
		"align": align,
		"wrap": "nowrap" if fieldtype in (*NUMBERS, "Date") else "normal",
		**more,
	}


def currency_column() -> dict:
	"""Hidden; tells the currency of the amounts in its row. No Link: ERPNext lets few people read currencies."""
	return column("currency", _("Currency"), hidden=1)


def total_row(rows: list[dict], columns: list[dict], title_field: str, keep: tuple[str, ...] = ()) -> dict:
	"""The last line: sums of the number columns, but for those in `keep`."""
	sums = {}
	for col in columns:
		if col["fieldtype"] in NUMBERS and col["fieldname"] not in keep:
			total = sum(row.get(col["fieldname"]) or 0 for row in rows)
			sums[col["fieldname"]] = total if col["fieldtype"] == "Int" else flt(total, 2)
	currency = rows[0].get("currency") if rows else None
	return {title_field: _("Total"), "is_total_row": 1, "currency": currency, **sums}


def as_html(report: str, filters: dict) -> str:
	"""A register as an HTML page, made on the server from the same template that the desk prints.

	The template keeps to what the browser's templates and Jinja have in common.
	"""
	doc = frappe.get_doc("Report", report)
	if not doc.is_permitted():
		frappe.throw(_("You are not permitted to see this report."), frappe.PermissionError)
	module = frappe.get_module(
		f"coop_membership.coop_membership.report.{frappe.scrub(report)}.{frappe.scrub(report)}"
	)
	columns, rows = module.execute(filters)[:2]
	template = TEMPLATES / frappe.scrub(report) / f"{frappe.scrub(report)}.html"
	context = {
		"title": _(report),
		"filters": {**filters, **{k: str(v) for k, v in filters.items() if isinstance(v, datetime.date)}},
		"columns": [col for col in columns if not col.get("hidden")],
		"data": rows,
		"__": _,
		"frappe": {"format": _formatter()},
	}
	# the template is ours, so it needs no sandbox, which would double the time
	jinja = Environment(loader=frappe.get_jenv().loader, trim_blocks=True, lstrip_blocks=True)  # nosemgrep
	return jinja.from_string(template.read_text()).render(context)


def _formatter():
	"""`frappe.format` of the browser: (value, column, options, row) to text; equal values are formatted once."""
	remembered = lru_cache(maxsize=None)(
		lambda value, fieldtype, currency: frappe.format_value(
			value, df={"fieldtype": fieldtype}, currency=currency
		)
	)

	def show(value, column: dict, options=None, row: dict | None = None) -> str:
		if column["fieldtype"] in (*NUMBERS, "Date"):
			return remembered(value, column["fieldtype"], (row or {}).get("currency"))
		return escape_html(str(value))

	return show
