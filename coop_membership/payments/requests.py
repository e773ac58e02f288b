"""What asks a member for money: Share Subscriptions and Memberships (dues). What they have in common stands here."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt, getdate, today

from coop_membership import host
from coop_membership.accounting.books import LINK_OF, books_of
from coop_membership.payments.reference import structured_reference

DOCTYPES = tuple(LINK_OF)


def begin(request) -> None:
	"""State, due date and reference of a draft whose amount is known; nothing a sender wrote into them counts."""
	if not request.due_date or getdate(request.due_date) < getdate(request.posting_date):
		request.due_date = request.posting_date
	if request.is_new() or request.docstatus == 0:
		request.update(
			{
				"paid_amount": 0,
				"outstanding_amount": request.amount,
				"effective_date": None,
				"status": "Open",
			}
		)
		request.payment_reference = request.payment_reference or free_reference(request)


def free_reference(request) -> str:
	"""A structured reference that nothing else has which asks for money."""
	country = frappe.get_cached_value("Cooperative", request.cooperative, "country")
	for attempt in range(20):
		reference = structured_reference(request.name, country, attempt)
		if not any(frappe.db.exists(doctype, {"payment_reference": reference}) for doctype in DOCTYPES):
			return reference
	frappe.throw(_("No free payment reference was found. Please try again."))


def record_payment(
	request,
	amount: float,
	posting_date: str | None = None,
	mode_of_payment: str | None = None,
	reference: str | None = None,
) -> str:
	"""Record money received for a request, in the cooperative's currency; returns the payment's name.

	A Payment Entry with books in ERPNext, a Member Payment elsewhere. The same reference, date and amount again is
	the same payment. More than is due stays with the member as credit. What the payment brings about follows at once.
	"""
	from coop_membership.payments import settlement

	request.check_permission("submit")
	amount = flt(amount, 2)
	posting_date = getdate(posting_date or today())
	if amount <= 0:
		frappe.throw(_("Enter the amount received: more than zero."))
	if posting_date > getdate():
		frappe.throw(_("The payment date lies in the future. Enter the date on the bank statement."))
	host.lock(request)
	if request.docstatus != 1 or request.status == "Cancelled":
		frappe.throw(_("This request is not open. A payment can't be recorded on it."))
	payment = books_of(request).record_payment(request, amount, posting_date, mode_of_payment, reference)
	settlement.settle_safely(request, fresh=False)
	return payment
