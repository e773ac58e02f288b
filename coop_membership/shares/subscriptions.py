"""Share Subscriptions, the capital release requests: made from an approved application, settled by payment."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, today

from coop_membership import actions, host, server_owned
from coop_membership.accounting.choice import books_of
from coop_membership.doctypes import Member, MembershipApplication, ShareSubscription
from coop_membership.messages import timeline
from coop_membership.payments import demands, settlement
from coop_membership.prints import wording
from coop_membership.shares.demand import SUBSCRIPTION
from coop_membership.states.demands import PARTLY_PAID


def create(application: MembershipApplication, member: Member):
	"""Make and submit the Share Subscription of an application; the Books ask for the money. Returns the document."""
	cooperative = frappe.get_cached_doc("Cooperative", application.cooperative)
	subscription = frappe.get_doc(
		{
			"doctype": SUBSCRIPTION,
			"cooperative": cooperative.name,
			"member": member.name,
			"member_name": member.display_name,
			"application": application.name,
			"posting_date": today(),
			"due_date": add_days(today(), cint(cooperative.payment_days)),
			"items": [
				{"share_class": row.share_class, "quantity": row.quantity, "unit_price": row.unit_price}
				for row in application.shares
			],
		}
	)
	subscription.flags.ignore_links = True  # the member and the application are here
	# approve() checked that this user may decide on the application
	subscription.flags.ignore_permissions = True
	server_owned.by_service(subscription).submit()
	return subscription


def compute(subscription: ShareSubscription) -> None:
	"""Amounts, reference and state of a draft; nothing a sender wrote into them counts."""
	asked = _prices_asked(subscription)
	for row in subscription.items:
		row.quantity = cint(row.quantity)
		if row.quantity < 1:
			frappe.throw(_("Row {0}: enter at least one share.").format(row.idx))
		row.unit_price = flt(asked.get(row.share_class), 2) or flt(
			frappe.get_cached_value("Share Class", row.share_class, "unit_price"), 2
		)
		row.amount = flt(row.quantity * row.unit_price, 2)
	subscription.amount = flt(sum(row.amount for row in subscription.items), 2)
	demands.begin(subscription)


def _prices_asked(subscription: ShareSubscription) -> dict[str, float]:
	"""{share class: unit price} as they were when the shares were asked for; later drafts keep what they were made with."""
	if subscription.application:
		line = frappe.qb.DocType("Share Line")
		asked = (line.parent == subscription.application) & (line.parenttype == "Membership Application")
		rows = frappe.qb.from_(line).select(line.share_class, line.unit_price).where(asked).run(as_dict=True)
	else:
		before = subscription.get_doc_before_save()
		rows = before.items if before else []
	return {row.share_class: row.unit_price for row in rows}


def reduce_to_paid(subscription: ShareSubscription) -> str:
	"""Keep as many shares as the money covers, give up the rest; returns the new status.

	For a request that is `Partly Paid`. Shares are given up from the last line backwards; what the money exceeds the
	kept shares by stays as credit. In ERPNext the difference is a credit note on the same invoice.
	"""

	actions.check(subscription, actions.RECORD)
	host.lock(subscription)
	if subscription.status != PARTLY_PAID:
		frappe.throw(_("Only a partly paid request can be reduced to what was paid."))
	books = books_of(subscription)
	kept = affordable(
		[(row.quantity, row.unit_price) for row in subscription.items], books.paid(subscription).amount
	)
	if not any(kept):
		frappe.throw(_("The payment covers no whole share. Wait for the rest, or pay it back."))
	given_up = {
		row.name: row.quantity - quantity for row, quantity in zip(subscription.items, kept, strict=True)
	}
	books.reduce(subscription, given_up)
	for row, quantity in zip(subscription.items, kept, strict=True):
		row.db_set({"quantity": quantity, "amount": flt(quantity * row.unit_price, 2)})
	subscription.db_set("amount", flt(sum(flt(row.amount) for row in subscription.items), 2))
	timeline.note(
		subscription,
		_("Reduced to what was paid. Given up: {0}.").format(wording.shares(sum(given_up.values()))),
	)
	return settlement.settle(subscription)


def affordable(lines: list[tuple[int, float]], money: float) -> list[int]:
	"""How many shares of each (quantity, unit price) the money covers when the last lines are given up first. Pure."""
	left = flt(money, 2)
	kept = []
	for quantity, price in lines:
		shares = min(quantity, int(flt(left / price, 6))) if price else quantity
		kept.append(shares)
		left = flt(left - shares * price, 2)
	return kept
