"""Approving many applications in the background, and whose turn it is on the waiting list."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import actions
from coop_membership.joining.approval import approve


@actions.of_site("Membership Application", changes=False)
def next_in_line(cooperative: str | None = None) -> dict | None:
	"""{name, applicant_name} of who has waited longest, of one cooperative or of all; None when nobody waits."""
	rows = frappe.get_list(
		"Membership Application",
		{"status": "Waiting List", **({"cooperative": cooperative} if cooperative else {})},
		["name", "applicant_name"],
		order_by="waiting_since asc, creation asc",
		limit_page_length=1,
	)
	return rows[0] if rows else None


@actions.of_site("Membership Application", "write")
def queue_many(names: list[str] | str) -> int:
	"""Approve many in the background with a progress bar; returns how many were queued."""
	names = actions.permitted("Membership Application", actions.names_of(names), "write")
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
	approved, failed = [], {}
	for done, name in enumerate(names, start=1):
		frappe.db.savepoint("bulk_approval")
		try:
			approve(frappe.get_doc("Membership Application", name))
			approved.append(name)
		except Exception as error:  # whatever is wrong with one row is written down, the others go on
			frappe.db.rollback(save_point="bulk_approval")
			failed[name] = frappe.utils.strip_html_tags(str(error))[:300] or type(error).__name__
			_note_failure(name, failed[name])
		if not frappe.flags.in_test:
			frappe.db.commit()  # job boundary: an approval that succeeded stays, whatever follows
		frappe.publish_progress(
			done * 100 / len(names), title=_("Approving requests"), description=f"{done}/{len(names)}"
		)
	_tell(user, approved, failed)
	return {"approved": approved, "failed": failed}


def _note_failure(name: str, sentence: str) -> None:
	frappe.clear_messages()
	if frappe.db.exists("Membership Application", name):
		frappe.get_doc("Membership Application", name).add_comment(
			"Comment", _("Not approved: {0}").format(frappe.utils.escape_html(sentence))
		)


def _tell(user: str | None, approved: list[str], failed: dict[str, str]) -> None:
	subject = _("{0} requests approved, {1} not approved").format(len(approved), len(failed))
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"for_user": user or frappe.session.user,
			"type": "Alert",
			"subject": subject,
			"email_content": "<br>".join(
				f"{name}: {frappe.utils.escape_html(text)}" for name, text in failed.items()
			),
			"document_type": "Membership Application",
			"document_name": next(iter(failed), None) or next(iter(approved), None),
		}
	).insert(ignore_permissions=True)  # a note to the user who asked
	frappe.publish_realtime(
		"coop_approved", {"subject": subject, "failed": failed}, user=user or frappe.session.user
	)
