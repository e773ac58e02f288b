"""Mails that carry letters: rows of the host's own Email Queue, many at once, as a mail merge.

The host's QueueBuilder makes one model mail per cooperative and language, with its frame, headers and styles;
each letter's subject and text are then merged into it. PDFs are promised: the queue prints those that nobody
printed before (`pdfs`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import validate_email_address

from coop_membership import bulk
from coop_membership.doctypes import DunningPolicy
from coop_membership.dunning import policies
from coop_membership.dunning.letters import printing, texts
from coop_membership.dunning.letters.compose import Letter
from coop_membership.dunning.names import DUNNING_LETTER
from coop_membership.dunning.reach import setting_of
from coop_membership.messages.merge import Merge
from coop_membership.messages.outcome import FAILED
from coop_membership.prints import wording
from coop_membership.prints.letterhead import AS_IT_IS
from coop_membership.prints.wording import money


def queue(letters: Iterable, merge: Merge) -> list[str]:
	"""Put the mails of these letters into the Email Queue; a letter whose mail cannot be made is `Failed` and says why.

	Returns the names of the letters whose PDF is promised.
	"""
	queued, recipients, promised = [], [], []
	for letter in letters:
		if not letter.row["to_email"]:
			continue
		try:
			row = _row(letter, merge)
		except Exception as error:  # one broken address or template must not stop the others
			frappe.log_error(title="Dunning letter not queued", message=frappe.get_traceback())
			letter.row.update({"state": FAILED, "state_reason": str(error)[:500]})
			continue
		promised += [pdf["name"] for pdf in row["attachments"] if pdf["doctype"] == DUNNING_LETTER]
		row["attachments"] = json.dumps(row["attachments"])
		queued.append({"name": bulk.new_name("Email Queue"), "status": "Not Sent", "retry": 0, **row})
		letter.row["email_queue"] = str(queued[-1]["name"])
		recipients += [
			{"parent": queued[-1]["name"], "recipient": address, "status": "Not Sent"}
			for address in letter.debtor.emails
		]
	bulk.insert("Email Queue", queued)
	bulk.insert_children("Email Queue", "recipients", "Email Queue Recipient", recipients)
	return promised


def _row(letter, merge: Merge) -> dict:
	row = letter.row
	for address in letter.debtor.emails:
		if not validate_email_address(address):
			frappe.throw(_("The e-mail address is not valid: {0}").format(address))
	cooperative = frappe.get_cached_doc("Cooperative", row["cooperative"])
	policy = frappe.get_cached_doc(policies.POLICY, row["policy"])
	rule = policies.level_of(row["policy"], row["level"])
	subject, body = written(letter, policy, rule, merge)
	with wording.language(row["language"]):
		mail = merge.mail(cooperative, row["language"], subject, body)
	return {**mail, "reference_name": row["name"], "attachments": _attachments(letter, policy)}


def written(letter: Letter, policy: DunningPolicy, rule, merge: Merge) -> tuple[str, str]:
	"""(subject, HTML body) of the mail that carries a letter of a policy's level (`rule`), in the debtor's language."""
	row = letter.row
	cooperative = frappe.get_cached_doc("Cooperative", row["cooperative"])
	subject, body = merge.template(rule.email_template or setting_of(cooperative.name).email_template)
	with wording.language(row["language"]):
		fields = texts.fields_of(letter.as_document(), cooperative.contact_email)
		context = {
			"doc": frappe._dict(row),
			"cooperative": cooperative,
			"person": letter.debtor,
			"title": _(row["level_title"]),
			"lines": texts.in_language(rule.email_text, row["language"], fields),
			"rows": [] if policy.attach_letter else printing.rows_of(letter.as_document()),
			"amount": money(row["total_due"], row["currency"]),
		}
		return " ".join(subject.render(context).split()), body.render(context)


def _attachments(letter, policy: DunningPolicy) -> list[dict]:
	"""PDFs as promises, which the Email Queue keeps when it sends."""
	documents = [(DUNNING_LETTER, letter.row["name"])] if policy.attach_letter else []
	if policy.attach_invoices:
		documents += [
			(line["document_type"], line["document"]) for line in letter.lines if line.get("notice")
		]
	return [
		{
			"print_format_attachment": 1,
			"doctype": doctype,
			"name": name,
			"print_format": printing.format_of(doctype),
			"file_name": name,
			"lang": letter.row["language"],
			**(AS_IT_IS if doctype == DUNNING_LETTER else {}),
		}
		for doctype, name in documents
	]
