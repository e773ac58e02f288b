"""How to pay a Share Subscription or dues, in words: for their print formats and for the mails about them."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt

from coop_membership.payments import epc
from coop_membership.shares.letterhead import recipient
from coop_membership.wording import long_date, money


def details(subscription) -> frappe._dict:
	"""Everything a capital release request or a request for dues says, in the session's language."""
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
		lines=_dues_lines(subscription, currency)
		if subscription.doctype == "Membership"
		else _share_lines(subscription, currency),
	)


def _share_lines(subscription, currency: str) -> list[frappe._dict]:
	return [
		frappe._dict(
			title=_(frappe.get_cached_value("Share Class", row.share_class, "title")),
			quantity=row.quantity,
			unit_price=money(row.unit_price, currency),
			amount=money(row.amount, currency),
		)
		for row in subscription.items
	]


def _dues_lines(membership, currency: str) -> list[frappe._dict]:
	title = _(frappe.get_cached_value("Membership Plan", membership.plan, "title"))
	days = _("from {0} to {1}").format(long_date(membership.from_date), long_date(membership.to_date))
	price = flt(membership.amount - membership.entry_fee, 2)
	lines = [frappe._dict(title=title, days=days, amount=money(price, currency))]
	if membership.entry_fee:
		lines.append(
			frappe._dict(title=_("Entry fee"), days="", amount=money(membership.entry_fee, currency))
		)
	return lines


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
