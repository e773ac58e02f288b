"""Letters on paper: one letter, or all that wait in a run as one PDF."""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import flt
from frappe.utils.pdf import get_pdf

from coop_membership.accounting import choice, demands
from coop_membership.doctypes import Cooperative
from coop_membership.dunning import policies
from coop_membership.dunning.letters import texts
from coop_membership.dunning.names import DUNNING_LETTER
from coop_membership.dunning.rules.interest import LEGAL_INTEREST
from coop_membership.payments import epc
from coop_membership.prints import models, wording
from coop_membership.prints.letterhead import PAGES, letterhead
from coop_membership.prints.wording import long_date, money, short_date

TEMPLATE = "coop_membership/templates/dunning/letter.html"
PRINT_FORMAT = "Dunning Letter"


def format_of(doctype: str) -> str | None:
	"""The print format of a DocType: the site's own, else the app's."""
	if own := frappe.get_meta(doctype).default_print_format:
		return own
	if doctype == DUNNING_LETTER:
		return PRINT_FORMAT
	kind = demands.kinds().get(doctype)
	return kind.print_format if kind else None


@dataclass(frozen=True)
class Head:
	"""What a letter says of its cooperative."""

	title: str
	iban: str
	bic: str
	contact_email: str


@dataclass(frozen=True)
class Sheet:
	"""What a letter prints besides its own fields, in the debtor's language: amounts with their currency, the head of the
	letter as HTML, the code for bank apps as a data URI or "". `rows`: see `rows_of`; `fees`: (label, amount).
	"""

	cooperative: Head
	letterhead: str
	date: str
	address: list[str]
	title: str
	lines: list[str]
	rows: list[dict]
	fees: list[tuple[str, str]]
	total: str
	qr: str


def sheet(letter, rule=None) -> Sheet:
	"""The model of one letter's print; `rule`: in place of the policy's level."""
	cooperative = frappe.get_cached_doc("Cooperative", letter.cooperative)
	rule = rule or policies.level_of(letter.policy, letter.level)
	fields = texts.fields_of(letter, cooperative.contact_email)
	return Sheet(
		cooperative=Head(
			title=cooperative.title,
			iban=cooperative.iban or "",
			bic=cooperative.bic or "",
			contact_email=cooperative.contact_email or "",
		),
		letterhead=letterhead(letter),
		date=long_date(letter.control_date),
		address=(letter.address or letter.party_name or "").splitlines(),
		title=_(letter.level_title),
		lines=texts.in_language(rule.letter_text, letter.language, fields),
		rows=rows_of(letter),
		fees=[(label, money(amount, letter.currency)) for label, amount in _fees(letter) if amount],
		total=money(letter.total_due, letter.currency),
		qr=_qr(letter, cooperative),
	)


def rows_of(letter) -> list[dict]:
	"""The documents of a letter as they are printed."""
	return [_row(line, letter.currency) for line in letter.documents]


def _row(line, currency: str) -> dict:
	return {
		"label": choice.title_of(line.document_type, line.balance),
		"name": line.document,
		"posting_date": short_date(line.posting_date),
		"due_date": short_date(line.due_date),
		"amount": money(line.amount, currency),
		"balance": money(line.balance, currency),
	}


def _fees(letter) -> list[tuple[str, float]]:
	kind = _("Interest for late payment") if letter.charge == LEGAL_INTEREST else _("Reminder fee")
	return [
		(_("Fees of earlier reminders"), flt(letter.earlier_fees)),
		(kind, 0 if letter.fee_waived else flt(letter.fee)),
	]


def _qr(letter, cooperative: Cooperative) -> str:
	if letter.currency != "EUR" or not cooperative.iban:
		return ""
	return epc.qr_code(
		cooperative.title,
		cooperative.iban,
		flt(letter.total_due, 2),
		letter.payment_reference or letter.name,
		cooperative.bic,
	)


def html_of(letter, rule=None) -> str:
	"""One letter as HTML, in the debtor's language; `rule`: in place of the policy's level."""
	with wording.language(letter.language or frappe.local.lang):
		return frappe.render_template(TEMPLATE, {"doc": letter, "values": models.plain(sheet(letter, rule))})


def pdf_of(names: list[str]) -> bytes:
	"""These letters as one PDF, each on a page of its own; one call of the PDF engine for all."""
	letters = [html_of(frappe.get_doc(DUNNING_LETTER, name)) for name in names]
	return get_pdf(page_of(letters))


def page_of(letters: list[str]) -> str:
	"""A whole HTML page of letters, which needs nothing from the site's web server to be printed."""
	return frappe.render_template(PAGES, {"pages": letters})
