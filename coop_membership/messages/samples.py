"""A mail as it would be written now, about the newest document that it fits: to look at, and to send to oneself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import add_days, get_url, getdate

from coop_membership.doctypes import Cooperative
from coop_membership.messages import frame, mail
from coop_membership.messages.events import EVENTS, RESENDABLE
from coop_membership.prints import wording

LETTER = "Dunning Letter"  # written from a policy, see dunning/letters
OTHERS = {
	"Activity Link": "Activity",
	"Address Change": "Member",
	"Confirm New Account": "Member",
	"Confirm New Address": "Member",
	"Correction Notice": "Share Subscription",
	"Corrected Certificate": "Share Subscription",
	"Expired": "Membership Application",
	"Household Changed": "Member",
	"Portal Invitation": "Member",
	"Register State": "Share Register Entry",
	"Withdrawn": "Membership Application",
	"Yearly Certificate": "Yearly Certificate",
}
OF_TRANSACTIONS = "Share Transaction"


def doctype_of(event: str) -> str:
	"""What a mail is about."""
	for doctype, by_state in RESENDABLE.items():
		if any(event in events for events in by_state.values()):
			return doctype
	return OTHERS[event]


def template_of(cooperative: Cooperative, event: str) -> str:
	"""Name of the Email Template of a mail. Raises a sentence for an unknown event, or when there is none."""
	if event not in EVENTS or event == LETTER:
		frappe.throw(_("This mail can't be shown here."))
	template = next((row.email_template for row in cooperative.emails if row.event == event), None)
	if not template:
		frappe.throw(_("This mail has no template yet. Save the cooperative, then choose one."))
	return template


def written(
	cooperative: Cooperative, event: str, embedded: bool = False, draft: tuple[str, str] | None = None
) -> dict[str, str]:
	"""{subject, message, template, about} of a mail as its person would read it today; nothing is sent. Pictures are in
	the text itself, or `embedded` as the host's mails have them. `draft`: (subject, body) in place of the template's own.

	Raises a sentence for an unknown event, when there is no document yet that it could be about (of those that the
	user may read), and when the template holds a mistake.
	"""
	template = template_of(cooperative, event)
	document, values = _sample(cooperative, event)
	person = mail.recipient_of(document)
	with wording.language(person.language or cooperative.language), mistakes_told(template):
		subject, message = mail.written(event, document, cooperative, template, person, values, draft)
	return {
		"subject": subject,
		"message": message if embedded else wording.with_pictures(frame.for_the_eye(message)),
		"template": template,
		"about": person.name or document.name,
	}


@contextmanager
def mistakes_told(template: str):
	"""A template is anybody's text: whatever is wrong with it becomes a sentence."""
	try:
		yield
	except Exception as error:
		frappe.clear_messages()
		lines = frappe.utils.strip_html(str(error)).strip().splitlines() or [type(error).__name__]
		what = frappe.utils.escape_html(lines[-1][:200])
		frappe.throw(_("The template has a mistake: {0}").format(what), title=template)


def send_to(cooperative: Cooperative, event: str, address: str, draft: tuple[str, str] | None = None) -> None:
	"""Queue the mail of `written` to one address, marked as a test, about no document and with no attachment."""
	found = written(cooperative, event, embedded=True, draft=draft)
	queue(cooperative, address, found["subject"], found["message"])


def own_address() -> str:
	"""Where the session's user gets a test. Raises a sentence when there is no address."""
	if not (address := frappe.db.get_value("User", frappe.session.user, "email")):
		frappe.throw(_("Your account has no e-mail address."))
	return address


def queue(cooperative: Cooperative, address: str, subject: str, message: str, **more) -> None:
	"""Queue a mail that is marked as a test."""
	frappe.sendmail(
		recipients=[address],
		subject=_("[Test] {0}").format(subject),
		message=message,
		reply_to=cooperative.contact_email,
		delayed=True,
		add_unsubscribe_link=0,
		with_container=True,
		**more,
	)


def _sample(cooperative: Cooperative, event: str) -> tuple[object, Callable[[], dict]]:
	doctype = doctype_of(event)
	names = frappe.get_list(
		doctype, {"cooperative": cooperative.name}, pluck="name", order_by="creation desc", limit=1
	)
	if not names:
		frappe.throw(
			_("There is no {0} yet that this mail could be about. Come back when there is one.").format(
				_(doctype)
			)
		)
	document = frappe.get_doc(doctype, names[0])
	document.check_permission("read")
	if doctype != OF_TRANSACTIONS:
		return document, lambda: _values(cooperative)
	return frappe.get_doc("Member", document.member), lambda: _values(cooperative, document)


def _values(cooperative: Cooperative, transaction=None) -> dict:
	"""What some mails say besides, in the session's language."""
	values = {
		"link": get_url("/…"),
		"days": 30,
		"reason": _("(the reason that you write)"),
		"change": _("(what has changed)"),
		"before": wording.long_date(add_days(getdate(), -1)),
		"after": wording.long_date(getdate()),
		"state": "0123-4567-89ab-cdef",
		"number": 1,
		"iban": "BE71 0961 2345 6769",
		"new_email": "camille@example.org",
		"amount": wording.money(transaction.amount if transaction else 25, cooperative.currency),
		"lines": [],
	}
	if transaction:
		title = frappe.get_cached_value("Share Class", transaction.share_class, "title")
		values |= {"transaction": transaction, "share_class": _(title)}
	return values
