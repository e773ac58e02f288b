"""What the hosts tell of a document whose name one knows, without asking for a right: its title, that it exists; and a like
that they let anybody leave. Of documents of ours it is for who may read them.
"""

from __future__ import annotations

import frappe
from frappe import client
from frappe.desk import like, search

from coop_membership import actions, host


@actions.of_site(None, changes=False)
def get_link_title(doctype: str, docname: str) -> str | None:
	"""The host's answer; of a document of ours that the user may not read, the name that was sent, as for one without a
	title.
	"""
	return search.get_link_title(doctype, docname) if _may_know(doctype, docname) else docname


@actions.of_site(None, changes=False)
def validate_link(doctype: str, docname: str, fields=None) -> dict:
	"""The host's answer; of a document of ours that the user may not read, the one for none. Raises frappe.PermissionError for
	who may read no document of the DocType.
	"""
	if host.is_ours(doctype):
		host.require(doctype)
	if not hasattr(client, "validate_link") or not _may_know(doctype, docname):  # v16 has another, which asks
		return {"name": None}
	return client.validate_link(doctype, docname, fields)


@actions.of_site(None)
def toggle_like(doctype: str, name: str, add: str | bool = False) -> None:
	"""The host's like, of a document that the user may read. Raises frappe.PermissionError."""
	if not _may_know(doctype, name):
		actions.deny()
	like.toggle_like(doctype, name, add)


def _may_know(doctype: str, name: str) -> bool:
	"""False for a document of ours, or a name that none has, that the user has no right to read or choose."""
	if not host.is_ours(doctype):
		return True
	if not frappe.db.exists(doctype, name):
		return False
	return any(frappe.has_permission(doctype, right, name) for right in ("read", "select"))
