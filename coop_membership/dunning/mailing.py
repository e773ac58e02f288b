"""Mails that carry letters: rows of the host's own Email Queue, many at once.

What costs time, the frame around a mail (logo, footer, inlined styles) and the parsing of templates, is done once per
batch, template and language; the host's own QueueBuilder makes each message. PDFs are promised: the queue prints
them when it sends.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.email.doctype.email_queue.email_queue import QueueBuilder
from frappe.utils import escape_html, fmt_money, strip_html_tags

from coop_membership.dunning import bulk, policies, printing, texts
from coop_membership.dunning.states import FAILED

TEMPLATE = "Coop Membership: Dunning Letter"
PRINT_FORMAT = "Dunning Letter"
PRINT_FORMATS = {"Dunning Letter": PRINT_FORMAT, "Share Subscription": "Capital Release Request"}
SUBJECT, BODY = "@@subject@@", "@@body@@"


class LetterMail(QueueBuilder):
	"""A mail whose frame is rendered already, and whose recipients are known to want it."""

	def __init__(self, frame: str, account, **values):
		super().__init__(**values)
		self.frame = frame
		self._email_account = account
		self._unsubscribed_user_emails = []

	def email_html_content(self) -> str:
		return self.frame.replace(SUBJECT, escape_html(self.subject)).replace(BODY, self._message)

	def email_text_content(self) -> str:
		return strip_html_tags(self._message.replace("<br>", "\n"))


class Frames:
	"""The frame of mails, and the templates' compiled texts."""

	def __init__(self):
		self._frames: dict[tuple[str, str], str] = {}
		self._templates: dict[str, tuple] = {}
		self._accounts: dict[str, object] = {}

	def account(self, cooperative):
		if cooperative.name not in self._accounts:
			self._accounts[cooperative.name] = EmailAccount.find_outgoing(
				match_by_doctype="Dunning Letter", _raise_error=True
			)
		return self._accounts[cooperative.name]

	def frame(self, cooperative, language: str) -> str:
		key = (cooperative.name, language)
		if key not in self._frames:
			plain = QueueBuilder(
				subject=SUBJECT,
				message=BODY,
				reference_doctype="Dunning Letter",
				add_unsubscribe_link=0,
				with_container=True,
			)
			plain._email_account = self.account(cooperative)
			self._frames[key] = plain.email_html_content()
		return self._frames[key]

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


def queue(letters: Iterable) -> None:
	"""Put the mails of these letters into the Email Queue; a letter whose mail cannot be made is `Failed` and says why."""
	frames = Frames()
	queued, recipients = [], []
	for letter in letters:
		if not letter.row["to_email"]:
			continue
		try:
			row = _row(letter, frames)
		except Exception as error:  # one broken address or template must not stop the others
			frappe.log_error(title="Dunning letter not queued", message=frappe.get_traceback())
			letter.row.update({"state": FAILED, "state_reason": str(error)[:500]})
			continue
		row_recipients = row.pop("recipients")
		queued.append({"name": bulk.new_name("Email Queue"), "status": "Not Sent", "retry": 0, **row})
		letter.row["email_queue"] = str(queued[-1]["name"])
		recipients += [
			{"parent": queued[-1]["name"], "recipient": address, "status": "Not Sent"}
			for address in row_recipients
		]
	bulk.insert("Email Queue", queued)
	bulk.insert_children("Email Queue", "recipients", "Email Queue Recipient", recipients)


def _row(letter, frames: Frames) -> dict:
	row = letter.row
	cooperative = frappe.get_cached_doc("Cooperative", row["cooperative"])
	policy = frappe.get_cached_doc(policies.POLICY, row["policy"])
	rule = policies.level_of(row["policy"], row["level"])
	with texts.language(row["language"]):
		subject, body = frames.template(rule.email_template)
		context = {
			"doc": frappe._dict(row),
			"cooperative": cooperative,
			"person": letter.debtor,
			"title": _(row["level_title"]),
			"lines": texts.in_language(rule.email_text, row["language"]),
			"rows": [] if policy.attach_letter else printing.rows_of(letter.as_document()),
			"amount": fmt_money(row["total_due"], currency=row["currency"]),
		}
		mail = LetterMail(
			frames.frame(cooperative, row["language"]),
			frames.account(cooperative),
			recipients=letter.debtor.emails,
			subject=" ".join(subject.render(context).split()),
			message=body.render(context),
			reply_to=cooperative.contact_email,
			reference_doctype="Dunning Letter",
			reference_name=row["name"],
			attachments=_attachments(letter, policy),
			add_unsubscribe_link=0,
		)
		found = mail.as_dict()
	if not found or not found["recipients"]:
		frappe.throw(_("The e-mail address is not valid: {0}").format(", ".join(letter.debtor.emails)))
	return found


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
