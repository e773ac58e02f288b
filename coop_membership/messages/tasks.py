"""What somebody has to know or to do: tasks for a role, and notifications."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils.user import get_users_with_role

from coop_membership import host

MANAGERS, TREASURERS = "Membership Manager", "Dunning Manager"


def ask(document, sentence: str) -> None:
	"""Leave an open task for the managers and a comment on the document; the same sentence only once."""
	if not is_asked(document.doctype, document.name, sentence):
		about = {"reference_type": document.doctype, "reference_name": document.name}
		_add(about, MANAGERS, as_html(sentence))
		document.add_comment("Comment", as_html(sentence))


def as_html(sentence: str) -> str:
	"""A sentence, with links or without, as the desk shows it: a name that holds &lt; is no bracket there."""
	return sentence.replace("&", "&amp;")


def is_asked(doctype: str, name: str, sentence: str) -> bool:
	"""True while this task about a document is open."""
	about = {"reference_type": doctype, "reference_name": name, "status": "Open"}
	return bool(frappe.db.exists("ToDo", {**about, "description": as_html(sentence)}))


def ask_once(doctype: str, name: str, text: str, role: str = MANAGERS, renew: bool = False) -> None:
	"""Leave one open task about a document for a role, whatever it says; `renew` brings the text of an open one up to date."""
	about = {"reference_type": doctype, "reference_name": name, "status": "Open"}
	open_ones = frappe.get_all("ToDo", {**about, "role": role}, pluck="name")
	if not open_ones:
		_add(about, role, text)
	for task in open_ones if renew else ():
		frappe.db.set_value("ToDo", task, "description", text)


def _add(about: dict, role: str, text: str) -> None:
	"""A ToDo in the list of each who has the role and may read the document; for the role alone while there is nobody."""
	for user in _people(role, about["reference_type"], about["reference_name"]) or [None]:
		task = frappe.get_doc(
			{"doctype": "ToDo", "role": role, "priority": "High", "description": text, **about}
		)
		task.insert(ignore_permissions=True)  # a task for the role, whoever's action made it necessary
		if user:
			task.db_set("allocated_to", user, update_modified=False)  # the host would comment on each of them
			task.update_in_reference()


def _people(role: str, doctype: str, name: str) -> list[str]:
	document = frappe.get_doc(doctype, name)
	return [
		user
		for user in sorted(get_users_with_role(role))
		if user not in ("Administrator", "Guest")
		and frappe.has_permission(doctype, "read", document, user=user)
	]


def close(document, role: str = MANAGERS, beginning: str = "") -> None:
	"""What a role was asked to do about a document is done: all of it, or what begins with these words."""
	asked = {"reference_type": document.doctype, "reference_name": document.name, "role": role}
	if beginning:
		asked["description"] = ["like", f"{beginning}%"]
	for name in frappe.get_all("ToDo", {**asked, "status": "Open"}, pluck="name"):
		_close(name)


def closed_by_one(task, method: str | None = None) -> None:
	"""Doc event of ToDo: what one of a group has done, nobody else of it has to do."""
	if task.status == "Open" or task.role not in (MANAGERS, TREASURERS) or not task.reference_name:
		return
	same = ("reference_type", "reference_name", "role", "description")
	twins = {field: task.get(field) for field in same} | {"status": "Open", "name": ["!=", task.name]}
	for name in frappe.get_all("ToDo", twins, pluck="name"):
		_close(name)


def _close(name: str) -> None:
	task = frappe.get_doc("ToDo", name)
	task.db_set("status", "Closed")
	task.update_in_reference()


def tell(document, sentence: str) -> None:
	"""A notification for each manager who may read the document, with a link to it."""
	for user in _people(MANAGERS, document.doctype, document.name):
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
