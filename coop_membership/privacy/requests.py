"""The hosts' own Personal Data Deletion Request: held while shares or the law need the data, followed when it goes on."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership.messages import timeline
from coop_membership.privacy import erasure
from coop_membership.privacy.person import MEMBER

CONFIRMED, HELD = "Pending Approval", "On Hold"


REQUEST = "Personal Data Deletion Request"
OPEN = ("Pending Verification", CONFIRMED, HELD)


def ask(user: str) -> str:
	"""Ask for what is known of a login's owner to be deleted; returns the state. The host mails a link to confirm it.

	A second call finds the first one. The caller checked that it is the session's own login.
	"""
	if state := state_of(user):
		return state
	request = frappe.get_doc({"doctype": REQUEST, "email": user})
	request.insert(ignore_permissions=True)  # see above
	return request.status


def state_of(user: str) -> str | None:
	"""Where the open request of a login stands; None when there is none."""
	return frappe.db.get_value(REQUEST, {"email": user, "status": ["in", OPEN]}, "status")


def validate(request, method: str | None = None) -> None:
	"""Doc event: a confirmed request of somebody whose data is needed is put on hold; who looks at it reads why."""
	if request.status != CONFIRMED:
		return
	sentences = [one for member in members_of(request.email) for one in erasure.obstacles(member)]
	if not sentences:
		return
	request.status = HELD
	request.flags.held = sentences
	frappe.msgprint("<br>".join(sentences), title=_("The request is on hold"))


def on_update(request, method: str | None = None) -> None:
	"""Doc event: note why it is held; or, when the host begins to erase, our own documents go first."""
	if held := request.flags.pop("held", None):
		timeline.note(request, " ".join(held))
	elif request.status == CONFIRMED and request.get("deletion_steps") and not request.flags.members_reduced:
		request.flags.members_reduced = True
		for member in members_of(request.email):
			erasure.reduce(member, keep_login=True)


def members_of(email: str) -> list:
	"""The Members that a mailbox is of: by their login, or by the address."""
	names = set(frappe.get_all(MEMBER, {"user": email}, pluck="name"))
	names |= set(frappe.get_all(MEMBER, {"email": email}, pluck="name"))
	return [frappe.get_doc(MEMBER, name) for name in sorted(names)]
