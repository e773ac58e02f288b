"""Share Subscriptions, the capital release requests: made from an approved application, settled by payment."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, getdate, today

from coop_membership.accounting.books import books_of
from coop_membership.payments.reference import structured_reference

SUBSCRIPTION = "Share Subscription"


def create(application, member):
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
	subscription.submit()
	return subscription


def compute(subscription) -> None:
	"""Amounts, reference and state of a draft; nothing a sender wrote into them counts."""
	for row in subscription.items:
		row.quantity = cint(row.quantity)
		if row.quantity < 1:
			frappe.throw(_("Row {0}: enter at least one share.").format(row.idx))
		row.unit_price = flt(row.unit_price, 2) or flt(
			frappe.get_cached_value("Share Class", row.share_class, "unit_price"), 2
		)
		row.amount = flt(row.quantity * row.unit_price, 2)
	subscription.amount = flt(sum(row.amount for row in subscription.items), 2)
	if not subscription.due_date or getdate(subscription.due_date) < getdate(subscription.posting_date):
		subscription.due_date = subscription.posting_date
	if subscription.is_new() or subscription.docstatus == 0:
		subscription.update(
			{
				"paid_amount": 0,
				"outstanding_amount": subscription.amount,
				"effective_date": None,
				"status": "Open",
			}
		)
		subscription.payment_reference = subscription.payment_reference or free_reference(subscription)


def free_reference(subscription) -> str:
	"""A structured reference that no other subscription has."""
	country = frappe.get_cached_value("Cooperative", subscription.cooperative, "country")
	for attempt in range(20):
		reference = structured_reference(subscription.name, country, attempt)
		if not frappe.db.exists(SUBSCRIPTION, {"payment_reference": reference}):
			return reference
	frappe.throw(_("No free payment reference was found. Please try again."))


def record_payment(
	subscription,
	amount: float,
	posting_date: str | None = None,
	mode_of_payment: str | None = None,
	reference: str | None = None,
) -> str:
	"""Record money received for the subscription, in the cooperative's currency; returns the payment's name.

	A Payment Entry with books in ERPNext, a Member Payment elsewhere. The same reference, date and amount again is
	the same payment. More than is due stays with the member as credit. The shares follow at once.
	"""
	from coop_membership.payments import settlement

	subscription.check_permission("submit")
	amount = flt(amount, 2)
	posting_date = getdate(posting_date or today())
	if amount <= 0:
		frappe.throw(_("Enter the amount received: more than zero."))
	if posting_date > getdate():
		frappe.throw(_("The payment date lies in the future. Enter the date on the bank statement."))
	settlement.lock(subscription)
	if subscription.docstatus != 1 or subscription.status == "Cancelled":
		frappe.throw(_("This capital release request is not open. A payment can't be recorded on it."))
	payment = books_of(subscription).record_payment(
		subscription, amount, posting_date, mode_of_payment, reference
	)
	settlement.settle_safely(subscription, fresh=False)
	return payment


def reduce_to_paid(subscription) -> str:
	"""Keep as many shares as the money covers, give up the rest; returns the new status.

	For a request that is `Partly Paid`. Shares are given up from the last line backwards; what the money exceeds the
	kept shares by stays as credit. In ERPNext the difference is a credit note on the same invoice.
	"""
	from coop_membership.payments import settlement

	subscription.check_permission("submit")
	settlement.lock(subscription)
	if subscription.status != "Partly Paid":
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
	subscription.add_comment(
		"Info", _("Reduced to what was paid: {0} shares given up.").format(sum(given_up.values()))
	)
	status = settlement.settle(subscription.name)
	subscription.reload()
	return status


def affordable(lines: list[tuple[int, float]], money: float) -> list[int]:
	"""How many shares of each (quantity, unit price) the money covers when the last lines are given up first. Pure."""
	left = flt(money, 2)
	kept = []
	for quantity, price in lines:
		shares = min(quantity, int(flt(left / price, 6))) if price else quantity
		kept.append(shares)
		left = flt(left - shares * price, 2)
	return kept
