"""How to pay a Share Subscription, in words: for its print format and for the mails about it."""

from __future__ import annotations

import frappe

from coop_membership.payments import epc
from coop_membership.shares.letterhead import recipient
from coop_membership.wording import long_date, money


def details(subscription) -> frappe._dict:
	"""Everything a capital release request says, in the session's language."""
	cooperative = frappe.get_cached_doc("Cooperative", subscription.cooperative)
	currency = cooperative.currency
	return frappe._dict(
		recipient=recipient(frappe.get_doc("Member", subscription.member)),
		date=long_date(subscription.posting_date),
		due_date=long_date(subscription.due_date),
		paid_on=long_date(subscription.effective_date) if subscription.status == "Paid" else "",
		total=money(subscription.amount, currency),
		paid=money(subscription.paid_amount, currency) if subscription.paid_amount else "",
		to_pay=money(subscription.outstanding_amount, currency),
		is_open=subscription.outstanding_amount > 0 and subscription.status != "Cancelled",
		beneficiary=cooperative.title,
		iban=cooperative.iban,
		bic=cooperative.bic,
		reference=subscription.payment_reference,
		contact_email=cooperative.contact_email,
		lines=[
			frappe._dict(
				title=frappe._(frappe.get_cached_value("Share Class", row.share_class, "title")),
				quantity=row.quantity,
				unit_price=money(row.unit_price, currency),
				amount=money(row.amount, currency),
			)
			for row in subscription.items
		],
	)


def qr_code(subscription) -> str:
	"""A data URI of the EPC QR code for what is still to pay; "" when nothing is, or outside the euro."""
	cooperative = frappe.get_cached_doc("Cooperative", subscription.cooperative)
	if cooperative.currency != "EUR" or subscription.status == "Cancelled":
		return ""
	return epc.qr_code(
		cooperative.title,
		cooperative.iban,
		subscription.outstanding_amount,
		subscription.payment_reference,
		cooperative.bic,
	)
