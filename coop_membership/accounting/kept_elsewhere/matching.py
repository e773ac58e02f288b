"""Which Member Payment pays which demand, and how that is changed."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt, getdate

from coop_membership import server_owned
from coop_membership.accounting import demands
from coop_membership.accounting.matches import Match

PAYMENT, ALLOCATION = "Member Payment", "Member Payment Allocation"


def matches(filters: dict) -> list[Match]:
	"""The matches of submitted payments received, by filters on their allocations; oldest first."""
	rows = frappe.get_all(
		ALLOCATION,
		{"parenttype": PAYMENT, "docstatus": 1, **filters},
		["parent", "document_type", "document", "amount"],
	)
	found: dict[tuple[str, str], Match] = {}
	for row in rows:
		day, direction = frappe.db.get_value(PAYMENT, row.parent, ["posting_date", "direction"])
		if direction != "Received" or row.document_type not in demands.doctypes():
			continue
		key = (row.parent, row.document)
		amount = flt(row.amount + (found[key].amount if key in found else 0), 2)
		if amount:
			day = getdate(day)
			found[key] = Match(PAYMENT, row.parent, row.document_type, row.document, amount, day, day)
	return sorted(found.values(), key=lambda match: (match.posting_date, match.payment))


def free_of(payment: str, demand) -> Match | None:
	row = frappe.db.get_value(
		PAYMENT,
		{"name": payment, "member": demand.member, "direction": "Received", "docstatus": 1},
		["unallocated_amount", "posting_date"],
		as_dict=True,
		for_update=True,
	)
	if not row or flt(row.unallocated_amount, 2) <= 0:
		return None
	day = getdate(row.posting_date)
	amount = flt(row.unallocated_amount, 2)
	return Match(PAYMENT, payment, demand.doctype, demand.name, amount, day, day, is_free=True)


def release(match: Match) -> None:
	"""Take the payment off the demand; the amount is the member's credit."""
	payment = frappe.get_doc(PAYMENT, match.payment, for_update=True)
	rows = [
		row
		for row in payment.allocations
		if (row.document_type, row.document) == (match.demand_type, match.demand)
	]
	for row in rows:
		frappe.db.delete(ALLOCATION, {"name": row.name})
	freed = sum(flt(row.amount, 2) for row in rows)
	payment.db_set("unallocated_amount", flt(payment.unallocated_amount + freed, 2))


def allocate(match: Match, right, amount: float) -> None:
	"""Let free money of the payment pay a demand of the same member."""
	payment = frappe.get_doc(PAYMENT, match.payment, for_update=True)
	row = {"document_type": right.doctype, "document": right.name, "amount": amount, "docstatus": 1}
	payment.append("allocations", row).db_insert()
	payment.db_set("unallocated_amount", flt(payment.unallocated_amount - amount, 2))


def move(match: Match, right, due: float, correction: str) -> None:
	"""Move free money to another member: out of the one's credit, received from the other, who owes `due` for `right`.

	Both are documents of their own that name the correction: what was recorded stays as it was.
	"""
	payment = frappe.get_doc(PAYMENT, match.payment)
	common = {
		"doctype": PAYMENT,
		"cooperative": payment.cooperative,
		"amount": match.amount,
		"posting_date": match.paid_on,
		"mode": _("Correction"),
		"payment_correction": correction,
	}
	out = {"document_type": PAYMENT, "document": payment.name, "amount": match.amount}
	part = min(match.amount, due)
	paid_for = {"document_type": right.doctype, "document": right.name, "amount": part}
	for values in (
		{
			"direction": "Paid out",
			"member": payment.member,
			"member_name": payment.member_name,
			"bank_reference": correction,
			"allocations": [out],
		},
		{
			"direction": "Received",
			"member": right.member,
			"member_name": right.member_name,
			"bank_reference": payment.bank_reference,
			"allocations": [paid_for] if part > 0 else [],
		},
	):
		document = frappe.get_doc(common | values)
		document.flags.settles_itself = True  # the correction settles, in its own transaction
		document.flags.ignore_links = True  # the correction is being saved
		document.flags.ignore_permissions = True  # the correction's service checked the user
		server_owned.by_service(document).submit()
