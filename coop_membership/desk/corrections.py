"""Correcting a wrong match at the desk: where it may begin, and what it will do."""

from __future__ import annotations

import frappe

from coop_membership import host
from coop_membership.accounting import demands
from coop_membership.payments import correction

FIELDS = (
	"demand_type",
	"demand",
	"payment_type",
	"payment",
	"right_demand_type",
	"right_demand",
	"take_numbers_back",
	"notify_member",
	"disable_account",
)


@frappe.whitelist()
def kinds() -> dict[str, tuple[str, ...]]:
	"""The DocTypes that a correction may name."""
	host.require(correction.CORRECTION, "read")
	payments = tuple(name for name in correction.PAYMENTS if host.has_doctype(name))
	return {"demands": demands.doctypes(), "payments": payments}


@frappe.whitelist()
def starts(doctype: str, name: str) -> list[dict]:
	"""What may be corrected on a demand, an invoice, a payment or a line of the bank; [] for who may correct nothing."""
	host.require(doctype, "read", name)
	if not frappe.has_permission(correction.CORRECTION, "create"):
		return []
	return correction.starts(doctype, name)


@frappe.whitelist()
def preview(values: str | dict) -> dict:
	"""What a correction with these values would do, before it is saved."""
	host.require(correction.CORRECTION, "create")
	sent = frappe.parse_json(values)
	draft = {field: sent.get(field) for field in FIELDS}
	return correction.preview(frappe.get_doc({"doctype": correction.CORRECTION, **draft}))
