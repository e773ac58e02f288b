"""What a member paid beyond what was asked: it stays as credit until somebody decides on more shares or a refund.

Credit is what the Books hold of the member's money and match with nothing (`Books.credit`). Shares made of it are
effective on the posting date of the payment that brought the money, like any others (DESIGN section 7): from that day
the cooperative has had it. Whoever spends credit holds the cooperative's row first, so that of two at once the second
sees what the first has left; lock order as everywhere: demand, then cooperative.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import fmt_money

from coop_membership import host
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.states import is_waiting
from coop_membership.accounting.transfer import Transfer
from coop_membership.doctypes import Member
from coop_membership.messages import timeline
from coop_membership.payments import settlement
from coop_membership.register import ledger

SUBSCRIPTION = "Share Subscription"


def use_for(demand) -> str:
	"""Pay a demand that waits for money with its member's credit; returns its status.

	Whoever may record payments may do this. Raises a sentence when there is no credit or nothing to pay.
	"""
	demand.check_permission("submit")
	host.lock(demand)
	ledger.lock(demand.cooperative)
	if not is_waiting(demand):
		frappe.throw(_("This capital release request waits for no money. Reload the page to see its state."))
	member = frappe.get_doc("Member", demand.member)
	if books_of(member).credit(member, lock=True) <= 0:
		frappe.throw(no_credit(member))
	return spend(demand)


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
	host.require(SUBSCRIPTION, "submit")
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
	return document


def spend(demand) -> str:
	books_of(demand).use_credit(demand)
	demand.flags.credit_is_known = (
		True  # who spends it sees what is left; only shares ask, so no argument leads there
	)
	status = settlement.settle_locked(demand, fresh=False)
	demand.reload()
	return status


def no_credit(member: Member) -> str:
	return _("{0} has no credit. Reload the page to see the payments.").format(member.display_name)


def currency(member: Member) -> str:
	return frappe.get_cached_value("Cooperative", member.cooperative, "currency")


def in_words(amount: float, member: Member) -> str:
	return fmt_money(amount, currency=currency(member))
