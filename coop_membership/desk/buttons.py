"""The one address that buttons of forms call: an action of a document, by the document's name."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.base_document import get_controller

from coop_membership import actions, host


@actions.of_site(None)
def press(doctype: str, name: str, action: str, values: dict | str | None = None) -> object:
	"""Run an action of a document and return its answer, and no document: the form reads it again itself.

	The host's `run_doc_method` does the same for programs; it answers with the document, and given one instead of its
	name, v15 asks for the right to submit as soon as that is submitted. The action checks the rights.
	"""
	method = getattr(get_controller(doctype), action, None) if host.is_ours(doctype) else None
	if not hasattr(method, actions.MARK):
		frappe.throw(_("There is no such action. Please reload the page."))
	if not frappe.db.exists(doctype, name):
		actions.deny()
	return getattr(frappe.get_doc(doctype, name), action)(**(values or {}))
