"""Mouvements de l'année: what members and capital were, what changed them, what they are, per class and in total."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.utils import flt, getdate, today

from coop_membership.desk import tables
from coop_membership.desk.tables import column
from coop_membership.prints.wording import long_date
from coop_membership.register import ledger, registers

ORDER = ("Opening", "Subscription", "Transfer", "Conversion", "Sell Back", "Gift", "Reversal")


@tables.register(tables.no_shares)
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	"""Columns and rows. Filters: cooperative, from_date (1 January), to_date (today).

	For each class, and for all: what there was, a row for each kind of operation, what there is. The columns of changes
	add up from the first row to the last.
	"""
	filters = tables.checked(filters)
	filters.to_date = getdate(filters.to_date or today())
	filters.from_date = getdate(filters.from_date or f"{filters.to_date.year}-01-01")
	tables.in_order(filters.from_date, filters.to_date)
	rows = list(_rows(filters))
	if rows:
		rows[-1]["state"] = ledger.state_of(filters.cooperative)
	return get_columns(), rows


def get_columns() -> list[dict]:
	return [
		column("label", "", width=300),
		column("operations", _("Operations"), "Int", 110),
		column("members", _("Members"), "Int", 130),
		column("came", _("Shares received"), "Int", 130),
		column("went", _("Shares given"), "Int", 130),
		column("shares", _("Shares"), "Int", 110),
		column("capital", _("Capital"), "Currency", 150),
		tables.currency_column(),
	]


def _rows(filters: frappe._dict) -> Iterator[dict]:
	period = (filters.from_date, filters.to_date)
	found = registers.between(filters.cooperative, *period)
	moves = registers.moves_between(filters.cooperative, *period)
	touched = {move.share_class for move in moves}
	touched |= {name for name, row in found.items() if row.before or row.after}
	classes = [row for row in registers.classes_of(filters.cooperative) if row.name in touched]
	if not classes:
		return
	blocks = [(row.name, _(row.title), [m for m in moves if m.share_class == row.name]) for row in classes]
	for name, title, own in [*(blocks if len(blocks) > 1 else []), ("", _("All classes"), moves)]:
		for row in _block(title, found[name], own, period, bool(name)):
			yield {**row, "currency": filters.currency}


def _block(
	title: str, found: frappe._dict, moves: list[frappe._dict], period, one_class: bool
) -> Iterator[dict]:
	"""The rows of one class, or of all. What there was is what there is less what has changed."""
	change = sum(move.came - move.went for move in moves), sum(move.value for move in moves)
	yield {"label": title, "is_total_row": 1}
	yield {
		"label": _("Before {0}").format(long_date(period[0])),
		"members": found.before,
		"shares": found.shares - change[0],
		"capital": flt(found.value - change[1], 2),
	}
	yield {"label": _("Members who joined"), "members": found.joined}
	yield {"label": _("Members who left"), "members": -found.left}
	for kind in ORDER:
		own = [move for move in moves if move.entry_type == kind]
		if own:
			came, went = sum(move.came for move in own), sum(move.went for move in own)
			yield {
				"label": _(kind, context="Share Register Entry"),
				"operations": sum(move.operations for move in own if one_class or not move.into),
				"came": came,
				"went": went,
				"shares": came - went,
				"capital": flt(sum(move.value for move in own), 2),
			}
	yield {
		"label": _("At the end of {0}").format(long_date(period[1])),
		"members": found.after,
		"shares": found.shares,
		"capital": found.value,
		"is_total_row": 1,
	}
