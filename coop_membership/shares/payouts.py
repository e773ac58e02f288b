"""Money that goes back to a member for shares sold back: entered here or in the host's own tools, read from the books."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, getdate

from coop_membership import actions, host
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.transfer import Transfer
from coop_membership.doctypes import ShareTransaction
from coop_membership.states.transactions import EXECUTED

TRANSACTION = "Share Transaction"


def outstanding(transaction: ShareTransaction) -> float:
	"""What the member is still owed for an executed sell back; 0 for anything else."""
	if transaction.transaction_type != "Sell Back" or transaction.status != EXECUTED:
		return 0
	return max(flt(transaction.amount - books_of(transaction).paid_out(transaction), 2), 0)


def pay_out(
	transaction: ShareTransaction,
	amount: float,
	posting_date=None,
	mode_of_payment: str | None = None,
	reference: str | None = None,
) -> str:
	"""Record that money was paid to the member; returns the payment's name, the same for the same `reference`.

	Whoever may record payments may do this, as with a refund of credit.
	Raises a sentence when nothing is owed, or less than that, or the date lies ahead or before the sell back.
	"""
	actions.require_recording()
	transaction.check_permission("read")
	host.lock(transaction)
	transfer = Transfer.of(amount, posting_date, mode_of_payment, reference)
	books = books_of(transaction)
	if transaction.status != EXECUTED or transaction.transaction_type != "Sell Back":
		frappe.throw(_("Only an executed sell back is paid out."))
	if transfer.posting_date < getdate(transaction.effective_date):
		frappe.throw(_("The payment date lies before the sell back. Enter the date on the bank statement."))
	if transfer.reference and (known := books.find_payout(transaction, transfer)):
		return known
	owed = outstanding(transaction)
	if transfer.amount > owed:
		frappe.throw(
			_("Only {0} are still owed to {1}. Enter no more.").format(
				fmt_money(
					owed,
					currency=frappe.get_cached_value("Cooperative", transaction.cooperative, "currency"),
				),
				transaction.member_name,
			)
		)
	name = books.pay_out(transaction, transfer)
	follow(transaction)
	return name


def follow(transaction: ShareTransaction) -> float:
	"""Write what the books say was paid out; returns it."""
	paid = books_of(transaction).paid_out(transaction)
	if flt(transaction.paid_out_amount, 2) != paid:
		transaction.db_set("paid_out_amount", paid, notify=True)
	return paid


def follow_safely(name: str) -> None:
	"""As `follow`, for a job: after a payment was saved."""
	if frappe.db.exists(TRANSACTION, name):
		follow(frappe.get_doc(TRANSACTION, name, for_update=True))


def sweep() -> None:
	"""Daily: what no event announced, such as a payment reconciled in the host's own tool."""
	for name in frappe.get_all(
		TRANSACTION, {"transaction_type": "Sell Back", "status": EXECUTED, "docstatus": 1}, pluck="name"
	):
		follow_safely(name)
