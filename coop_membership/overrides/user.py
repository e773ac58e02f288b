"""A login's name is its proved mailbox: who may see a member is decided by it, so nobody gives it to himself."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document


def before_rename(user: Document, method: str, old: str, new: str, merge: bool = False) -> None:
	"""Raise frappe.PermissionError unless a System Manager renames; the hosts let everybody rename their own login."""
	if "System Manager" not in frappe.get_roles():
		frappe.throw(_("A login keeps its address. Ask the managers to change it."), frappe.PermissionError)
