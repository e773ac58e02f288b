"""What follows when a request has arrived, or when its address is confirmed."""

from __future__ import annotations

from coop_membership import host
from coop_membership.doctypes import MembershipApplication
from coop_membership.joining import automatic, confirmation, decisions, identity_documents, states
from coop_membership.joining.confirmation import CONFIRMED, state
from coop_membership.messages import mail


def received(application: MembershipApplication) -> None:
	"""After the first save, and once the address is confirmed: approved if payment decides, and the mail."""

	if application.status == states.TO_CONFIRM:
		confirmation.ask(application)
	elif application.source != "Import" and not (
		application.flags.paid_by_credit or application.flags.by_transfer
	):
		if not automatic.approve(application):
			mail.send("Application Received", application)
		identity_documents.ask_visitor(application)


def confirm(application: MembershipApplication) -> str:
	"""`To Confirm` → `Pending`, and the mail that it was received. A second call changes nothing."""
	host.lock(application)
	if found := state(application):
		return found
	decisions.move(application, states.PENDING)  # the key proves that the mailbox is theirs
	received(application)
	return CONFIRMED
