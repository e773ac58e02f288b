"""The first text of every mail, one Email Template per event. Never overwritten: the cooperative edits them.
A text that is still one of those that the app brought follows the app.

The texts are in `templates/emails/`; each sentence is translated when the mail is written, so one template serves
every language until somebody rewrites it.
"""

from __future__ import annotations

from hashlib import sha256

import frappe

from coop_membership.messages import events
from coop_membership.messages.standard_texts import text_of

# texts that the app brought before, by the beginning of their SHA-256: most look things up, which newer Frappe
# refuses
BEFORE = {
	"Transfer": ("d3a04bda96557764",),
	"Register State": ("e51298f366e83861",),
	"Withdrawn": ("423b2c88a022c2d6",),
	"Waiting List": ("9f5645bb2835e47e",),
	"Refused": ("46b5d03f393721a9",),
	"Expired": ("e23d9e11444605e0",),
	"Capital Release Request": ("b3ff42b59799cd89",),
	"Blocked": ("72b82a2398c77d2f",),
	"Application Received": (
		"2ebbe5bccbc55f2c",
		"cfdbb4cb32c67ad2",
		"fe270c05b00f241b",
		"42bec6582d25ea37",
		"cccb032fc7373ff8",
		"c3790ab21d664122",
		"601dd2ea5309399c",
		"4e82567936f1f423",
	),
	"Confirm E-mail": ("175de2b110ebeff7", "8b7190d58fa93986"),
	"Corrected Certificate": ("9773cdf1fa21df5b",),
	"Dunning Letter": ("0b3a5f0711e630b0",),
	"Dues Request": ("a915a4fda14100a7", "9f6bbd9ec52b5ef7", "aecf63c443a2e641"),
	"Identity Document": ("d3f758a9b2e42e75",),
	"Membership Card": ("37fb27dc1859c9d8",),
	"Membership Confirmed": ("c1575f0e02ad4de4", "cb8427dee4810f97"),
	"Membership Expired": ("3cfbcaea4191e3e7", "758e82743ccffd75", "20aeed499e563d84"),
	"No Shares Left": (
		"d77b896a6bb76de2",
		"b7e0ef135edf1bbb",
	),
	"Portal Invitation": ("03c70b6d77520923",),
	"Renewal Due": ("7a39489c4795cee3", "82c9ffbd4726df0e", "c4a5d273c2bccb27", "ac6c62a17258b20f"),
	"Share Update": ("e0454c7d06c24bba", "ef90631d421bbd03", "5ecc649940f8a80d", "258a1ce37c15b78e"),
	"Transaction Refused": ("4cbdd3d1fbef2fd1", "b403d44cd481760b"),
	"Transfer Confirmation": ("018c0e344913cc93", "a17b7248c01ae0d5", "ae17ad47c9350c5c"),
}
# subjects that the app brought before
SUBJECTS_BEFORE = (
	'{{ _("Your request to join {0}").format(cooperative.title) }}',
	'{{ _("A question about your request to join {0}").format(cooperative.title) }}',
	'{{ _("Your request to join {0} has expired").format(cooperative.title) }}',
	'{{ _("Your request to join {0} is withdrawn").format(cooperative.title) }}',
)


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

		elif _is_untouched(event, frappe.db.get_value("Email Template", name, "response_html")):
			subject, body = text_of(event)
			frappe.db.set_value("Email Template", name, "response_html", body)
			if frappe.db.get_value("Email Template", name, "subject") in SUBJECTS_BEFORE:
				frappe.db.set_value("Email Template", name, "subject", subject)

	_switch_on_new_events()


def _is_untouched(event: str, text: str | None) -> bool:
	return bool(text) and mark_of(text) in BEFORE.get(event, ())


def mark_of(text: str) -> str:
	return sha256(text.strip().encode()).hexdigest()[:16]


def _switch_on_new_events() -> None:
	"""A cooperative that is older than a mail gets its switch at the next migration."""
	for name in frappe.get_all("Cooperative", pluck="name"):
		cooperative = frappe.get_doc("Cooperative", name)
		present = len(cooperative.emails)
		cooperative.add_missing_emails()
		for row in cooperative.emails[present:]:
			row.insert(ignore_permissions=True)  # migration
		frappe.clear_document_cache("Cooperative", name)


def remove() -> None:
	for event in events.EVENTS:
		frappe.delete_doc(
			"Email Template",
			events.TEMPLATE_PREFIX + event,
			ignore_missing=True,
			force=True,
			ignore_permissions=True,  # uninstallation
		)
