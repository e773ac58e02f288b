"""Phone numbers and BICs of before in the one form in which they are stored now. What can't be read stays as it is."""

from __future__ import annotations

import frappe

from coop_membership import doors
from coop_membership.values import Wrong, bank, phones


def execute() -> None:
	for row in frappe.get_all("Cooperative", {"bic": ["is", "set"]}, ["name", "bic"]):
		_keep("Cooperative", row.name, "bic", row.bic, bank.bic)
	for doctype in ("Member", "Membership Application"):
		filters = {"phone": ["is", "set"]}
		for row in frappe.get_all(doctype, filters, ["name", "phone", "country", "cooperative"]):
			if not row.phone.startswith("+") or " " in row.phone:
				place = doors.place(row.country, frappe.get_cached_doc("Cooperative", row.cooperative))
				_keep(
					doctype, row.name, "phone", row.phone, lambda written, at=place: phones.phone(written, at)
				)


def _keep(doctype: str, name: str, field: str, written: str, rule) -> None:
	try:
		stored = rule(written)
	except Wrong:
		return
	if stored != written:
		frappe.db.set_value(doctype, name, field, stored, update_modified=False)
