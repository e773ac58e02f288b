"""What a Member Payment may be allocated to: money received to a demand, money paid out to what was received."""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import flt, getdate

from coop_membership.accounting import demands, fees
from coop_membership.accounting.books import Books
from coop_membership.accounting.kept_elsewhere.books import PAID_OUT, PAYMENT, RECEIVED, take_from
from coop_membership.doctypes import MemberPayment
from coop_membership.prints import wording
from coop_membership.states.demands import is_withdrawn

TRANSACTION = "Share Transaction"


def check(payment: MemberPayment, books_of: Callable[..., Books]) -> None:
	"""Raise a sentence for a row that is allocated to what waits for no money, or more than that waits for.

	`books_of` gives the books of a demand.
	"""
	for row in payment.allocations:
		if row.document_type == PAYMENT and payment.direction == PAID_OUT:
			_check_refund(payment, row)
		elif row.document_type == TRANSACTION and payment.direction == PAID_OUT:
			_check_payout(payment, row, books_of)
		elif row.document_type == fees.LETTER and payment.direction == RECEIVED:
			_check_fee(payment, row)
		else:
			_check_demand(payment, row, books_of)


def spread(payment: MemberPayment) -> None:
	"""What the rows leave of the amount stays with the member. Raises a sentence when they are more than the amount."""
	payment.unallocated_amount = flt(
		payment.amount - sum(flt(row.amount, 2) for row in payment.allocations), 2
	)
	if payment.unallocated_amount < 0:
		frappe.throw(_("More is allocated than was paid. Lower the amounts in the table."))


def check_out_of_credit(payment: MemberPayment, books_of: Callable[..., Books]) -> None:
	"""What is paid out for no row comes out of the member's credit. Raises a sentence when that is less."""
	if payment.direction != PAID_OUT or payment.unallocated_amount <= 0:
		return
	member = frappe.get_doc("Member", payment.member)
	credit = flt(books_of(member).credit(member, lock=True), 2)
	if payment.unallocated_amount > credit:
		currency = frappe.get_cached_value("Cooperative", member.cooperative, "currency")
		frappe.throw(
			_(
				"{0} has a credit of {1}. Enter no more, or choose in the table what is paid back: a payment, a request or a "
				"sell back."
			).format(member.display_name, wording.money(credit, currency))
		)


def use_up(payment: MemberPayment, sign: int) -> None:
	"""What is paid back is no credit any more, a fee that is paid is due no more (1); until that is cancelled (-1)."""
	for row in payment.allocations:
		if row.document_type == PAYMENT:
			take_from(row.document, sign * row.amount)
		elif row.document_type == fees.LETTER:
			fees.pay(row.document, sign * row.amount)


def refuse_half(payment: MemberPayment) -> None:
	"""Raise a sentence for a payment that is one half of a correction: out of one member's credit, received from another."""
	if payment.payment_correction:
		frappe.throw(
			_("The correction {0} made this payment. Undo it by another correction.").format(
				payment.payment_correction
			)
		)


def demands_of(payment: MemberPayment) -> list[tuple[str, str]]:
	"""(DocType, name) of the demands that a payment is allocated to."""
	kinds = demands.doctypes()
	return [(row.document_type, row.document) for row in payment.allocations if row.document_type in kinds]


def sell_backs_of(payment: MemberPayment) -> list[str]:
	"""Names of the Share Transactions that a payment pays out."""
	return [row.document for row in payment.allocations if row.document_type == TRANSACTION]


def _check_demand(payment: MemberPayment, row, books_of: Callable[..., Books]) -> None:
	if row.document_type not in demands.doctypes():
		frappe.throw(_("Row {0}: choose a capital release request or dues.").format(row.idx))
	exists = frappe.db.exists(row.document_type, row.document)
	asked = frappe.get_doc(row.document_type, row.document) if exists else None
	if not asked or is_withdrawn(asked):
		frappe.throw(_("Row {0}: this request is not open.").format(row.idx))
	if asked.member != payment.member:
		_check_of_another(payment, row, asked)
	paid = flt(books_of(asked).paid(asked).amount, 2)
	if payment.direction == RECEIVED:
		_check_due(payment, row, max(flt(asked.amount - paid, 2), 0))
	elif _wanted(payment, row) > paid:
		frappe.throw(
			_("Row {0}: only {1} were paid for this request. Pay no more of it back.").format(
				row.idx, frappe.format_value(max(paid, 0))
			)
		)


def _check_of_another(payment: MemberPayment, row, asked) -> None:
	"""A mother may pay for her children, in one cooperative; nobody is paid back what another member asked for."""
	cooperative, name = frappe.db.get_value("Member", payment.member, ["cooperative", "display_name"])
	if asked.cooperative != cooperative:
		frappe.throw(_("{0} belongs to another cooperative.").format(asked.name))
	if payment.direction == PAID_OUT:
		frappe.throw(
			_("Row {0}: {1} is asked of another member. Choose a request of {2}.").format(
				row.idx, asked.name, name
			)
		)


def _check_fee(payment: MemberPayment, row) -> None:
	"""The fee that a reminder of the same member asks for."""
	cooperative = frappe.db.get_value("Member", payment.member, "cooperative")
	asked = fees.asked(cooperative, "Member", payment.member, getdate())
	due = next((fee.open for fee in asked if fee.letter == row.document), 0)
	if not due:
		frappe.throw(_("Row {0}: this reminder asks the member for no fee.").format(row.idx))
	_check_due(payment, row, due)


def _wanted(payment: MemberPayment, row) -> float:
	"""What all rows of the same document want of it: each alone might still fit."""
	key = (row.document_type, row.document)
	same = (flt(one.amount, 2) for one in payment.allocations if (one.document_type, one.document) == key)
	return flt(sum(same), 2)


def _check_due(payment: MemberPayment, row, due: float) -> None:
	if _wanted(payment, row) > due:
		frappe.throw(
			_(
				"Row {0}: only {1} are due. Allocate no more; the rest stays with the member as credit."
			).format(row.idx, frappe.format_value(due))
		)


def _check_refund(payment: MemberPayment, row) -> None:
	"""Money goes back out of a payment that the same member has made."""
	received = frappe.db.get_value(
		PAYMENT,
		row.document,
		["member", "direction", "docstatus", "unallocated_amount"],
		as_dict=True,
		for_update=True,
	)
	wanted = (payment.member, RECEIVED, 1)
	if not received or (received.member, received.direction, received.docstatus) != wanted:
		frappe.throw(_("Row {0}: choose a payment received from the same member.").format(row.idx))
	if _wanted(payment, row) > flt(received.unallocated_amount, 2):
		frappe.throw(
			_("Row {0}: only {1} of this payment are left to be paid back.").format(
				row.idx, frappe.format_value(flt(received.unallocated_amount, 2))
			)
		)


def _check_payout(payment: MemberPayment, row, books_of: Callable[..., Books]) -> None:
	"""Money goes out for shares that the same member has sold back."""
	exists = frappe.db.exists(TRANSACTION, row.document)
	sold = frappe.get_doc(TRANSACTION, row.document, for_update=True) if exists else None
	if not sold or (sold.member, sold.transaction_type, sold.status) != (
		payment.member,
		"Sell Back",
		"Executed",
	):
		frappe.throw(_("Row {0}: choose an executed sell back of the same member.").format(row.idx))
	owed = max(flt(sold.amount - books_of(sold).paid_out(sold), 2), 0)
	if _wanted(payment, row) > owed:
		frappe.throw(
			_("Row {0}: only {1} are still owed for this sell back.").format(
				row.idx, frappe.format_value(owed)
			)
		)
