"""Mails that carry letters: rows of the host's own Email Queue, many at once, as a mail merge.

The host's QueueBuilder makes one model mail per cooperative and language, with its frame, headers and styles; each
letter's subject and text are then merged into it. PDFs are promised: the queue prints them when it sends.
"""

from __future__ import annotations

import json
import quopri
from collections.abc import Iterable
from email.header import Header

import frappe
from frappe import _
from frappe.email.doctype.email_queue.email_queue import QueueBuilder
from frappe.utils import escape_html, fmt_money, strip_html_tags, validate_email_address

from coop_membership.dunning import bulk, policies, printing, texts
from coop_membership.dunning.states import FAILED

LETTER = "Dunning Letter"
TEMPLATE = "Coop Membership: Dunning Letter"
PRINT_FORMAT = "Dunning Letter"
PRINT_FORMATS = {LETTER: PRINT_FORMAT, "Share Subscription": "Capital Release Request"}
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
		merged = merged.replace(f"Subject: {SUBJECT}", f"Subject: {Header(subject, 'utf-8').encode()}")
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

	def template(self, name: str | None) -> tuple:
		"""(subject, body), compiled."""
		name = name or TEMPLATE
		if name not in self._templates:
			doc = frappe.get_cached_doc("Email Template", name)
			environment = frappe.get_jenv()
			body = doc.response_html if doc.use_html else doc.response
			self._templates[name] = (
				environment.from_string(doc.subject),
				environment.from_string(body or ""),
			)
		return self._templates[name]


def _quoted(text: str) -> str:
	"""As the parts of the model are encoded: quoted-printable of UTF-8, lines ended as in mails."""
	return quopri.encodestring(text.encode()).decode().replace("\n", "\r\n")


def queue(letters: Iterable, merge: Merge) -> None:
	"""Put the mails of these letters into the Email Queue; a letter whose mail cannot be made is `Failed` and says why."""
	queued, recipients = [], []
	for letter in letters:
		if not letter.row["to_email"]:
			continue
		try:
			row = _row(letter, merge)
		except Exception as error:  # one broken address or template must not stop the others
			frappe.log_error(title="Dunning letter not queued", message=frappe.get_traceback())
			letter.row.update({"state": FAILED, "state_reason": str(error)[:500]})
			continue
		queued.append({"name": bulk.new_name("Email Queue"), "status": "Not Sent", "retry": 0, **row})
		letter.row["email_queue"] = str(queued[-1]["name"])
		recipients += [
			{"parent": queued[-1]["name"], "recipient": address, "status": "Not Sent"}
			for address in letter.debtor.emails
		]
	bulk.insert("Email Queue", queued)
	bulk.insert_children("Email Queue", "recipients", "Email Queue Recipient", recipients)


def _row(letter, merge: Merge) -> dict:
	row = letter.row
	for address in letter.debtor.emails:
		if not validate_email_address(address):
			frappe.throw(_("The e-mail address is not valid: {0}").format(address))
	cooperative = frappe.get_cached_doc("Cooperative", row["cooperative"])
	policy = frappe.get_cached_doc(policies.POLICY, row["policy"])
	rule = policies.level_of(row["policy"], row["level"])
	with texts.language(row["language"]):
		subject, body = merge.template(rule.email_template)
		context = {
			"doc": frappe._dict(row),
			"cooperative": cooperative,
			"person": letter.debtor,
			"title": _(row["level_title"]),
			"lines": texts.in_language(rule.email_text, row["language"]),
			"rows": [] if policy.attach_letter else printing.rows_of(letter.as_document()),
			"amount": fmt_money(row["total_due"], currency=row["currency"]),
		}
		mail = merge.mail(
			cooperative,
			row["language"],
			" ".join(subject.render(context).split()),
			body.render(context),
		)
	attachments = json.dumps(_attachments(letter, policy))
	return {**mail, "reference_name": row["name"], "attachments": attachments}


def _attachments(letter, policy) -> list[dict]:
	"""PDFs as promises: the Email Queue prints them when it sends."""
	found = [_letter_pdf(letter)] if policy.attach_letter else []
	if policy.attach_invoices:
		for line in letter.lines:
			if line.get("notice"):
				found.append(_document_pdf(line["document_type"], line["document"], letter.row["language"]))
	return found


def _letter_pdf(letter) -> dict:
	"""The letter as it is written now, whatever happens until it is sent; a site's own print format is printed then."""
	row = letter.row
	own_format = frappe.get_meta("Dunning Letter").default_print_format
	promise = _document_pdf("Dunning Letter", row["name"], row["language"])
	if own_format in (None, PRINT_FORMAT):
		promise["html"] = printing.page_of([printing.html_of(letter.as_document())])
	return promise


def _document_pdf(doctype: str, name: str, language: str) -> dict:
	print_format = frappe.get_meta(doctype).default_print_format
	return {
		"print_format_attachment": 1,
		"doctype": doctype,
		"name": name,
		"print_format": print_format or PRINT_FORMATS.get(doctype),
		"file_name": name,
		"lang": language,
	}


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
