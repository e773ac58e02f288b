"""More shares out of a member's credit: an increase that is approved and paid at once."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt

from coop_membership import actions, doors, host
from coop_membership.accounting import demands
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.open_items import Part
from coop_membership.doctypes import Member
from coop_membership.joining import applications, approval
from coop_membership.joining.rules import Terms, room_for
from coop_membership.payments.credit import SUBSCRIPTION, currency, in_words, no_credit, proposal, spend
from coop_membership.people import matching, members, private
from coop_membership.prints import wording
from coop_membership.register import ledger
from coop_membership.states.demands import WAITING

ASKED_BY = (*applications.PUBLIC_FIELDS, "cooperative")


def offer(member: Member, share_class: str | None = None, demand=None) -> dict:
	"""What the desk shows of a Member's credit, for whoever may read the member.

	{credit, currency} and, where there is any: `open`, what it would pay now, in this order ({document_type, document,
	title, due_date, part}, of `demand` alone when one is named); `quantity` of shares it pays at most, of which
	`share_class` (the one named, else the newest that the member holds) with `title` and `unit_price`; `obstacle`, the
	sentence why it can be none; `may_have_shares` and `may_refund`, what the user is permitted.
	"""
	host.require("Member", "read", member.name)
	member = frappe.get_doc("Member", member.name)  # as it is saved, whatever a browser sent along
	credit = books_of(member).credit(member)
	answer = {"credit": credit, "currency": currency(member)}
	if credit <= 0:
		return answer
	share_class = share_class or _newest_class(member)
	terms = applications.class_terms(share_class)
	return {
		**answer,
		"open": [_row(part) for part in proposal(member, demand)],
		"share_class": share_class,
		"title": terms.title if terms else None,
		"unit_price": terms.unit_price if terms else 0,
		"quantity": _most(member, share_class, credit),
		"obstacle": _obstacle(member, share_class, credit),
		"may_have_shares": bool(frappe.has_permission("Member", "write", member)),
		"may_refund": actions.may_record(),
	}


def _row(part: Part) -> dict:
	item = part.item
	kind = demands.kinds().get(item.document_type)
	return {
		"document_type": item.document_type,
		"document": item.document,
		"title": _(kind.title) if kind else _("Reminder fee"),
		"due_date": item.due_date,
		"part": part.amount,
	}


def more_shares(member: Member, quantity: int | None = None, share_class: str | None = None) -> str:
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
	quantity = _most(member, share_class, credit) if quantity is None else _asked(quantity)
	if flt(quantity * price, 2) > credit:
		frappe.throw(
			_("The credit of {0} pays for {1} at most. Enter a smaller number.").format(
				in_words(credit, member), wording.shares(_paid_for(credit, price))
			)
		)
	application = _application(member, share_class, quantity)
	subscription = frappe.get_doc(SUBSCRIPTION, approval.approve(application, ask_for_money=False))
	spend(subscription)
	return subscription.name


def _asked(quantity) -> int:
	return doors.whole(quantity, _("Number of shares")) or 0


def _application(member: Member, share_class: str, quantity: int):
	"""The increase as the member's own request, entered by a manager."""
	application = frappe.get_doc(
		{
			"doctype": "Membership Application",
			**{field: member.get(field) for field in ASKED_BY},
			**private.of(member),
			"applicant_type": member.member_type,
			"match_choice": matching.ANOTHER,
			"matched_member": member.name,
			"shares": [{"share_class": share_class, "quantity": quantity}],
		}
	)
	# no mail says that it has arrived; the framework's insert takes no argument
	application.flags.paid_by_credit = True
	return application.insert()


def _obstacle(member: Member, share_class: str | None, credit: float) -> str | None:
	"""Why no share can be made of a member's credit, in a sentence that says what to do."""
	if credit <= 0:
		return no_credit(member)
	if members.has_left(member):
		return _("{0} has left. Pay the credit back, or take a new request for shares.").format(
			member.display_name
		)
	waiting = {"member": member.name, "docstatus": 1, "status": ["in", WAITING]}
	if name := frappe.db.get_value(SUBSCRIPTION, waiting, "name", order_by="posting_date asc"):
		return _("{0} is still waiting for a payment. Use the credit for it first.").format(name)
	terms = applications.class_terms(share_class)
	if not terms:
		return _("{0} holds no shares. Take a request for shares first.").format(member.display_name)
	if _paid_for(credit, terms.unit_price) < 1:
		return _("The credit of {0} is less than one share of {1}, which costs {2}.").format(
			in_words(credit, member), terms.title, in_words(terms.unit_price, member)
		)
	if _most(member, share_class, credit) < 1:
		return _("{0} can't subscribe more shares of {1}: the limit is reached.").format(
			member.display_name, terms.title
		)
	return None


def _most(member: Member, share_class: str | None, credit: float) -> int:
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


def _newest_class(member: Member) -> str | None:
	"""The class among those the member holds that came in last."""
	held = {name for name, holding in ledger.positions(member.name).items() if holding.quantity}
	for row in reversed(ledger.movements(member=member.name)):
		for share_class in (row.to_share_class, row.share_class):
			if share_class in held:
				return share_class
	return None
