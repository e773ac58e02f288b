"""The share capital by class on a day: members, shares and value."""

from __future__ import annotations

from frappe import _
from frappe.utils import flt

from coop_membership.desk import tables
from coop_membership.desk.tables import column
from coop_membership.register import registers


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	"""Columns and rows. Filters: cooperative, as_of (today)."""
	filters = tables.checked(filters)
	held = registers.held(filters.cooperative, filters.as_of)
	columns = get_columns()
	rows = []
	for share_class in registers.classes_of(filters.cooperative, {c for per in held.values() for c in per}):
		holdings = [per[share_class.name] for per in held.values() if share_class.name in per]
		rows.append(
			{
				"code": share_class.code,
				"share_class": share_class.title,
				"members": len(holdings),
				"shares": sum(holding.quantity for holding in holdings),
				"capital": flt(sum(holding.value for holding in holdings), 2),
				"currency": filters.currency,
			}
		)
	if rows:
		total = tables.total_row(rows, columns, "share_class")
		rows.append(total | {"members": len(held)})  # who holds two classes is one member
	return columns, rows


def get_columns() -> list[dict]:
	return [
		column("code", _("Code"), width=80),
		column("share_class", _("Share class"), width=240),
		column("members", _("Members"), "Int"),
		column("shares", _("Shares"), "Int"),
		column("capital", _("Capital"), "Currency", 150),
		tables.currency_column(),
	]
