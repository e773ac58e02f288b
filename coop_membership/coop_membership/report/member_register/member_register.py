"""Registre des coopérateurs: who holds which shares on a day, in the order of the members' numbers."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from coop_membership.desk import tables
from coop_membership.desk.tables import column
from coop_membership.register import ledger, registers
from coop_membership.states.members import ACTIVE, FORMER, INDIVIDUAL, ORGANISATION


@tables.register(tables.no_shares)
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	"""Columns and rows. Filters: cooperative, as_of or to_date (today), from_date (with what came and went since),
	member_type (persons or organisations), former (members who hold nothing any more).
	"""
	filters = tables.checked(filters)
	classes, members = registers.of_members(
		filters.cooperative,
		filters.to_date or filters.as_of,
		filters.from_date,
		filters.member_type,
		cint(filters.former),
	)
	columns = get_columns(classes, bool(filters.from_date))
	several = classes if len(classes) > 1 else []
	words = {word: _(word, context="Member") for word in (ACTIVE, FORMER, INDIVIDUAL, ORGANISATION)}
	rows = [_row(*member, several, words, filters.currency) for member in members]
	if rows:
		rows.append(tables.total_row(rows, columns, "display_name", keep=("member_number",)))
		rows[-1]["state"] = ledger.state_of(filters.cooperative)
	return columns, rows


def get_columns(classes: list[frappe._dict], between: bool = False) -> list[dict]:
	per_class = []
	for share_class in classes if len(classes) > 1 else []:
		title = _(share_class.title)
		per_class += [
			column(f"shares_{share_class.name}", _("{0}: shares").format(title), "Int", 100),
			column(f"value_{share_class.name}", _("{0}: value").format(title), "Currency", 110),
		]
	changes = [
		column("opening", _("Shares before"), "Int", 90),
		column("received", _("Shares received"), "Int", 90),
		column("given", _("Shares given"), "Int", 90),
	]
	return [
		column("member_number", _("Number", context="Member"), "Int", 80),
		column("display_name", _("Name"), width=200),
		column("kind", _("Person or organisation"), width=150),
		column("address", _("Address"), width=260),
		column("email", _("E-mail"), width=200),
		column("joined_on", _("Joined on"), "Date", 110),
		column("left_on", _("Left on"), "Date", 110),
		column("status", _("Status"), width=100),
		*(changes if between else []),
		*per_class,
		column("shares", _("Shares"), "Int", 90),
		column("value", _("Value of the shares"), "Currency", 130),
		column("member", _("Member"), "Link", options="Member", hidden=1),
		tables.currency_column(),
	]


def _row(
	member: frappe._dict,
	dates: registers.Dates,
	held: dict[str, registers.Position],
	classes: list[frappe._dict],
	words: dict[str, str],
	currency: str,
) -> dict:
	town = " ".join(filter(None, [member.postcode, member.city]))
	shares = came = went = 0
	value = 0.0
	for position in held.values():
		shares += position.shares
		value += position.value
		came += position.came
		went += position.went
	row = {
		"member": member.name,
		"member_number": member.member_number,
		"display_name": member.display_name,
		"kind": words.get(member.member_type),
		"address": ", ".join(filter(None, [member.address_line1, member.address_line2, town])),
		"email": member.email,
		"joined_on": dates.joined_on,
		"left_on": dates.left_on,
		"status": words[FORMER if dates.left_on and not shares else ACTIVE],
		"opening": shares - came + went,
		"received": came,
		"given": went,
		"shares": shares,
		"value": round(value, 2),
		"currency": currency,
	}
	for share_class in classes:
		if (position := held.get(share_class.name)) and position.shares:
			row[f"shares_{share_class.name}"] = position.shares
			row[f"value_{share_class.name}"] = round(position.value, 2)
	return row
