"""Files: whoever names a stored private file may read it already, and who attaches to a document of ours may write it.

The hosts give everybody the right to make Files, and show a private file to each owner of a row that names it. An address in
a field for files makes such a row too, past all rights: whoever may write any document with such a field, the own login's
picture for one, would open any file.
"""

from __future__ import annotations

from urllib.parse import unquote

import frappe
from frappe import _
from frappe.core.doctype.file.file import has_permission as of_the_host
from frappe.model.document import Document

PRIVATE = "/private/files/"
FILES = ("Attach", "Attach Image")


def has_permission(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""The host's answer, after a refusal of what its own rules let through. Asked before anything is stored.

	The hosts stop at the first hook that answers (v15, Dokos), or want a yes of each (v16): so it is asked from here.
	"""
	user = user or frappe.session.user
	if ptype in ("create", "write") and "System Manager" not in frappe.get_roles(user):
		if _names_another(doc, user) or _attaches_to_another(doc, user):
			return False
	return of_the_host(doc, ptype, user)


def validate_fields(doc: Document, method: str | None = None) -> None:
	"""Before any document is saved: raise frappe.PermissionError when a field for files, new or changed, holds the address of a
	private file that the session's user may not read.
	"""
	user = frappe.session.user
	for field in doc.meta.fields:
		if field.fieldtype not in FILES or not (url := _private(doc.get(field.fieldname))):
			continue
		stored = None if doc.is_new() else frappe.db.get_value(doc.doctype, doc.name, field.fieldname)
		if url == _private(stored) or "System Manager" in frappe.get_roles(user) or _is_open(url, user):
			continue
		frappe.throw(
			_("This file belongs to another document. Attach the file itself."), frappe.PermissionError
		)


def _private(address) -> str:
	"""The private part of a file's address, "" when it has none."""
	url = unquote(str(address or ""))
	return url[url.index(PRIVATE) :] if PRIVATE in url else ""


def _is_open(url: str, user: str, besides: str = "") -> bool:
	"""True when the user may read one of the rows of a stored file."""
	stored = frappe.get_all("File", {"file_url": url, "name": ["!=", besides]}, pluck="name")
	return any(of_the_host(frappe.get_doc("File", name), "read", user) for name in stored)


def _names_another(file: Document, user: str) -> bool:
	"""True for the address of a stored private file, none of whose rows the user may read."""
	url = _private(file.file_url)
	if not url or url == frappe.db.get_value("File", file.name, "file_url"):
		return False
	return not _is_open(url, user, besides=file.name or "")


def _attaches_to_another(file: Document, user: str) -> bool:
	doctype, name = file.attached_to_doctype, file.attached_to_name
	if not (doctype and name and isinstance(doctype, str) and isinstance(name, str)):
		return False
	if frappe.db.get_value("DocType", doctype, "module") != "Coop Membership":
		return False
	if not frappe.db.exists(doctype, name):  # a form that is not saved yet
		return not frappe.has_permission(doctype, "create", user=user)
	return not frappe.has_permission(doctype, "write", name, user=user)
