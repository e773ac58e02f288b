"""Mails that carry letters: rows of the host's own Email Queue, many at once, as a mail merge.

The host's QueueBuilder makes one model mail per cooperative and language, with its frame, headers and styles;
each letter's subject and text are then merged into it. PDFs are promised: the queue prints those that nobody
printed before (`pdfs`).
"""

from __future__ import annotations

import json
import quopri
from collections.abc import Iterable
from email.header import Header
from functools import lru_cache

import frappe
from frappe import _
from frappe.email.doctype.email_queue.email_queue import QueueBuilder
from frappe.utils import escape_html, strip_html_tags, validate_email_address

from coop_membership.dunning import bulk, policies, printing, texts
from coop_membership.dunning.states import FAILED
from coop_membership.wording import money

LETTER = "Dunning Letter"
EVENT = "Dunning Letter"
SUBJECT, BODY, TEXT, NOBODY = "@@subject@@", "@@body@@", "@@text@@", "nobody@example.com"


class Merge:
	"""The model mails and compiled templates of one batch."""

	def __init__(self):
		self._models: dict[tuple[str, str], dict] = {}
		self._templates: dict[str, tuple] = {}

	def mail(self, cooperative, language: str, subject: str, body: str) -> dict:
		"""Columns of an Email Queue row with this subject and HTML body, ready to be sent."""
		model = self._model(cooperative, language)
		message_id = f"{frappe.generate_hash(length=20)}@{frappe.local.site}"
		text = strip_html_tags(body.replace("<br>", "\n"))
		merged = model["message"].replace(model["message_id"], message_id)
		merged = merged.replace(f"Subject: {SUBJECT}", f"Subject: {_header(subject)}")
		for mark, value in ((SUBJECT, escape_html(subject)), (BODY, body), (TEXT, text)):
			merged = merged.replace(mark, _quoted(value))
		return {**model, "message": merged, "message_id": message_id}

	def _model(self, cooperative, language: str) -> dict:
		key = (cooperative.name, language)
		if key not in self._models:
			# the marks stand on lines of their own, so that no line break of the encoding falls into them
			self._models[key] = QueueBuilder(
				recipients=[NOBODY],
				subject=SUBJECT,
				message=f"\n{BODY}\n",
				text_content=f"\n{TEXT}\n",
				reply_to=cooperative.contact_email,
				reference_doctype=LETTER,
				add_unsubscribe_link=0,
				with_container=True,
			).as_dict(include_recipients=False)
		return self._models[key]

	def template(self, name: str) -> tuple:
		"""(subject, body), compiled."""
		if name not in self._templates:
			doc = frappe.get_cached_doc("Email Template", name)
			environment = frappe.get_jenv()
			body = doc.response_html if doc.use_html else doc.response
			self._templates[name] = (
				environment.from_string(doc.subject),
				environment.from_string(body or ""),
			)
		return self._templates[name]


@lru_cache
def _header(text: str) -> str:
	"""As a mail's header says it; most letters of a run share their subject."""
	return Header(text, "utf-8").encode()


def _quoted(text: str) -> str:
	"""As the parts of the model are encoded: quoted-printable of UTF-8, lines ended as in mails."""
	return quopri.encodestring(text.encode()).decode().replace("\n", "\r\n")


def setting_of(cooperative: str):
	"""The switch and the template of a cooperative for these mails; both empty when it has no such line."""
	rows = frappe.get_cached_doc("Cooperative", cooperative).emails
	return next((row for row in rows if row.event == EVENT), frappe._dict())


def why_by_letter(cooperative: str) -> str:
	"""Why somebody who was to get an e-mail gets a letter."""
	if not setting_of(cooperative).enabled:
		return _("Reminders by e-mail are switched off: by letter.")
	return _("No e-mail address is known: by letter.")


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
		promised += [pdf["name"] for pdf in row["attachments"] if pdf["doctype"] == LETTER]
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
	with texts.language(row["language"]):
		subject, body = merge.template(rule.email_template or setting_of(cooperative.name).email_template)
		context = {
			"doc": frappe._dict(row),
			"cooperative": cooperative,
			"person": letter.debtor,
			"title": _(row["level_title"]),
			"lines": texts.in_language(rule.email_text, row["language"]),
			"rows": [] if policy.attach_letter else printing.rows_of(letter.as_document()),
			"amount": money(row["total_due"], row["currency"]),
		}
		mail = merge.mail(
			cooperative,
			row["language"],
			" ".join(subject.render(context).split()),
			body.render(context),
		)
	return {**mail, "reference_name": row["name"], "attachments": _attachments(letter, policy)}


def _attachments(letter, policy) -> list[dict]:
	"""PDFs as promises, which the Email Queue keeps when it sends."""
	documents = [(LETTER, letter.row["name"])] if policy.attach_letter else []
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
		}
		for doctype, name in documents
	]


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
