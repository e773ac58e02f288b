"""The share capital by class on a day: members, shares and value."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership.desk import tables
from coop_membership.desk.tables import column
from coop_membership.register import ledger, registers


@tables.register(tables.no_shares)
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	"""Columns and rows. Filters: cooperative, as_of (today)."""
	filters = tables.checked(filters)
	found = registers.by_class(filters.cooperative, filters.as_of)
	rows = [
		_row(found[row.name], row.code, _(row.title), filters.currency)
		for row in registers.classes_of(filters.cooperative)
		if row.name in found
	]
	if rows:
		rows.append(_row(found[""], None, _("Total"), filters.currency) | {"is_total_row": 1})
		rows[-1]["state"] = ledger.state_of(filters.cooperative)
	return get_columns(), rows


def _row(found: frappe._dict, code: str | None, title: str, currency: str) -> dict:
	return {
		"code": code,
		"share_class": title,
		"members": found.members,
		"shares": found.shares,
		"capital": found.value,
		"currency": currency,
	}


def get_columns() -> list[dict]:
	return [
		column("code", _("Code"), width=80),
		column("share_class", _("Share class"), width=240),
		column("members", _("Members"), "Int"),
		column("shares", _("Shares"), "Int"),
		column("capital", _("Capital"), "Currency", 150),
		tables.currency_column(),
	]
