"""What somebody has to know or to do: tasks for a role, and notifications."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils.user import get_users_with_role

from coop_membership import host

MANAGERS, TREASURERS = "Membership Manager", "Dunning Manager"


def ask(document, sentence: str) -> None:
	"""Leave an open ToDo for the managers and a comment on the document; the same sentence only once."""
	about = {"reference_type": document.doctype, "reference_name": document.name, "status": "Open"}
	if not frappe.db.exists("ToDo", {**about, "description": sentence}):
		_add(about, MANAGERS, sentence)
		document.add_comment("Comment", sentence)


def ask_once(doctype: str, name: str, text: str, role: str = MANAGERS, renew: bool = False) -> None:
	"""Leave one open ToDo about a document for a role, whatever it says; `renew` brings the text of an open one up to date."""
	about = {"reference_type": doctype, "reference_name": name, "status": "Open"}
	task = frappe.db.get_value("ToDo", {**about, "role": role})
	if not task:
		_add(about, role, text)
	elif renew:
		frappe.db.set_value("ToDo", task, "description", text)


def _add(about: dict, role: str, text: str) -> None:
	task = frappe.get_doc({"doctype": "ToDo", "role": role, "priority": "High", "description": text, **about})
	task.insert(ignore_permissions=True)  # a task for the role, whoever's action made it necessary


def close(document) -> None:
	"""What the managers were asked to do about a document is done."""
	asked = {"reference_type": document.doctype, "reference_name": document.name, "role": MANAGERS}
	for name in frappe.get_all("ToDo", {**asked, "status": "Open"}, pluck="name"):
		frappe.db.set_value("ToDo", name, "status", "Closed")


def tell(document, sentence: str) -> None:
	"""A notification for each manager, with a link to the document."""
	for user in get_users_with_role(MANAGERS):
		if user not in ("Administrator", "Guest"):
			tell_one(user, document, sentence)


def tell_one(user: str, document, sentence: str) -> None:
	"""A notification for one user of the desk, with a link to the document."""
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"for_user": user,
			"type": "Alert",
			"subject": sentence,
			"document_type": document.doctype,
			"document_name": document.name,
		}
	).insert(ignore_permissions=True)  # as in _add


def letterhead_failed(cooperative, _method: str, error: str) -> None:
	"""A letter was printed with the cooperative's own head instead of the one it chose: the managers are asked."""
	host.in_background(
		"coop_membership.messages.tasks.ask_about_letterhead", cooperative=cooperative.name, error=error
	)


def ask_about_letterhead(cooperative: str, error: str) -> None:
	"""The job of `letterhead_failed`: one open task, however many letters it concerns."""
	ask_once(
		"Cooperative",
		cooperative,
		_(
			"The letter head {0} could not be printed: {1}. Documents carry the logo and the address instead. "
			"Correct it, or choose another one."
		).format(
			frappe.get_cached_value("Cooperative", cooperative, "letterhead"), frappe.utils.escape_html(error)
		),
	)
