"""Files: whoever names a stored private file may read it already, and who attaches to a document of ours may write it.

The hosts give everybody the right to make Files, and show a private file to each owner of a row that names it.
"""

from __future__ import annotations

from urllib.parse import unquote

import frappe
from frappe.core.doctype.file.file import has_permission as of_the_host
from frappe.model.document import Document


def has_permission(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""The host's answer, after a refusal of what its own rules let through. Asked before anything is stored.

	The hosts stop at the first hook that answers (v15, Dokos), or want a yes of each (v16): so it is asked from here.
	"""
	user = user or frappe.session.user
	if ptype in ("create", "write") and "System Manager" not in frappe.get_roles(user):
		if _names_another(doc, user) or _attaches_to_another(doc, user):
			return False
	return of_the_host(doc, ptype, user)


def _names_another(file: Document, user: str) -> bool:
	"""True for the address of a stored private file, none of whose rows the user may read."""
	url = unquote(str(file.file_url or ""))
	if "/private/files/" not in url or url == frappe.db.get_value("File", file.name, "file_url"):
		return False
	url = url[url.index("/private/files/") :]
	stored = frappe.get_all("File", {"file_url": url, "name": ["!=", file.name or ""]}, pluck="name")
	return not any(of_the_host(frappe.get_doc("File", name), "read", user) for name in stored)


def _attaches_to_another(file: Document, user: str) -> bool:
	doctype, name = file.attached_to_doctype, file.attached_to_name
	if not (doctype and name and isinstance(doctype, str) and isinstance(name, str)):
		return False
	if frappe.db.get_value("DocType", doctype, "module") != "Coop Membership":
		return False
	if not frappe.db.exists(doctype, name):  # a form that is not saved yet
		return not frappe.has_permission(doctype, "create", user=user)
	return not frappe.has_permission(doctype, "write", name, user=user)
