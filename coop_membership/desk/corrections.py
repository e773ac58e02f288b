"""Correcting a wrong match at the desk: where it may begin, and what it will do."""

from __future__ import annotations

import frappe

from coop_membership import actions, host
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
TAKEN = (str, int, type(None))


@actions.of_site(correction.CORRECTION, changes=False)
def kinds() -> dict[str, tuple[str, ...]]:
	"""The DocTypes that a correction may name."""
	payments = tuple(name for name in correction.PAYMENTS if host.has_doctype(name))
	return {"demands": demands.doctypes(), "payments": payments}


@actions.of_site(correction.CORRECTION, "create", changes=False)
def starts(doctype: str, name: str) -> list[dict]:
	"""What may be corrected on a demand, an invoice, a payment or a line of the bank."""
	actions.granted(doctype, name)
	return correction.starts(doctype, name)


@actions.of_site(correction.CORRECTION, "create", changes=False)
def preview(values: str | dict) -> dict:
	"""What a correction with these values would do, before it is saved. Each document that they name is asked for."""
	if not all(isinstance(values.get(field), TAKEN) for field in FIELDS):
		actions.deny()
	draft = {field: values.get(field) for field in FIELDS}
	return correction.preview(frappe.get_doc({"doctype": correction.CORRECTION, **draft}))
