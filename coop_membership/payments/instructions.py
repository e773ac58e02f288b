"""How to pay a demand, in words: for its print format and for the mails about it."""

from __future__ import annotations

import frappe

from coop_membership.accounting import demands
from coop_membership.accounting.states import is_paid, is_withdrawn
from coop_membership.payments import epc
from coop_membership.prints.letterhead import recipient
from coop_membership.prints.wording import long_date, money


def details(demand) -> frappe._dict:
	"""Everything a request for payment says, in the session's language."""
	cooperative = frappe.get_cached_doc("Cooperative", demand.cooperative)
	currency = cooperative.currency
	return frappe._dict(
		recipient=recipient(frappe.get_doc("Member", demand.member)),
		date=long_date(demand.posting_date),
		due_date=long_date(demand.due_date),
		paid_on=long_date(demand.effective_date) if is_paid(demand) else "",
		total=money(demand.amount, currency),
		paid=money(demand.paid_amount, currency) if demand.paid_amount else "",
		to_pay=money(demand.outstanding_amount, currency),
		is_open=demand.outstanding_amount > 0 and not is_withdrawn(demand),
		beneficiary=cooperative.title,
		iban=cooperative.iban,
		bic=cooperative.bic,
		reference=demand.payment_reference,
		contact_email=cooperative.contact_email,
		lines=demands.kind_of(demand).lines(demand),
	)


def qr_code(demand) -> str:
	"""A data URI of the EPC QR code for what is still to pay; "" when nothing is, or outside the euro."""
	cooperative = frappe.get_cached_doc("Cooperative", demand.cooperative)
	if cooperative.currency != "EUR" or is_withdrawn(demand):
		return ""
	return epc.qr_code(
		cooperative.title,
		cooperative.iban,
		demand.outstanding_amount,
		demand.payment_reference,
		cooperative.bic,
	)
