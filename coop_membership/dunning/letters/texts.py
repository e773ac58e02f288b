"""Texts of letters and mails in the debtor's language.

The standard texts are known line by line, so a line that nobody rewrote is translated into the debtor's language,
whatever the language it was installed in. Lines of the cooperative's own are printed as they are, with their fields in
brackets filled in: “Dear [Name],”.
"""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership.messages import own_texts
from coop_membership.prints.wording import long_date, money

RECORDS = "Our records show that we have not received the payment of the documents listed below."
CROSSED = "If you have paid in the meantime, please disregard this message."
DESPITE_ONE = "Despite our reminder, we have not received the payment of the documents listed below."
DESPITE_TWO = "Despite two reminders, we have not received the payment of the documents listed below."
WITHIN_10 = "Otherwise, please pay within 10 days."
WITHIN_5 = "Please pay within 5 days."
COLLECTION = "Without your payment within 5 days we shall have to hand the matter over for collection."
PLAN = "If you cannot pay at once, please contact us: we can agree on a payment plan."
THANKS = "Thank you for your cooperation."
ATTACHED = "You will find the details in the attached letter."

FIRST = (RECORDS, CROSSED, WITHIN_10, THANKS)
SECOND = (DESPITE_ONE, CROSSED, WITHIN_5, THANKS)
LAST_AFTER_TWO = (DESPITE_TWO, COLLECTION, PLAN)
LAST_AFTER_ONE = (DESPITE_ONE, COLLECTION, PLAN)
STANDARD = tuple(dict.fromkeys([*FIRST, *SECOND, *LAST_AFTER_TWO, *LAST_AFTER_ONE, ATTACHED]))
LANGUAGES = ("en", "fr")
NAME, AMOUNT, REFERENCE, DATE, ADDRESS = "Name", "Amount", "Payment reference", "Date", "Contact e-mail"
FIELDS = (NAME, AMOUNT, REFERENCE, DATE, ADDRESS)  # what a text may say of its letter


def fields_of(letter, contact_email: str | None) -> dict[str, str]:
	"""{field, in each language of the app: what it says of a letter}, in the session's language."""
	said = {
		NAME: letter.party_name or "",
		AMOUNT: money(letter.total_due, letter.currency),
		REFERENCE: letter.payment_reference or "",
		DATE: long_date(letter.control_date),
		ADDRESS: contact_email or "",
	}
	return {_(field, lang=language): value for field, value in said.items() for language in LANGUAGES}


def in_language(text: str | None, language: str, fields: dict[str, str] | None = None) -> list[str]:
	"""The lines of a text in a language, without empty ones; its fields say what `fields` says."""
	lines = [line.strip() for line in (text or "").splitlines()]
	originals = _originals()
	spoken = [
		_(originals[_plain(line)], lang=language) if _plain(line) in originals else line
		for line in lines
		if line
	]
	return [own_texts.filled(line, fields or {}) for line in spoken]


def _plain(line: str) -> str:
	"""A line without the fixed spaces of French, which texts of before had not."""
	return line.replace("\xa0", " ")


def _originals() -> dict[str, str]:
	"""{a standard line in any language of the app: the same in English}; looked up once per request or job."""
	if not hasattr(frappe.local, "dunning_originals"):
		frappe.local.dunning_originals = {
			_plain(_(line, lang=language)): line for language in LANGUAGES for line in STANDARD
		}
	return frappe.local.dunning_originals
