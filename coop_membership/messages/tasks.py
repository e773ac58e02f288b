"""What the managers of the members have to know or to do."""

from __future__ import annotations

import frappe
from frappe.utils.user import get_users_with_role

MANAGERS = "Membership Manager"


def ask(document, sentence: str) -> None:
	"""Leave an open ToDo for the managers and a comment on the document; the same sentence only once."""
	values = {
		"reference_type": document.doctype,
		"reference_name": document.name,
		"description": sentence,
		"status": "Open",
	}
	if frappe.db.exists("ToDo", values):
		return
	frappe.get_doc({"doctype": "ToDo", "role": MANAGERS, "priority": "High", **values}).insert(
		ignore_permissions=True
	)  # a task for the managers, whoever's action made it necessary
	document.add_comment("Comment", sentence)


def close(document) -> None:
	"""What the managers were asked to do about a document is done."""
	asked = {"reference_type": document.doctype, "reference_name": document.name, "role": MANAGERS}
	for name in frappe.get_all("ToDo", {**asked, "status": "Open"}, pluck="name"):
		frappe.db.set_value("ToDo", name, "status", "Closed")


def tell(document, sentence: str) -> None:
	"""A notification for each manager, with a link to the document."""
	for user in get_users_with_role(MANAGERS):
		if user in ("Administrator", "Guest"):
			continue
		frappe.get_doc(
			{
				"doctype": "Notification Log",
				"for_user": user,
				"type": "Alert",
				"subject": sentence,
				"document_type": document.doctype,
				"document_name": document.name,
			}
		).insert(ignore_permissions=True)  # as in ask
