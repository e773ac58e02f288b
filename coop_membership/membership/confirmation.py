"""Double opt-in: a request waits until whoever reads the mailbox says that it is theirs.

The link in the mail opens a page with a button: programs that open links in mails confirm nothing.
"""

from __future__ import annotations

import frappe
from frappe.utils import get_url

from coop_membership import host, signing
from coop_membership.membership import applications, mail

PURPOSE, VALID_DAYS = "confirm", 7
CONFIRMED, ALREADY, CLOSED = "confirmed", "already", "closed"


def link(application) -> str:
	"""Address of the page that confirms an application; good for seven days."""
	return get_url(f"/confirm-membership?key={signing.sign(PURPOSE, application.name, VALID_DAYS)}")


def ask(application) -> None:
	"""Mail the link."""
	mail.send("Confirm E-mail", application, {"link": link(application)})


def read(key: str | None):
	"""The application that a key is about. Raises signing.Expired or signing.BadKey."""
	name = signing.read(PURPOSE, key)
	if not frappe.db.exists("Membership Application", name):
		raise signing.Expired(name)
	return frappe.get_doc("Membership Application", name)


def state(application) -> str | None:
	"""None while it waits for its confirmation, else why there is nothing to confirm."""
	if application.status == "To Confirm":
		return None
	return CLOSED if application.status in applications.CLOSED else ALREADY


def confirm(application) -> str:
	"""`To Confirm` → `Pending`, and the mail that it was received. A second call changes nothing."""
	host.lock(application)
	if found := state(application):
		return found
	applications.move(application, "Pending")  # the key proves that the mailbox is theirs
	applications.received(application)
	return CONFIRMED
