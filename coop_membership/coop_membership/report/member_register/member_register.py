"""Registre des coopérateurs: who holds which shares on a day, in the order of the members' numbers."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import flt

from coop_membership.desk import tables
from coop_membership.desk.tables import column
from coop_membership.register import ledger, registers
from coop_membership.register.movements import Holding
from coop_membership.register.states import ACTIVE, FORMER


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	"""Columns and rows. Filters: cooperative, as_of (today), former (members who hold nothing any more)."""
	filters = tables.checked(filters)
	held = registers.held(filters.cooperative, filters.as_of)
	dates = registers.dates(filters.cooperative, filters.as_of, set(held))
	classes = registers.classes_of(filters.cooperative, {c for per_class in held.values() for c in per_class})
	columns = get_columns(classes)
	rows = []
	for member in _members(filters.cooperative):
		if member.name in dates and (member.name in held or filters.former):
			rows.append(
				_row(member, dates[member.name], held.get(member.name, {}), classes, filters.currency)
			)
	if rows:
		rows.append(tables.total_row(rows, columns, "display_name", keep=("member_number",)))
		rows[-1]["state"] = ledger.state_of(filters.cooperative)
	return columns, rows


def get_columns(classes: list[frappe._dict]) -> list[dict]:
	per_class = []
	for share_class in classes:
		per_class += [
			column(f"shares_{share_class.name}", _("{0}: shares").format(share_class.title), "Int", 100),
			column(f"value_{share_class.name}", _("{0}: value").format(share_class.title), "Currency", 110),
		]
	if len(classes) < 2:
		per_class = []
	return [
		column("member_number", _("Number"), "Int", 80),
		column("display_name", _("Name"), width=200),
		column("address", _("Address"), width=260),
		column("email", _("E-mail"), width=200),
		column("joined_on", _("Joined on"), "Date", 110),
		column("left_on", _("Left on"), "Date", 110),
		column("status", _("Status"), width=100),
		*per_class,
		column("shares", _("Shares"), "Int", 90),
		column("value", _("Value of the shares"), "Currency", 130),
		column("member", _("Member"), "Link", options="Member", hidden=1),
		tables.currency_column(),
	]


def _members(cooperative: str) -> list[frappe._dict]:
	member = DocType("Member")
	return (
		frappe.qb.from_(member)
		.select(
			member.name,
			member.member_number,
			member.display_name,
			member.address_line1,
			member.address_line2,
			member.postcode,
			member.city,
			member.country,
			member.email,
		)
		.where(member.cooperative == cooperative)
		.where(member.member_number > 0)
		.orderby(member.member_number)
		.run(as_dict=True)
	)


def _row(member, dates: registers.Dates, held: dict[str, Holding], classes, currency: str) -> dict:
	town = " ".join(filter(None, [member.postcode, member.city]))
	row = {
		"member": member.name,
		"member_number": member.member_number,
		"display_name": member.display_name,
		"address": ", ".join(filter(None, [member.address_line1, member.address_line2, town])),
		"email": member.email,
		"joined_on": dates.joined_on,
		"left_on": dates.left_on,
		"status": _(ACTIVE if held else FORMER),
		"shares": sum(holding.quantity for holding in held.values()),
		"value": flt(sum(holding.value for holding in held.values()), 2),
		"currency": currency,
	}
	for share_class in classes:
		if holding := held.get(share_class.name):
			row[f"shares_{share_class.name}"] = holding.quantity
			row[f"value_{share_class.name}"] = flt(holding.value, 2)
	return row
