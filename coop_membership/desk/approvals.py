"""Approving many applications in the background, and whose turn it is on the waiting list."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import actions, jobs
from coop_membership.joining.approval import approve
from coop_membership.states.applications import WAITING_LIST

APPLICATION = "Membership Application"


@actions.of_site(APPLICATION, changes=False)
def next_in_line(cooperative: str | None = None) -> dict | None:
	"""{name, applicant_name} of who has waited longest, of one cooperative or of all; None when nobody waits."""
	rows = frappe.get_list(
		APPLICATION,
		{"status": WAITING_LIST, **({"cooperative": cooperative} if cooperative else {})},
		["name", "applicant_name"],
		order_by="waiting_since asc, creation asc",
		limit_page_length=1,
	)
	return rows[0] if rows else None


@actions.of_site(APPLICATION, "write")
def queue_many(names: list[str] | str) -> int:
	"""Approve many in the background with a progress bar; returns how many were queued."""
	names = actions.permitted(APPLICATION, actions.names_of(names), "write")
	if not names:
		frappe.throw(_("Select the requests to approve first."))
	frappe.enqueue(
		"coop_membership.desk.approvals.approve_many",
		queue="long",
		timeout=3600,
		enqueue_after_commit=True,
		names=names,
		user=frappe.session.user,
	)
	return len(names)


def approve_many(names: list[str], user: str | None = None) -> dict:
	"""Background job: each application on its own; one that fails is noted and does not stop the rest.

	Returns {"approved": [...], "failed": {name: sentence}} and tells the user who asked.
	"""
	outcome = jobs.each(
		names,
		lambda name: approve(frappe.get_doc(APPLICATION, name)),
		"Request not approved",
		APPLICATION,
		_note_failure,
		progress=_("Approving requests"),
	)
	approved = [name for name, _subscription in outcome.done]
	failed = {name: jobs.Attempt(error=error).sentence for name, error in outcome.failed}
	_tell(user, approved, failed)
	return {"approved": approved, "failed": failed}


def _note_failure(name: str, error: Exception) -> None:
	if frappe.db.exists(APPLICATION, name):
		sentence = frappe.utils.escape_html(jobs.Attempt(error=error).sentence)
		frappe.get_doc(APPLICATION, name).add_comment("Comment", _("Not approved: {0}").format(sentence))


def _tell(user: str | None, approved: list[str], failed: dict[str, str]) -> None:
	subject = _("Requests approved: {0}, not approved: {1}").format(len(approved), len(failed))
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"for_user": user or frappe.session.user,
			"type": "Alert",
			"subject": subject,
			"email_content": "<br>".join(
				_("{0}: {1}").format(name, frappe.utils.escape_html(text)) for name, text in failed.items()
			),
			"document_type": APPLICATION,
			"document_name": next(iter(failed), None) or next(iter(approved), None),
		}
	).insert(ignore_permissions=True)  # a note to the user who asked
	frappe.publish_realtime(
		"coop_approved", {"subject": subject, "failed": failed}, user=user or frappe.session.user
	)
