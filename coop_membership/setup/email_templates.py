"""The first text of every mail, one Email Template per event. Never overwritten: the cooperative edits them.

The texts are in `templates/emails/`; each sentence is translated when the mail is written, so one template serves
every language until somebody rewrites it.
"""

from __future__ import annotations

from pathlib import Path

import frappe

from coop_membership.messages import events

FOLDER = Path(__file__).parent.parent / "templates" / "emails"


def add() -> None:
	for event in events.EVENTS:
		name = events.TEMPLATE_PREFIX + event
		if not frappe.db.exists("Email Template", name):
			subject, body = text_of(event)
			frappe.get_doc(
				{
					"doctype": "Email Template",
					"name": name,
					"subject": subject,
					"use_html": 1,
					"response_html": body,
					"response": "",
				}
			).insert(ignore_permissions=True)  # installation

	_switch_on_new_events()


def _switch_on_new_events() -> None:
	"""A cooperative that is older than a mail gets its switch at the next migration."""
	for name in frappe.get_all("Cooperative", pluck="name"):
		cooperative = frappe.get_doc("Cooperative", name)
		present = len(cooperative.emails)
		cooperative.add_missing_emails()
		for row in cooperative.emails[present:]:
			row.insert(ignore_permissions=True)  # migration
		frappe.clear_document_cache("Cooperative", name)


def text_of(event: str) -> tuple[str, str]:
	"""(subject, body) of an event's first text: the file's first line is the subject."""
	subject, _empty, body = (FOLDER / f"{frappe.scrub(event)}.html").read_text().partition("\n")
	return subject.removeprefix("{# subject #}").strip(), body.strip()


def remove() -> None:
	for event in events.EVENTS:
		frappe.delete_doc(
			"Email Template",
			events.TEMPLATE_PREFIX + event,
			ignore_missing=True,
			force=True,
			ignore_permissions=True,  # uninstallation
		)
