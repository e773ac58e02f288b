"""Web Form, whose door `accept` is open to guests."""

from __future__ import annotations

import json

import frappe
from frappe import _


def before_request() -> None:
	"""Refuse a web form's post that names another document than the form's own.

	The app `payments` for ERPNext v15 replaces `accept` and believes the browser's `doctype`, with all permissions
	ignored: with any public form, a guest could make any document. Dodock neither has that nor calls this hook.
	"""
	form = frappe.local.form_dict
	if not (form.get("web_form") and form.get("data")):
		return
	try:
		data = json.loads(form.data) if isinstance(form.data, str) else form.data
		sent = data.get("doctype")
	except (ValueError, AttributeError):
		return  # no form's data; whoever reads it says so
	if sent and sent != frappe.db.get_value("Web Form", str(form.web_form), "doc_type"):
		frappe.throw(
			_("This form can't be sent this way. Please open it again from its page."), frappe.PermissionError
		)
