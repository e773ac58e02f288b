"""How a debtor can be reached: by mail, letter or phone, and why not otherwise."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _

from coop_membership.accounting.receivables import Debtor
from coop_membership.dunning.names import EMAIL, LETTER, PHONE


def keep_usable_emails(cooperative: str, debtors: Iterable[Debtor]) -> None:
	"""None when the cooperative sends no reminders by e-mail; else those that did not ask for no mail at all."""
	debtors = list(debtors)
	unwilling = unsubscribed(email for debtor in debtors for email in debtor.emails)
	is_on = setting_of(cooperative).enabled
	for debtor in debtors:
		debtor.emails = [email for email in debtor.emails if is_on and email not in unwilling]


def channels(cooperative: str, channel: str, rule, debtor: Debtor) -> dict:
	"""How the letter goes out. Without an address or number it becomes a paper letter, and says so."""
	reason = None
	if channel == EMAIL and not debtor.emails:
		channel, reason = LETTER, why_by_letter(cooperative)
	if channel == PHONE and not debtor.phone:
		channel, reason = LETTER, _("No phone number is known: by letter.")
	if channel == LETTER and not debtor.address:
		reason = " ".join(filter(None, [reason, _("No postal address is known.")]))
	return {
		"channel": channel,
		"state_reason": reason,
		"to_email": int(channel == EMAIL or bool(rule.also_email and debtor.emails)),
		"to_print": int(channel == LETTER or bool(rule.also_letter)),
		"to_call": int(channel == PHONE or bool(rule.also_phone and debtor.phone)),
	}


EVENT = "Dunning Letter"


def setting_of(cooperative: str):
	"""The switch and the template of a cooperative for these mails; both empty when it has no such line."""
	rows = frappe.get_cached_doc("Cooperative", cooperative).emails
	return next((row for row in rows if row.event == EVENT), frappe._dict())


def why_by_letter(cooperative: str) -> str:
	"""Why somebody who was to get an e-mail gets a letter."""
	if not setting_of(cooperative).enabled:
		return _("Reminders by e-mail are switched off: by letter.")
	return _("No e-mail address is known: by letter.")


def unsubscribed(emails: Iterable[str]) -> set[str]:
	"""Those of these addresses that asked to get no mail from this site at all."""
	emails = list(set(emails))
	found: set[str] = set()
	for start in range(0, len(emails), 1000):
		found.update(
			frappe.get_all(
				"Email Unsubscribe",
				{"email": ["in", emails[start : start + 1000]], "global_unsubscribe": 1},
				pluck="email",
			)
		)
	return found
