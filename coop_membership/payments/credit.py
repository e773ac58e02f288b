"""What a member paid beyond what was asked: credit, which pays anything open, becomes more shares, or goes back.

Credit is what the Books hold of the member's money and match with nothing (`Books.credit`). Shares made of it are
effective on the posting date of the payment that brought the money, like any others (DESIGN section 7): from that day
the cooperative has had it. Whoever spends credit holds the cooperative's row first, so that of two at once the second
sees what the first has left; lock order as everywhere: demand, then cooperative.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, getdate

from coop_membership import actions, host
from coop_membership.accounting import demands
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.open_items import Key, OpenItem, Part
from coop_membership.accounting.transfer import Transfer
from coop_membership.doctypes import Member
from coop_membership.messages import tasks, timeline
from coop_membership.payments import holding
from coop_membership.payments.allocation import allocate
from coop_membership.register import ledger
from coop_membership.states.demands import PAID, is_waiting

SUBSCRIPTION = "Share Subscription"


def use_for(demand) -> str:
	"""Pay a demand that waits for money, and the fee of its reminders, with its member's credit; returns its status.

	Whoever may record payments may do this. Raises a sentence when there is no credit or nothing to pay.
	"""
	actions.check(demand, actions.RECORD)
	held = holding.hold(frappe.db.get_value(demand.doctype, demand.name, "member"), demand)
	ledger.lock(demand.cooperative)
	if replaced := demands.kind_of(demand).ask_again(demand):
		frappe.throw(replaced)
	if not is_waiting(demand):
		frappe.throw(_("This request is not waiting for a payment. Reload the page to see its state."))
	member = frappe.get_doc("Member", demand.member)
	if books_of(member).credit(member, lock=True) <= 0:
		frappe.throw(no_credit(member))
	_spend(member, held, demand)
	return demand.status


def use(member: Member) -> list[str]:
	"""Pay what a Member has open with the credit, by the rule of `allocation`; returns the names of what was paid.

	For whoever may record payments. Raises a sentence when there is no credit or nothing open.
	"""
	actions.require_recording()
	host.require("Member", "read", member.name)
	held = holding.hold(member.name)
	ledger.lock(frappe.db.get_value("Member", member.name, "cooperative"))
	member.reload()
	if books_of(member).credit(member, lock=True) <= 0:
		frappe.throw(no_credit(member))
	parts = _spend(member, held)
	if not parts:
		frappe.throw(
			_("Nothing is open for {0}. The credit can be paid back or become shares.").format(
				member.display_name
			)
		)
	return [part.item.document for part in parts]


def proposal(member: Member, demand=None) -> tuple[Part, ...]:
	"""What the credit of a Member would pay now, in this order: of all that is open, or of one demand."""
	books = books_of(member)
	named = demand and holding.key_of(demand)
	return _shared_out(books.credit(member), books.open_items(member, getdate(), named), named)


def _spend(member: Member, held: dict, demand=None) -> tuple[Part, ...]:
	books = books_of(member)
	named = demand and holding.key_of(demand)
	items = books.open_items(member, getdate(), named)
	parts = _shared_out(books.credit(member, lock=True), items, named)
	books.use_credit(member, parts)
	for one in held.values():
		one.flags.credit_is_known = True  # who spends it sees what is left
	holding.settle(held, parts, demand)
	_answered(member)
	return parts


def _shared_out(credit: float, items: list[OpenItem], named: Key | None) -> tuple[Part, ...]:
	"""For one demand, nothing but it and the fee of its reminders."""
	wanted = [item for item in items if not named or named in (item.key, *item.asked_with)]
	return allocate(credit, wanted, named).parts


def refund(
	member: Member,
	amount: float | None = None,
	posting_date: str | None = None,
	mode_of_payment: str | None = None,
	reference: str | None = None,
) -> str:
	"""Enter that credit was paid back to a Member, all of it or `amount`; returns the name of the document.

	The transfer itself is the treasurer's. A Journal Entry with books in ERPNext, a Member Payment `Paid out`
	elsewhere. Whoever may record payments may do this, for former members too. The same reference, date and amount
	again is the same refund. Raises a sentence when there is no credit or less than the amount.
	"""
	actions.require_recording()
	host.require("Member", "read", member.name)
	ledger.lock(member.cooperative)
	member.reload()
	books = books_of(member)
	credit = books.credit(member, lock=True)
	if amount is None and credit <= 0:
		frappe.throw(no_credit(member))
	transfer = Transfer.of(credit if amount is None else amount, posting_date, mode_of_payment, reference)
	if amount is not None and (known := books.find_refund(member, transfer)):
		return known
	if credit <= 0:
		frappe.throw(no_credit(member))
	if transfer.amount > credit:
		frappe.throw(
			_("{0} has a credit of {1}. Enter at most this amount.").format(
				member.display_name, in_words(credit, member)
			)
		)
	document = books.refund(member, transfer)
	timeline.note(member, _("{0} of the credit were paid back.").format(in_words(transfer.amount, member)))
	_answered(member)
	return document


def spend(demand) -> str:
	"""Pay a demand just made with its member's credit, which the caller holds; returns its status."""
	_spend(frappe.get_doc("Member", demand.member), {holding.key_of(demand): demand}, demand)
	demand.reload()
	return demand.status


def covers(demand) -> bool:
	"""True when the credit of its member pays a demand whole."""
	return flt(books_of(demand).credit(frappe.get_doc("Member", demand.member)), 2) >= flt(
		demand.outstanding_amount, 2
	)


def spend_as_asked(demand) -> str:
	"""Pay a demand with its member's credit, as the member has said; returns its status. The caller checked who said so."""
	host.lock(demand)
	ledger.lock(demand.cooperative)
	return spend(demand)


def tell_rest(demand, member: Member | None = None) -> None:
	"""A demand was just paid, and more came in than is open: a manager decides, once, what becomes of the rest.

	One task a member, whatever the payment has paid.
	"""
	if demand.flags.credit_is_known:
		return
	member = member or frappe.get_doc("Member", demand.member)
	credit = books_of(demand).credit(member)
	if credit <= 0:
		return
	amount = in_words(credit, member)
	sentence = _(
		"{0} has a credit of {1}. Use it for more shares, pay it back, or leave it for later."
	).format(demand.member_name, amount)
	others = [key for key in _paid_by(member) if key != holding.key_of(demand)]
	if any(tasks.is_asked(doctype, name, sentence) for doctype, name in others):
		return  # one payment has paid both
	for doctype, name in others:  # what was left before is in it
		asked_before = frappe._dict(doctype=doctype, name=name)
		tasks.close(asked_before, beginning=tasks.as_html(sentence.partition(amount)[0]))
	tasks.ask(demand, sentence)


def _answered(member: Member) -> None:
	"""Once nothing of the credit is left, nobody is asked any more what becomes of it."""
	if books_of(member).credit(member) > 0:
		return
	for doctype, name in _paid_by(member):
		tasks.close(frappe._dict(doctype=doctype, name=name))


def _paid_by(member: Member) -> list[Key]:
	"""The demands that a member has paid, where the managers are asked about what was left."""
	paid = {"member": member.name, "status": PAID, "docstatus": 1}
	return [
		(doctype, name)
		for doctype in demands.doctypes()
		for name in frappe.get_all(doctype, paid, pluck="name")
	]


def no_credit(member: Member) -> str:
	return _("{0} has no credit. Reload the page to see the payments.").format(member.display_name)


def currency(member: Member) -> str:
	return frappe.get_cached_value("Cooperative", member.cooperative, "currency")


def in_words(amount: float, member: Member) -> str:
	return fmt_money(amount, currency=currency(member))
