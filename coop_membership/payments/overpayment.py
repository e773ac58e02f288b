"""What a member paid beyond what was asked: it stays as credit until somebody decides on more shares or a refund.

Credit is what the Books hold of the member's money and match with nothing (`Books.credit`). Shares made of it are
effective on the posting date of the payment that brought the money, like any others (DESIGN section 7): from that day
the cooperative has had it. Whoever spends credit holds the cooperative's row first, so that of two at once the second
sees what the first has left; lock order as everywhere: subscription, then cooperative.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint, flt, fmt_money, getdate, today

from coop_membership import host
from coop_membership.accounting.books import books_of
from coop_membership.membership import applications, approval, identity, timeline
from coop_membership.membership.rules import Terms, room_for
from coop_membership.payments import settlement
from coop_membership.shares import ledger

SUBSCRIPTION = settlement.SUBSCRIPTION
WAITING = ("Open", "Partly Paid", "Payment Reversed")
PERSON = (*applications.PUBLIC_FIELDS, "cooperative")


def offer(member, share_class: str | None = None) -> dict:
	"""What the desk shows of a Member's credit, for whoever may read the member.

	{credit, currency} and, where there is any: `quantity` of shares it pays at most, of which `share_class` (the one
	named, else the newest that the member holds) with `title` and `unit_price`; `obstacle`, the sentence why it can be
	none; `may_have_shares` and `may_refund`, what the user is permitted.
	"""
	host.require("Member", "read", member.name)
	member = frappe.get_doc("Member", member.name)  # as it is saved, whatever a browser sent along
	credit = books_of(member).credit(member)
	answer = {"credit": credit, "currency": _currency(member)}
	if credit <= 0:
		return answer
	share_class = share_class or _newest_class(member)
	terms = applications.class_terms(share_class)
	return {
		**answer,
		"share_class": share_class,
		"title": terms.title if terms else None,
		"unit_price": terms.unit_price if terms else 0,
		"quantity": _most(member, share_class, credit),
		"obstacle": _obstacle(member, share_class, credit),
		"may_have_shares": bool(member.has_permission("write")),
		"may_refund": bool(frappe.has_permission(SUBSCRIPTION, "submit")),
	}


def more_shares(member, quantity: int | None = None, share_class: str | None = None) -> str:
	"""Make as many shares of a Member's credit as it pays, or `quantity`; returns the new Share Subscription's name.

	An approved increase, paid with the credit and settled at once; the member gets the mail of an increase, none of
	the mails that ask for money. For Membership Managers. Raises a sentence when the credit, the member's state or
	the rules of the class stand against it; nothing is changed then.
	"""
	host.require("Member", "write", member.name)
	ledger.lock(member.cooperative)
	member.reload()
	credit = books_of(member).credit(member, lock=True)
	share_class = share_class or _newest_class(member)
	if obstacle := _obstacle(member, share_class, credit):
		frappe.throw(obstacle)
	price = applications.class_terms(share_class).unit_price
	quantity = _most(member, share_class, credit) if quantity is None else cint(quantity)
	if flt(quantity * price, 2) > credit:
		frappe.throw(
			_("The credit of {0} pays for {1} shares at most. Enter a smaller number.").format(
				_money(credit, member), _paid_for(credit, price)
			)
		)
	application = _application(member, share_class, quantity)
	subscription = frappe.get_doc(SUBSCRIPTION, approval.approve(application))
	_spend(subscription)
	return subscription.name


def use_for(subscription) -> str:
	"""Pay a Share Subscription that waits for money with its member's credit; returns its status.

	Whoever may record payments may do this. Raises a sentence when there is no credit or nothing to pay.
	"""
	subscription.check_permission("submit")
	host.lock(subscription)
	ledger.lock(subscription.cooperative)
	if subscription.docstatus != 1 or subscription.status not in WAITING:
		frappe.throw(_("This capital release request waits for no money. Reload the page to see its state."))
	member = frappe.get_doc("Member", subscription.member)
	if books_of(member).credit(member, lock=True) <= 0:
		frappe.throw(_no_credit(member))
	return _spend(subscription)


def refund(
	member,
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
	posting_date = getdate(posting_date or today())
	if posting_date > getdate():
		frappe.throw(_("The payment date lies in the future. Enter the date on the bank statement."))
	ledger.lock(member.cooperative)
	member.reload()
	books = books_of(member)
	if amount is not None and (known := books.find_refund(member, flt(amount, 2), posting_date, reference)):
		return known
	credit = books.credit(member, lock=True)
	if credit <= 0:
		frappe.throw(_no_credit(member))
	amount = credit if amount is None else flt(amount, 2)
	if amount <= 0:
		frappe.throw(_("Enter an amount of more than zero."))
	if amount > credit:
		frappe.throw(
			_("{0} has a credit of {1}. Enter at most this amount.").format(
				member.display_name, _money(credit, member)
			)
		)
	document = books.refund(member, amount, posting_date, mode_of_payment, reference)
	timeline.note(member, _("{0} of the credit were paid back.").format(_money(amount, member)))
	return document


def _spend(subscription) -> str:
	books_of(subscription).use_credit(subscription)
	subscription.flags.credit_is_known = True  # who spends it sees what is left
	status = settlement.settle(subscription, fresh=False)
	subscription.reload()
	return status


def _application(member, share_class: str, quantity: int):
	"""The increase as the member's own request, entered by a manager."""
	application = frappe.get_doc(
		{
			"doctype": "Membership Application",
			**{field: member.get(field) for field in PERSON},
			"applicant_type": member.member_type,
			"match_choice": identity.ANOTHER,
			"matched_member": member.name,
			"shares": [{"share_class": share_class, "quantity": quantity}],
		}
	)
	application.flags.paid_by_credit = True  # no mail asks for money that is here already
	return application.insert()


def _obstacle(member, share_class: str | None, credit: float) -> str | None:
	"""Why no share can be made of a member's credit, in a sentence that says what to do."""
	if credit <= 0:
		return _no_credit(member)
	if member.status == "Former":
		return _("{0} has left. Pay the credit back, or take a new request for shares.").format(
			member.display_name
		)
	waiting = {"member": member.name, "docstatus": 1, "status": ["in", WAITING]}
	if name := frappe.db.get_value(SUBSCRIPTION, waiting, "name", order_by="posting_date asc"):
		return _("{0} still waits for money. Use the credit for it first.").format(name)
	terms = applications.class_terms(share_class)
	if not terms:
		return _("{0} holds no shares. Take a request for shares first.").format(member.display_name)
	if _paid_for(credit, terms.unit_price) < 1:
		return _("The credit of {0} is less than one share of {1}, which costs {2}.").format(
			_money(credit, member), terms.title, _money(terms.unit_price, member)
		)
	if _most(member, share_class, credit) < 1:
		return _("{0} can't subscribe more shares of {1}: the limit is reached.").format(
			member.display_name, terms.title
		)
	return None


def _most(member, share_class: str | None, credit: float) -> int:
	"""How many shares of a class the credit pays and the rules allow."""
	terms = applications.class_terms(share_class)
	if not terms:
		return 0
	cooperative = frappe.get_cached_doc("Cooperative", member.cooperative)
	held = {name: (h.quantity, float(h.value)) for name, h in ledger.positions(member.name).items()}
	limits = Terms(
		cooperative=cooperative.name,
		maximum_amount=flt(cooperative.maximum_amount),
		single_share_class=bool(cooperative.single_share_class),
		classes={share_class: terms},
		held=held,
	)
	return min(_paid_for(credit, terms.unit_price), room_for(share_class, limits))


def _paid_for(credit: float, price: float) -> int:
	return int(flt(credit / price, 6)) if price else 0


def _newest_class(member) -> str | None:
	"""The class among those the member holds that came in last."""
	held = {name for name, holding in ledger.positions(member.name).items() if holding.quantity}
	for row in reversed(ledger.movements(member=member.name)):
		for share_class in (row.to_share_class, row.share_class):
			if share_class in held:
				return share_class
	return None


def _no_credit(member) -> str:
	return _("{0} has no credit. Reload the page to see the payments.").format(member.display_name)


def _currency(member) -> str:
	return frappe.get_cached_value("Cooperative", member.cooperative, "currency")


def _money(amount: float, member) -> str:
	return fmt_money(amount, currency=_currency(member))
