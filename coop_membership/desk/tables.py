"""Columns, totals and the printed page of our reports."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
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
	filters.cooperative = filters.cooperative or own_cooperative()
	if not filters.cooperative:
		frappe.throw(_("Please choose the cooperative."))
	host.require("Cooperative", "read", filters.cooperative)
	filters.as_of = getdate(filters.as_of)
	if filters.as_of > getdate():
		frappe.throw(_("Nobody knows the register of a day to come. Choose today or an earlier day."))
	if filters.from_date and filters.to_date:
		in_order(filters.from_date, filters.to_date)
	filters.currency = frappe.get_cached_value("Cooperative", filters.cooperative, "currency")
	return filters


def report(empty: Callable[[], str]) -> Callable:
	"""Declare the `execute` of a report, so that no empty page leads nowhere: `empty` says what brings its rows about."""

	def declare(execute: Callable) -> Callable:
		@wraps(execute)
		def run(filters: dict | None = None) -> tuple:
			columns, rows, *more = execute(filters)
			if rows or (more and more[0]):
				return columns, rows, *more
			return columns, rows, empty(), *more[1:]

		return run

	return declare


def register(empty: Callable[[], str]) -> Callable:
	"""As `report`, for those of one cooperative: which one is said when there are several, or when there is none yet."""

	def declare(execute: Callable) -> Callable:
		reported = report(empty)(execute)

		@wraps(execute)
		def run(filters: dict | None = None) -> tuple:
			if not (filters or {}).get("cooperative") and (said := which_cooperative()):
				return [], [], said
			return reported(filters)

		return run

	return declare


def which_cooperative() -> str | None:
	"""What to do about a report that is of one cooperative; None when there is the one that can be meant."""
	if own_cooperative():
		return None
	if frappe.get_list("Cooperative", limit=1):
		return _("Please choose the cooperative.")
	return sentence(_("There is no cooperative yet."), host.leads_to(_("Cooperatives"), "cooperative"))


def own_cooperative() -> str | None:
	"""The only Cooperative that the session's user may read: it is the one that is meant."""
	known = (
		frappe.get_list("Cooperative", pluck="name", limit=2) if frappe.has_permission("Cooperative") else []
	)
	return known[0] if len(known) == 1 else None


def no_shares() -> str:
	"""What fills the registers."""
	return sentence(
		_("No shares are in the register for this choice. They enter it when they are paid, or from a file."),
		host.leads_to(_("Capital release requests"), "share-subscription"),
		host.leads_to(_("Move members in from a file"), "member-import")
		if frappe.has_permission("Member Import")
		else "",
	)


def sentence(said: str, *links: str) -> str:
	"""A sentence above a report, and where to go from there."""
	return f"{escape_html(said)} {' '.join(filter(None, links))}".strip()


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
