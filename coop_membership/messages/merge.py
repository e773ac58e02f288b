"""One message made many: a template rendered once, its places filled per receiver, the queue's rows written together."""

from __future__ import annotations

import quopri
from email.header import Header
from functools import lru_cache

import frappe
from frappe.email.doctype.email_queue.email_queue import QueueBuilder
from frappe.utils import escape_html, strip_html_tags

from coop_membership.doctypes import Cooperative
from coop_membership.messages import frame

SUBJECT, BODY, TEXT, NOBODY = "@@subject@@", "@@body@@", "@@text@@", "nobody@example.com"


class Merge:
	"""The model mails and compiled templates of one batch, all about documents of one DocType."""

	def __init__(self, doctype: str):
		self._doctype = doctype
		self._models: dict[tuple[str, str], dict] = {}
		self._templates: dict[str, tuple] = {}

	def mail(self, cooperative: Cooperative, language: str, subject: str, body: str) -> dict:
		"""Columns of an Email Queue row with this subject and HTML body, ready to be sent."""
		model = self._model(cooperative, language)
		message_id = f"{frappe.generate_hash(length=20)}@{frappe.local.site}"
		text = strip_html_tags(body.replace("<br>", "\n"))
		merged = model["message"].replace(model["message_id"], message_id)
		merged = merged.replace(f"Subject: {SUBJECT}", f"Subject: {_header(subject)}")
		for mark, value in ((SUBJECT, escape_html(subject)), (BODY, body), (TEXT, text)):
			merged = merged.replace(mark, _quoted(value))
		return {**model, "message": merged, "message_id": message_id}

	def _model(self, cooperative: Cooperative, language: str) -> dict:
		key = (cooperative.name, language)
		if key not in self._models:
			# the marks stand on lines of their own, so that no line break of the encoding falls into them
			self._models[key] = QueueBuilder(
				recipients=[NOBODY],
				subject=SUBJECT,
				message=frame.around(cooperative, f"\n{BODY}\n"),
				text_content=f"\n{TEXT}\n",
				reply_to=cooperative.contact_email,
				reference_doctype=self._doctype,
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
