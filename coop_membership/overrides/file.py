"""Files: whoever names a stored private file may read it already, and who attaches to a document of ours may write it.

The hosts give everybody the right to make Files, and show a private file to each owner of a row that names it. An address in
a field for files makes such a row too, past all rights: whoever may write any document with such a field, the own login's
picture for one, would open any file. They also read what an address leads to before they look whether it may: any file
in a site's folder, its configuration for one.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.core.doctype.file.file import has_permission as of_the_host
from frappe.model.document import Document
from frappe.utils import cint

from coop_membership import actions
from coop_membership.values import file_addresses
from coop_membership.values.file_addresses import PRIVATE, PUBLIC

FIELDS = ("Attach", "Attach Image")
MODULE = "Coop Membership"
# what the host's answer depends on
STORED = (
	"file_url",
	"file_name",
	"is_private",
	"is_folder",
	"owner",
	"attached_to_doctype",
	"attached_to_name",
)


def has_permission(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""The host's answer, after a refusal of what its own rules let through. Asked before anything is read or stored.

	The hosts stop at the first hook that answers (v15, Dokos), or want a yes of each (v16): so it is asked from here.
	A File may come from the browser (`run_doc_method`): a stored one is judged as it is stored, too.
	"""
	user = user or frappe.session.user
	stored = doc.name and frappe.db.get_value("File", str(doc.name), STORED, as_dict=True)
	if not stored or _address(doc) != _address(stored):
		refuse_crooked(_address(doc))
		if not _is_trusted(user) and _names_another(doc, user):
			return False
	if ptype in ("create", "write") and not _is_trusted(user) and _attaches_to_another(doc, user):
		return False
	if stored and any(doc.get(field) != stored[field] for field in STORED):
		if not of_the_host(frappe.get_doc("File", doc.name), ptype, user):
			return False
	return of_the_host(doc, ptype, user)


def before_insert(doc: Document, method: str | None = None) -> None:
	"""The same of what the hosts store without asking for rights, the attachments of a mail for one: raise
	frappe.PermissionError. It comes after the host's own `before_insert`, whose copies go with the rollback.
	"""
	user = frappe.session.user
	if not _is_trusted(user) and not _came_with_content(doc) and _names_another(doc, user):
		_belongs_to_another()


def validate_fields(doc: Document, method: str | None = None) -> None:
	"""Before any document is saved: raise a sentence when a field for files, new or changed, holds an address that is none,
	or that of a private file which the session's user may not read.
	"""
	user = frappe.session.user
	for field in doc.meta.fields:
		if field.fieldtype not in FIELDS or not (address := str(doc.get(field.fieldname) or "")):
			continue
		stored = None if doc.is_new() else frappe.db.get_value(doc.doctype, doc.name, field.fieldname)
		if address == stored:
			continue
		if doc.meta.module == MODULE or _is_of_site(address):
			refuse_crooked(address)
		private = file_addresses.of_private(address)
		if private and not _is_trusted(user) and not _is_open(private, user):
			_belongs_to_another()


def refuse_crooked(address: str) -> None:
	"""Raise a sentence for an address that does not lead where it says. Who may read what is there is not asked."""
	if address and not file_addresses.is_straight(address):
		frappe.throw(_("This address leads to no file of this site. Attach the file itself."))


def check_archive(files: str) -> None:
	"""Before the host packs Files: raise frappe.PermissionError for one that it would not show to the user. Dodock packs any."""
	for name in actions.names_of(files):
		file = frappe.get_doc("File", name) if frappe.db.exists("File", name) else None
		if not file or not of_the_host(file, "read", frappe.session.user):
			actions.deny()
		refuse_crooked(_address(file))  # a row of before


def _is_trusted(user: str) -> bool:
	return "System Manager" in frappe.get_roles(user)


def _is_of_site(address: str) -> bool:
	"""Whether a host may take what stands in a field of its own for a file of the site."""
	return any(
		PUBLIC in reading or reading.startswith(PUBLIC[:-1]) for reading in file_addresses.readings(address)
	)


def _address(file: Document | dict) -> str:
	"""Where the host looks for a File's content: its address, else its name in the folder; "" for one that brings it."""
	if file.file_url or file.is_folder or file.get("content") or not file.file_name:
		return str(file.file_url or "")
	return f"{PRIVATE if cint(file.is_private) else PUBLIC}{file.file_name}"


def _came_with_content(file: Document) -> bool:
	"""Whether a File brought its content, once the host has stored it: then it may be the same as another's, and share its
	address. What the host found at the address itself, it has read twice (`File.save_file`): equal, and not one object.
	"""
	first = file.flags.original_content
	return first is not None and (first is file.content or first != file.content)


def _is_open(url: str, user: str, besides: str = "") -> bool:
	"""True when the user may read one of the rows of a stored file."""
	stored = frappe.get_all("File", {"file_url": url, "name": ["!=", besides]}, pluck="name")
	return any(of_the_host(frappe.get_doc("File", name), "read", user) for name in stored)


def _names_another(file: Document, user: str) -> bool:
	"""True for the address of a stored private file, none of whose rows the user may read."""
	url = file_addresses.of_private(_address(file))
	return bool(url) and not _is_open(url, user, besides=file.name or "")


def _belongs_to_another() -> None:
	frappe.throw(_("This file belongs to another document. Attach the file itself."), frappe.PermissionError)


def _attaches_to_another(file: Document, user: str) -> bool:
	doctype, name = file.attached_to_doctype, file.attached_to_name
	if not (doctype and name and isinstance(doctype, str) and isinstance(name, str)):
		return False
	# in whatever spelling: a database finds the same document by it (host.is_ours wants the exact name)
	if frappe.db.get_value("DocType", doctype, "module") != MODULE:
		return False
	if not frappe.db.exists(doctype, name):  # a form that is not saved yet
		return not frappe.has_permission(doctype, "create", user=user)
	return not frappe.has_permission(doctype, "write", name, user=user)
