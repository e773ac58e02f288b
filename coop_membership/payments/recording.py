"""Money received, recorded on what asks for it."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt, getdate, today

from coop_membership import host
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.states import is_withdrawn
from coop_membership.payments import settlement


def record_payment(
	demand,
	amount: float,
	posting_date: str | None = None,
	mode_of_payment: str | None = None,
	reference: str | None = None,
) -> str:
	"""Record money received for a demand, in the cooperative's currency; returns the payment's name.

	A Payment Entry with books in ERPNext, a Member Payment elsewhere. The same reference, date and amount again is
	the same payment. More than is due stays with the member as credit. What the payment brings about follows at once.
	"""
	demand.check_permission("submit")
	amount = flt(amount, 2)
	posting_date = getdate(posting_date or today())
	if amount <= 0:
		frappe.throw(_("Enter the amount received: more than zero."))
	if posting_date > getdate():
		frappe.throw(_("The payment date lies in the future. Enter the date on the bank statement."))
	host.lock(demand)
	if is_withdrawn(demand):
		frappe.throw(_("This request is not open. A payment can't be recorded on it."))
	payment = books_of(demand).record_payment(demand, amount, posting_date, mode_of_payment, reference)
	settlement.settle_safely(demand, fresh=False, locked=True)
	return payment
