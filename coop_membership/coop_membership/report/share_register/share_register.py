"""Registre des opérations: every movement of shares in the order of its number, with the capital after it."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership.desk import tables
from coop_membership.desk.tables import column
from coop_membership.prints import wording
from coop_membership.register import ledger, registers

MOST = 20_000  # lines on a screen; the whole register is a download


@tables.register(tables.no_shares)
def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows and perhaps a note. Filters: cooperative, from_date, to_date (of the effective dates), member (either side).

	At most MOST lines, the latest; the note then says so.
	"""
	filters = tables.checked(filters)
	period = (filters.from_date, filters.to_date, filters.member)
	count, after = registers.page_start(filters.cooperative, *period, MOST)
	rows = lines(filters, after)
	if rows:
		rows[-1]["state"] = ledger.state_of(filters.cooperative)
	page = get_columns(filters.member), rows
	if not after:
		return page
	note = _("Only the latest operations are shown: {0} of {1}. Choose dates, or download all of them.")
	return *page, note.format(MOST, count)


def lines(filters: frappe._dict, after: int = 0) -> list[dict]:
	"""The rows behind the number `after`, at most MOST; none when there are no more."""
	classes = {row.name: _(row.title) for row in registers.classes_of(filters.cooperative)}
	prices = _agreed_prices(filters.cooperative)
	return [
		_row(line, classes, filters.currency, prices.get(line.reference))
		for line in registers.operations(
			filters.cooperative, filters.from_date, filters.to_date, filters.member, after, MOST
		)
	]


def get_columns(member: str | None = None) -> list[dict]:
	"""Where the rows of one member are shown, the balance is what that member holds."""
	balance = column("running_capital", _("Capital after it"), "Currency", 130)
	if member:
		balance = column("held_after", _("Shares held after it"), "Int", 130)
	return [
		column("number", _("Number", context="Share Register Entry"), "Int", 80),
		column("effective_date", _("Effective date"), "Date", 110),
		column("operation", _("Operation"), width=120),
		column("from_name", _("Given by", context="Share Register Entry"), width=180),
		column("to_name", _("Received by"), width=180),
		column("share_class", _("Share class"), width=150),
		column("quantity", _("Quantity"), "Int", 90),
		column("unit_price", _("Unit price"), "Currency", 100),
		column("amount", _("Amount"), "Currency", 110),
		balance,
		column("reference", _("Document"), width=150),
		column("name", _("Register entry"), "Link", options="Share Register Entry", hidden=1),
		tables.currency_column(),
	]


def _agreed_prices(cooperative: str) -> dict[str, float]:
	"""{Share Transaction: price of one share}, where the board decided on another price than the nominal one.

	What leaves or changes hands stays entered at its nominal value: the capital knows no other.
	"""
	decided = {"cooperative": cooperative, "board_price": [">", 0], "docstatus": 1}
	rows = frappe.get_all("Share Transaction", decided, ["name", "board_price"])
	return {row.name: row.board_price for row in rows}


def _row(line: frappe._dict, classes: dict[str, str], currency: str, agreed: float | None = None) -> dict:
	title = classes.get(line.share_class, line.share_class)
	if line.to_share_class:
		into = classes.get(line.to_share_class, line.to_share_class)
		title = _("{0} into {1} {2}").format(title, line.to_quantity, into)
	return {
		"name": line.name,
		"number": line.number,
		"effective_date": line.effective_date,
		"operation": _(line.entry_type, context="Share Register Entry"),
		"from_name": _side(line.from_name, line.from_number),
		"to_name": _side(line.to_name, line.to_number),
		"share_class": title,
		"quantity": line.quantity,
		"unit_price": line.unit_price,
		"amount": line.amount,
		"running_capital": line.running,
		"held_after": int(line.running),
		"reference": _("{0}, at {1} a share").format(line.reference, wording.money(agreed, currency))
		if agreed
		else line.reference,
		"currency": currency,
	}


def _side(name: str | None, number: int | None) -> str:
	return f"{name} ({number})" if name and number else name or ""
