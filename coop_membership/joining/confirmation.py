"""Double opt-in: a request waits until whoever reads the mailbox says that it is theirs.

The link in the mail opens a page with a button: programs that open links in mails confirm nothing.
"""

from __future__ import annotations

from frappe.utils import get_url

from coop_membership.doctypes import MembershipApplication
from coop_membership.joining import keys
from coop_membership.messages import mail
from coop_membership.states import applications as states

EVENT, PURPOSE, VALID_DAYS = "Confirm E-mail", "confirm", 7
CONFIRMED, ALREADY, CLOSED = "confirmed", "already", "closed"


def link(application: MembershipApplication) -> str:
	"""Address of the page that confirms an application; good for seven days."""
	return get_url(f"/confirm-membership?key={keys.sign(PURPOSE, application, VALID_DAYS)}")


def ask(application: MembershipApplication) -> None:
	"""Mail the link, to the address that it proves and no other."""
	mail.send(EVENT, application, {"link": link(application)}, to=application.email)


def read(key: str | None):
	"""The application that a key is about. Raises signing.Expired or signing.BadKey."""
	return keys.read(PURPOSE, key)


def state(application: MembershipApplication) -> str | None:
	"""None while it waits for its confirmation, else why there is nothing to confirm."""
	if application.status == states.TO_CONFIRM:
		return None
	return CLOSED if application.status in states.CLOSED else ALREADY
