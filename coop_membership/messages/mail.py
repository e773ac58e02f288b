"""Mails to applicants and members: one entry per event, each with its switch and template per Cooperative.

A mail is a row of the Email Queue, written in the same transaction as what it tells, so it exists exactly when that
happened; PDFs are rendered when the queue sends. A mail that cannot be written never undoes what it tells: the
failure is logged and noted on the document, from where it can be sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import frappe
from frappe import _
from frappe.utils import get_datetime

from coop_membership import jobs
from coop_membership.doctypes import Cooperative
from coop_membership.messages import frame
from coop_membership.messages.events import EVENTS, RESENDABLE
from coop_membership.prints import wording
from coop_membership.prints.letterhead import AS_IT_IS

Values = dict | Callable[[], dict] | None


def send(event: str, document, values: Values = None, resend: bool = False, to: str | None = None) -> bool:
	"""Queue the mail of an event about a document with `cooperative`, to its person or only to the address `to`.

	`values`: what the text says besides, plain ones; a function is asked for them in the language of the mail, as is the
	document's own `mail_values()`.

	True when one was queued. Nothing is sent when the event is switched off (unless `resend` asks for it by
	hand) or nobody has an address.
	"""
	if frappe.flags.in_import or frappe.flags.mute_member_mails:
		return False
	cooperative = frappe.get_cached_doc("Cooperative", document.cooperative)
	setting = next((row for row in cooperative.emails if row.event == event), None)
	if not setting or not (setting.enabled or resend):
		return False
	if not resend and _is_unwanted(event, document):
		return False
	person = recipient_of(document)
	if to:
		person.update({"email": to, "emails": [to]})
	if not person.email:
		return False
	# a broken template or mail account must not undo an approval or a payment
	with jobs.attempt(f"Mail not queued: {event}", document.doctype, document.name) as tried:
		_queue(event, document, cooperative, setting.email_template, person, values)
	if tried.failed:
		_note_failure(event, document, tried.error)
	return not tried.failed


def optional() -> list[str]:
	"""Events that a member may do without, in their order."""
	return [event.name for event in EVENTS.values() if event.optional]


def _is_unwanted(event: str, document) -> bool:
	"""True when the member whom a mail is for has said on the own pages that it is not wanted."""
	member = document.name if document.doctype == "Member" else document.get("member")
	if not member or not EVENTS[event].optional:
		return False
	return event in (frappe.db.get_value("Member", member, "unwanted_mails") or "").splitlines()


def resend(event: str, document, values: Values = None, to: str | None = None) -> bool:
	"""Send a mail once more by hand, also one that is switched off. Raises as `check_resendable`."""
	check_resendable(event, document)
	return send(event, document, values, resend=True, to=to)


def check_resendable(event: str, document) -> None:
	"""Raise a sentence when a mail doesn't fit the document's state, PermissionError for who may send none of it."""
	document.check_permission("email")
	if event not in RESENDABLE.get(document.doctype, {}).get(document.status, ()):
		frappe.throw(_("This mail doesn't fit the current state. Reload the page to see it."))


def recipient_of(document) -> frappe._dict:
	"""Who is written to about a document: email, all addresses, language, first_name, name.

	The person stands on the document itself, or the document answers `holder()`; a Member says who that is today.
	"""
	person = document.holder() if hasattr(document, "holder") else document
	person = person.reached() if hasattr(person, "reached") else person
	emails = [person.get("email"), person.get("organisation_email")]
	return frappe._dict(
		email=person.get("email") or person.get("organisation_email"),
		emails=list(dict.fromkeys(filter(None, emails))),
		language=person.get("language"),
		first_name=person.get("first_name") or person.get("display_name") or person.get("applicant_name"),
		name=person.get("display_name") or person.get("applicant_name"),
	)


def _queue(event: str, document, cooperative: Cooperative, template: str, person, values: Values) -> None:
	language = person.language or cooperative.language
	before = frappe.local.lang
	frappe.local.lang = language
	try:
		subject, body = written(event, document, cooperative, template, person, values)
		frappe.sendmail(
			recipients=person.emails,
			subject=subject,
			message=body,
			reply_to=cooperative.contact_email,
			reference_doctype=document.doctype,
			reference_name=document.name,
			attachments=_attachments(event, document, language),
			message_id=f"{mark(event)}.{frappe.generate_hash(length=20)}@{frappe.local.site}",
			delayed=True,
			add_unsubscribe_link=0,
			with_container=True,
		)
	finally:
		frappe.local.lang = before


def written(
	event: str,
	document,
	cooperative: Cooperative,
	template: str,
	person,
	values: Values,
	draft: tuple[str, str] | None = None,
) -> tuple[str, str]:
	"""(subject, body as HTML) of a mail, in the session's language; of a `draft` in place of its template's two texts."""
	texts = draft or texts_of(_template_of(document, template, event))
	return rendered(texts, document, cooperative, person, _told(document, values, "".join(texts)))


def rendered(
	texts: tuple[str, str], document, cooperative: Cooperative, person, told: dict
) -> tuple[str, str]:
	"""(subject, body as HTML) of two templates, with all that they say besides the document's own fields."""
	subject, text = texts
	words = {"money": wording.money, "long_date": wording.long_date}  # for texts of before
	context = {"doc": document, "cooperative": cooperative, "person": person, **words, **told}
	body = frappe.render_template(text, context)
	return frappe.render_template(subject, context), frame.around(cooperative, body)


def texts_of(template: str) -> tuple[str, str]:
	"""(subject, body) of an Email Template."""
	doc = frappe.get_doc("Email Template", template)
	return doc.subject, (doc.response_html if doc.use_html else doc.response) or ""


def _told(document, values: Values, text: str) -> dict:
	"""What a text says besides the fields of the document, in the session's language.

	Of the document's own values those that are functions are computed when the text, or the name of what it includes,
	mentions them.
	"""
	own = document.mail_values() if hasattr(document, "mail_values") else {}
	own = {name: value for name, value in own.items() if not callable(value) or name in text}
	own = {name: value() if callable(value) else value for name, value in own.items()}
	return own | ((values() if callable(values) else values) or {})


def mark(event: str) -> str:
	"""What the Message-Id of an event's mails begins with: by it they are found again in the queue."""
	return frappe.scrub(event)


def queued(document, events: Iterable[str], since=None) -> list[frappe._dict]:
	"""The mails of these events about a document that the queue knows: name, status, creation, recipients.

	`since`: none from before that moment. Read with a lock, so that none is on its way out meanwhile.
	"""
	table = frappe.qb.DocType("Email Queue")
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.status, table.creation, table.message_id)
		.where((table.reference_doctype == document.doctype) & (table.reference_name == document.name))
		.orderby(table.creation)
		.for_update()
	)
	marks = tuple(f"{mark(event)}." for event in events)
	rows = [
		row
		for row in query.run(as_dict=True)
		if (row.message_id or "").startswith(marks) and (not since or row.creation >= get_datetime(since))
	]
	for row in rows:
		row.recipients = frappe.get_all("Email Queue Recipient", {"parent": row.name}, pluck="recipient")
	return rows


def is_waiting(mail: frappe._dict) -> bool:
	"""True while a mail of `queued` has reached nobody and can be withdrawn."""
	return mail.status == "Not Sent"


def withdraw(mails: Iterable[frappe._dict]) -> None:
	"""Remove mails of `queued` that have not left yet; the others stay. Permissions are the caller's matter."""
	names = [mail.name for mail in mails if is_waiting(mail)]
	if names:
		frappe.db.delete("Email Queue Recipient", {"parent": ["in", names]})
		frappe.db.delete("Email Queue", {"name": ["in", names]})


def _template_of(document, template: str, event: str) -> str:
	"""A share class may have its own certificate mail (peers.md 1.1)."""
	if event != "Certificate":
		return template
	for row in document.get("items") or []:
		if own := frappe.get_cached_value("Share Class", row.share_class, "certificate_template"):
			return own
	return template


def _attachments(event: str, document, language: str) -> list[dict]:
	"""The PDF as a promise: the Email Queue prints it when it sends."""
	print_format = EVENTS[event].pdf
	if not print_format:
		return []
	doctype, name = document.doctype, document.name
	if EVENTS[event].of_member:
		doctype, name = "Member", document.get("member") or document.name
	return [
		{
			"print_format_attachment": 1,
			"doctype": doctype,
			"name": name,
			"print_format": print_format,
			"file_name": f"{_(print_format)} {name}",
			"lang": language,
			**AS_IT_IS,
		}
	]


def _note_failure(event: str, document, error: Exception) -> None:
	document.add_comment(
		"Comment",
		_("The mail {0} could not be prepared: {1}. Correct the cause and send it again.").format(
			_(event, context="Cooperative Email"), frappe.utils.escape_html(str(error)[:200])
		),
	)
