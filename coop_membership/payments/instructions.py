"""How to pay a demand, in words: for its print format and for the mails about it."""

from __future__ import annotations

from dataclasses import dataclass

import frappe

from coop_membership.accounting import demands
from coop_membership.accounting.in_erpnext import online
from coop_membership.payments import epc
from coop_membership.prints.letterhead import letterhead, recipient
from coop_membership.prints.wording import long_date, money
from coop_membership.states.demands import is_paid, is_withdrawn


@dataclass(frozen=True)
class Details:
	"""Everything a request for payment says, in words of the session's language; amounts with their currency.

	`lines`: title, amount, and `quantity`, `unit_price` or `days`, as the kind of demand answers. `paid` and `paid_on` are
	"" as long as nothing, or not all, is paid; `page`: where it is paid online, "" where that is not possible.
	"""

	name: str
	recipient: list[str]
	date: str
	due_date: str
	paid_on: str
	total: str
	paid: str
	to_pay: str
	is_open: bool
	beneficiary: str
	iban: str
	bic: str
	reference: str
	contact_email: str
	lines: list[dict]
	page: str


@dataclass(frozen=True)
class Sheet(Details):
	"""Its print: the head of the letter as HTML, the code for bank apps as a data URI or ""."""

	letterhead: str
	qr_code: str


def details(demand) -> Details:
	"""What a request for payment says, for a mail or a page."""
	return Details(**_words(demand))


def sheet(demand) -> Sheet:
	"""What a request for payment says on paper."""
	return Sheet(**_words(demand), letterhead=letterhead(demand), qr_code=qr_code(demand))


def _words(demand) -> dict:
	cooperative = frappe.get_cached_doc("Cooperative", demand.cooperative)
	currency = cooperative.currency
	return {
		"name": demand.name,
		"recipient": recipient(frappe.get_doc("Member", demand.member)),
		"date": long_date(demand.posting_date),
		"due_date": long_date(demand.due_date),
		"paid_on": long_date(demand.effective_date) if is_paid(demand) else "",
		"total": money(demand.amount, currency),
		"paid": money(demand.paid_amount, currency) if demand.paid_amount else "",
		"to_pay": money(demand.outstanding_amount, currency),
		"is_open": demand.outstanding_amount > 0 and not is_withdrawn(demand),
		"beneficiary": cooperative.title,
		"iban": cooperative.iban or "",
		"bic": cooperative.bic or "",
		"reference": demand.payment_reference or "",
		"contact_email": cooperative.contact_email or "",
		"lines": demands.kind_of(demand).lines(demand),
		"page": online.page_of(demand) or "",
	}


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
