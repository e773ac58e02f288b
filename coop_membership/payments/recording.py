"""Money received, recorded on what asks for it."""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import flt, getdate, today

from coop_membership import actions
from coop_membership.accounting import demands
from coop_membership.accounting.books import IN_ERPNEXT, Books
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.kept_elsewhere.books import row_of
from coop_membership.accounting.open_items import Key
from coop_membership.accounting.transfer import Transfer
from coop_membership.doctypes import MemberPayment
from coop_membership.messages import tasks
from coop_membership.payments import credit, doubts, holding
from coop_membership.payments.allocation import Allocation, allocate, named_in
from coop_membership.prints import wording
from coop_membership.states.demands import is_withdrawn


def record_payment(demand, transfer: Transfer, asked: bool = False, seen: float | None = None) -> str:
	"""Record money received for a demand; returns the payment's name.

	A Payment Entry with books in ERPNext, a Member Payment elsewhere. The same reference, date and amount again is
	the same payment. More than the demand asks pays what else is open (`allocation`), the rest stays with the member as
	credit. What the payment brings about follows at once. What doesn't fit is told, unless the user was `asked` about it.

	`seen`: what was to be paid when the user looked. Raises a sentence when it is another sum by now: a second window, or
	a second person, has been quicker.
	"""
	actions.check(demand, actions.RECORD)
	doubts.tell([] if asked else doubtful(demand, transfer))
	return receive(demand, transfer, seen)


def doubtful(demand, transfer: Transfer) -> list[str]:
	"""Sentences about what of a payment doesn't fit a demand (`doubts`), to ask before it is recorded."""
	books = books_of(demand)
	shares = _shared_out(demand, transfer, books, holding.key_of(demand))
	return [
		*doubts.of(demand.member, transfer.posting_date, transfer.reference, [holding.key_of(demand)]),
		*doubts.recorded(transfer, books.like(demand, transfer), _in_words(demand)),
		*doubts.left_over(demand, shares, _in_words(demand)),
	]


def _in_words(demand) -> Callable[[float], str]:
	currency = frappe.get_cached_value("Cooperative", demand.cooperative, "currency")
	return lambda amount: wording.money(amount, currency)


def _shared_out(demand, transfer: Transfer, books: Books, named: Key | None = None) -> Allocation:
	"""What a payment for a demand pays; `named`: None while something else stands in the demand's place."""
	member = frappe.get_doc("Member", demand.member)
	aside = demands.set_aside(demand)
	items = books.open_items(member, transfer.posting_date, named)
	return allocate(transfer.amount, [item for item in items if item.key not in aside], named)


def receive(demand, transfer: Transfer, seen: float | None = None) -> str:
	"""As `record_payment`, for money that came in by itself: whoever calls this knows that it did."""
	held = holding.hold(frappe.db.get_value(demand.doctype, demand.name, "member"), demand)
	if is_withdrawn(demand):
		frappe.throw(_("This request is not open. A payment can't be recorded on it."))
	books = books_of(demand)
	if known := books.find_payment(demand, transfer):
		return known
	if seen is not None and flt(seen, 2) != flt(demand.outstanding_amount, 2):
		frappe.throw(
			_(
				"Of {0}, {1} are still to be paid by now: somebody was quicker. Reload the page and look again."
			).format(demand.name, _in_words(demand)(flt(demand.outstanding_amount, 2)))
		)
	if replaced := demands.kind_of(demand).ask_again(demand):
		frappe.msgprint(replaced, indicator="orange")
	named = None if replaced else holding.key_of(demand)
	allocation = _shared_out(demand, transfer, books, named)
	payment = books.record_payment(demand, transfer, allocation.parts)
	holding.settle(held, allocation.parts, demand)
	if allocation.credit and demands.set_aside(demand):
		member = frappe.get_doc("Member", demand.member)
		tasks.ask(
			demand,
			_(
				"{0} was paid already, and money came for it once more: {1} are credit. Ask {2} before it pays the next "
				"period, or pay it back."
			).format(demand.name, credit.in_words(allocation.credit, member), demand.member_name),
		)
	return payment


def proposed(payment: MemberPayment) -> list[dict]:
	"""Rows of a Member Payment received: what it would pay by the rule, `bank_reference` naming a demand if any.

	Without an amount, what is due first. None where ERPNext has the books: payments are entered there.
	"""
	member = frappe.get_doc("Member", payment.member)
	if frappe.get_cached_value("Cooperative", member.cooperative, "accounting") == IN_ERPNEXT:
		return []
	items = books_of(member).open_items(member, getdate(payment.posting_date or today()))
	references = {
		item.key: frappe.db.get_value(*item.key, "payment_reference")
		for item in items
		if item.document_type in demands.doctypes()
	}
	named = named_in(payment.bank_reference, references)
	if payment.amount is None:
		parts = allocate(sum(item.open for item in items), items, named).parts[:1]
	else:
		parts = allocate(flt(payment.amount, 2), items, named).parts
	return [row_of(part) for part in parts]
