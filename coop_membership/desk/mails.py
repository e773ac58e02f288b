"""The mails of a cooperative: to look at before anybody gets them, to write in plain words, to send to oneself."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import actions, host
from coop_membership.doctypes import Cooperative
from coop_membership.messages import events, own_texts, samples
from coop_membership.messages.standard_texts import text_of
from coop_membership.prints import wording

DOCTYPE = "Email Template"


@actions.of_site("Cooperative", "write", changes=False)
def preview(cooperative: str, event: str, subject: str | None = None, message: str | None = None) -> dict:
	"""{subject, message, template, about} of a mail as it would be written now; of a text not saved yet, when one is given."""
	found = actions.granted("Cooperative", cooperative, "write")
	return samples.written(found, event, draft=_draft(found, event, subject, message))


@actions.of_site("Cooperative", "write")
def send_test(cooperative: str, event: str, subject: str | None = None, message: str | None = None) -> str:
	"""Send that mail to oneself; returns the address."""
	address = samples.own_address()
	found = actions.granted("Cooperative", cooperative, "write")
	samples.send_to(found, event, address, draft=_draft(found, event, subject, message))
	return address


@actions.of_site("Cooperative", "write", changes=False)
def text(cooperative: str, event: str) -> dict:
	"""{subject, message, fields, known, own} of a mail in plain words, in the cooperative's language."""
	found = actions.granted("Cooperative", cooperative, "write")
	template = frappe.get_doc(DOCTYPE, samples.template_of(found, event))
	body = (template.response_html if template.use_html else template.response) or ""
	with wording.language(found.language):
		words = own_texts.words_of(template.subject, body, text_of(event))
	return {
		"subject": words.subject,
		"message": words.body,
		"fields": sorted(words.fields),
		"known": words.known,
		"own": template.name != events.TEMPLATE_PREFIX + event,
	}


@actions.of_site("Cooperative", "write")
def save_text(cooperative: str, event: str, subject: str, message: str) -> None:
	"""Let a mail of this Cooperative alone be written so from now on."""
	found = actions.granted("Cooperative", cooperative, "write")
	samples.template_of(found, event)
	if not subject.strip() or not message.strip():
		frappe.throw(_("A mail needs a subject and a text."))
	subject, body = _draft(found, event, subject, message)
	name = _own_template(found, event)
	template = frappe.get_doc(DOCTYPE, name) if frappe.db.exists(DOCTYPE, name) else frappe.new_doc(DOCTYPE)
	template.update({"name": name, "subject": subject, "use_html": 1, "response_html": body, "response": ""})
	# the manager may write this cooperative; the text holds no template but ours, see own_texts
	template.save(ignore_permissions=True)
	_use(found, event, name)


@actions.of_site("Cooperative", "write")
def standard_text(cooperative: str, event: str) -> None:
	"""Let a mail be written as the app brings it, in the language of each person."""
	found = actions.granted("Cooperative", cooperative, "write")
	_use(found, event, events.TEMPLATE_PREFIX + event)


def forget_texts(cooperative: Cooperative) -> None:
	"""With a Cooperative go the texts that were written for it alone."""
	for event in events.EVENTS:
		name = _own_template(cooperative, event)
		frappe.delete_doc(
			DOCTYPE, name, ignore_missing=True, ignore_permissions=True, force=True
		)  # nobody else's


def _own_template(cooperative: Cooperative, event: str) -> str:
	return f"{cooperative.name}: {event}"


def _draft(
	cooperative: Cooperative, event: str, subject: str | None, message: str | None
) -> tuple[str, str] | None:
	"""What was written in plain words, as templates; None when nothing was."""
	if subject is None or message is None:
		return None
	if event not in events.EVENTS:
		frappe.throw(_("This mail can't be shown here."))
	with wording.language(cooperative.language):
		return own_texts.to_template(subject, message, text_of(event))


def _use(cooperative: Cooperative, event: str, template: str) -> None:
	row = next((row for row in cooperative.emails if row.event == event), None)
	if not row:
		host.throw_missing(
			_("This mail has no template yet. Save the cooperative, then choose one."),
			cooperative.name,
			"cooperative",
			cooperative.name,
		)
	row.email_template = template
	cooperative.save()
