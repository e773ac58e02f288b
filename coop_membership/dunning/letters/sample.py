"""A reminder with the texts of a policy, about somebody and a document that there are not: to look at before anybody gets
it, and to send to oneself.
"""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, today
from frappe.utils.pdf import get_pdf

from coop_membership import host
from coop_membership.accounting import choice
from coop_membership.accounting.receivables import Debtor
from coop_membership.doctypes import Cooperative, DunningPolicy
from coop_membership.dunning import policies
from coop_membership.dunning.letters import mailing, printing, texts
from coop_membership.dunning.letters.compose import Letter
from coop_membership.dunning.names import DUNNING_LETTER
from coop_membership.dunning.reach import setting_of
from coop_membership.dunning.rules.interest import LEGAL_INTEREST
from coop_membership.messages import frame, samples
from coop_membership.messages.merge import Merge
from coop_membership.payments.reference import structured_reference
from coop_membership.prints import wording

NUMBER, BALANCE, INTEREST = "DL-0000", 75, 0.62


@dataclass(frozen=True)
class Sample:
	"""A reminder as HTML: subject and text of the mail, and the letter."""

	cooperative: Cooperative
	subject: str
	mail: str
	letter: str


def fields(policy: DunningPolicy) -> list[str]:
	"""What the texts of a policy may say of each letter, in the language that they are written in."""
	with wording.language(_cooperative(policy).language):
		return [_(field) for field in texts.FIELDS]


def written(policy: DunningPolicy, level: int, letter_text: str, email_text: str) -> Sample:
	"""A reminder of a level with these texts, which need not be saved.

	Raises a sentence for a level that is not saved, when there is no cooperative that the user may read, and when the
	template of the mail holds a mistake.
	"""
	cooperative = _cooperative(policy)
	stored = policies.level_of(policy.name, cint(level))
	rule = frappe._dict(stored.as_dict(), letter_text=letter_text, email_text=email_text)
	template = rule.email_template or setting_of(cooperative.name).email_template
	if not template:
		host.throw_missing(
			_("This mail has no template yet. Save the cooperative, then choose one."),
			cooperative.name,
			"cooperative",
			cooperative.name,
		)
	letter = _letter(policy, rule, cooperative)
	with samples.mistakes_told(template):
		subject, body = mailing.written(letter, policy, rule, Merge(DUNNING_LETTER))
	with wording.language(cooperative.language):
		mail = frame.around(cooperative, body)
	return Sample(cooperative, subject, mail, printing.html_of(letter.as_document(), rule))


def send_to(sample: Sample, address: str, with_letter: bool) -> None:
	"""Queue the mail to one address, marked as a test, with the letter as a PDF when the policy attaches it."""
	pdf = (
		{"fname": f"{NUMBER}.pdf", "fcontent": get_pdf(printing.page_of([sample.letter]))}
		if with_letter
		else None
	)
	samples.queue(
		sample.cooperative, address, sample.subject, sample.mail, attachments=[pdf] if pdf else None
	)


def _cooperative(policy: DunningPolicy) -> Cooperative:
	"""The cooperative of a policy; of one for all, the first that the user may read."""
	only = {"name": policy.cooperative} if policy.cooperative else {}
	found = frappe.get_list("Cooperative", only, pluck="name", order_by="creation asc", limit=1)
	if not found:
		host.throw_missing(
			_("There is no cooperative yet that this reminder could come from."),
			_("Cooperatives"),
			"cooperative",
		)
	return frappe.get_cached_doc("Cooperative", found[0])


def _letter(policy: DunningPolicy, rule, cooperative: Cooperative) -> Letter:
	document_type = choice.sources_of(cooperative.name)[0].document_type
	debtor = Debtor("Camille Durand", address="Camille Durand\n3 rue des Lilas\n35000 Rennes")
	fee = flt(rule.fee if rule.charge == "Fixed" else INTEREST if rule.charge else 0, 2)
	line = {
		"document_type": document_type,
		"document": "2026-0000",
		"posting_date": add_days(today(), -60),
		"due_date": add_days(today(), -30),
		"amount": BALANCE,
		"balance": BALANCE,
		"currency": cooperative.currency,
	}
	row = {
		"name": NUMBER,
		"cooperative": cooperative.name,
		"policy": policy.name,
		"level": rule.level,
		"level_title": rule.title,
		"currency": cooperative.currency,
		"party_name": debtor.name,
		"control_date": today(),
		"total": BALANCE,
		"charge": rule.charge if rule.charge == LEGAL_INTEREST else "",
		"fee": fee,
		"fee_waived": 0,
		"earlier_fees": 0,
		"total_due": BALANCE + fee,
		"payment_reference": structured_reference(NUMBER, cooperative.country),
		"language": cooperative.language,
		"address": debtor.address,
	}
	return Letter(row, [line], debtor)
