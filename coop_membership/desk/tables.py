"""Columns, totals and the printed page of our reports."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

import frappe
from frappe import _
from frappe.utils import escape_html, flt, getdate

from coop_membership import host

NUMBERS = ("Int", "Currency")
TEMPLATES = Path(__file__).parent.parent / "coop_membership" / "report"


def checked(filters: dict | None) -> frappe._dict:
	"""The filters of a register, complete: the only cooperative is meant when none is named.

	Raises a sentence when there are several, when the user may not read the named one, and for days in the wrong order
	or to come.
	"""
	filters = frappe._dict(filters or {})
	if not filters.cooperative:
		known = frappe.get_list("Cooperative", pluck="name", limit=2)
		if len(known) != 1:
			frappe.throw(_("Please choose the cooperative."))
		filters.cooperative = known[0]
	host.require("Cooperative", "read", filters.cooperative)
	filters.as_of = getdate(filters.as_of)
	if filters.as_of > getdate():
		frappe.throw(_("Nobody knows the register of a day to come. Choose today or an earlier day."))
	if filters.from_date and filters.to_date:
		in_order(filters.from_date, filters.to_date)
	filters.currency = frappe.get_cached_value("Cooperative", filters.cooperative, "currency")
	return filters


def in_order(first: datetime.date | str, last: datetime.date | str) -> None:
	"""Raise a sentence for a first day after the last one."""
	if getdate(first) > getdate(last):
		frappe.throw(_("The first day is after the last one. Please change the dates."))


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
	columns, rows = _module(report).execute(filters)[:2]
	template = TEMPLATES / frappe.scrub(report) / f"{frappe.scrub(report)}.html"
	context = {
		"title": _(report),
		"filters": {**filters, **days_of(filters)},
		"columns": [col for col in columns if not col.get("hidden")],
		"data": rows,
		"__": _,
		"frappe": {"format": _formatter()},
	}
	# the template is ours, so it needs no sandbox, which would double the time
	jinja = Environment(loader=frappe.get_jenv().loader, trim_blocks=True, lstrip_blocks=True)  # nosemgrep
	return jinja.from_string(template.read_text()).render(context)


def days_of(filters: dict) -> dict[str, str | None]:
	"""The dates of a register's title: `as_of` one day, or `from_date` and `to_date`."""
	first, last, day = (filters.get(name) for name in ("from_date", "to_date", "as_of"))
	if first or last:
		last, day = last or day, None
	days = {"from_date": first, "to_date": last, "as_of": day}
	return {name: str(value) if value else None for name, value in days.items()}


def pages(report: str, filters: dict) -> tuple[list[dict], Iterator[list[dict]]]:
	"""Columns, and all rows page by page: a report with `lines` shows only the latest ones on a screen."""
	module = _module(report)
	columns, rows = module.execute(filters)[:2]
	if not hasattr(module, "lines"):
		return columns, iter([rows])
	return columns, _all_lines(module, checked(filters), rows)


def _all_lines(module, filters: frappe._dict, shown: list[dict]) -> Iterator[list[dict]]:
	if len(shown) < module.MOST:
		yield shown
		return
	after = 0
	while rows := module.lines(filters, after):
		after = rows[-1]["number"]
		if after == shown[-1]["number"]:
			rows[-1]["state"] = shown[-1].get("state")
		yield rows


def _module(report: str):
	"""The code of a report, for whoever has one of its roles."""
	if not frappe.get_doc("Report", report).is_permitted():
		frappe.throw(_("You are not permitted to see this report."), frappe.PermissionError)
	return frappe.get_module(
		f"coop_membership.coop_membership.report.{frappe.scrub(report)}.{frappe.scrub(report)}"
	)


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
