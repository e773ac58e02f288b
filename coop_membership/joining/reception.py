"""What follows when a request has arrived, or when its address is confirmed.

Whoever sends one reads the same answer, whoever they are and whatever became of it, and the same is done before it: what
differs (an approval, a payment page) comes later and by mail, to the address that was given.
"""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host, jobs
from coop_membership.doctypes import MembershipApplication
from coop_membership.joining import automatic, confirmation, decisions, identity_documents, repeats
from coop_membership.joining.confirmation import CONFIRMED, state
from coop_membership.messages import mail
from coop_membership.states import applications as states


def answer() -> dict:
	"""All that a visitor is told of a request that was sent."""
	return {"received": True, "message": _("Your request has arrived. You will hear from us by e-mail.")}


def received(application: MembershipApplication) -> None:
	"""After the first save: the mails; in the background where payment decides.

	A mailbox gets only so many within an hour: whoever asks for more in its name is not told, and it hears nothing.
	"""
	flags = application.flags
	if application.source == "Import" or flags.paid_by_credit or flags.by_transfer:
		return
	enough = application.flags.of_visitor and repeats.mailed_enough(application)
	jobs.rehearse("reception")
	if application.status == states.TO_CONFIRM:
		confirmation.ask(application)
	elif application.status == states.PENDING and automatic.applies_to(application):
		if not enough:
			# how long an approval takes would tell who is known here
			host.after_commit("coop_membership.joining.reception.run", application=application.name)
	else:
		mail.send("Application Received", application)
		identity_documents.ask_visitor(application)
	if enough:
		jobs.forget("reception")


def run(application: str) -> None:
	"""Background job of a request that its payment decides on, once it is saved; a repeat has left none."""
	if frappe.db.exists("Membership Application", {"name": application, "status": states.PENDING}):
		go_on(frappe.get_doc("Membership Application", application))


def go_on(application: MembershipApplication) -> None:
	"""Approve, or say that the request has arrived and waits for a manager; then ask for what is missing."""
	if not automatic.approve(application):
		mail.send("Application Received", application)
	identity_documents.ask_visitor(application)


def confirm(application: MembershipApplication) -> str:
	"""`To Confirm` → `Pending`, and the mail that it was received. A second call changes nothing."""
	host.lock(application)
	if found := state(application):
		return found
	decisions.move(application, states.PENDING)  # the key proves that the mailbox is theirs
	go_on(application)
	return CONFIRMED
