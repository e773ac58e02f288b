"""Every request of the site, before anything is done for it. All hosts call this hook; Dodock knows no other one.

Here stands only what has to be refused before the host's own functions read it: later is too late.
"""

from __future__ import annotations

import json

import frappe
from frappe import _

from coop_membership import actions, shapes
from coop_membership.overrides import file

ACCEPT = "frappe.website.doctype.web_form.web_form.accept"
LONGEST = 200_000  # characters of what a form of ours sends


def check() -> None:
	"""Raise a sentence for texts that no database stores, and for a web form's post that is not what its form sends."""
	form = frappe.local.form_dict
	if any(_holds_half(value) for value in form.values()):
		frappe.throw(actions.SENTENCES[shapes.UNREADABLE]())
	file.refuse_crooked(
		str(form.get("file_url") or "")
	)  # a host may let guests upload, and asks nothing else then
	if (_called() or str(form.get("cmd"))).endswith("zip_files"):  # it has several addresses
		file.check_archive(form.get("files"))
	if form.get("web_form") and form.get("data"):
		check_web_form(form)
	elif ACCEPT in (_called(), str(form.get("cmd"))):
		_not_this_way()
	elif "coop_membership." in (frappe.local.request.path or "") or str(form.get("cmd")).startswith("coop_"):
		for value in form.values():
			_refuse_json(value)


def _called() -> str:
	"""The function that the address of a request names; "" for none."""
	path = (frappe.local.request.path or "").strip("/").split("/")
	return path[-1] if "method" in path else ""


def _holds_half(value: object) -> bool:
	"""Half a character of two, as it is or as JSON writes it. MariaDB, SQLite, mails and PDFs fail on it, late."""
	if not isinstance(value, str):
		return shapes.problem(value) == shapes.UNREADABLE
	if shapes.HALF.search(value):
		return True
	if "\\ud" not in value and "\\uD" not in value:
		return False
	try:
		return shapes.problem(json.loads(value), text=len(value), items=len(value)) == shapes.UNREADABLE
	except (ValueError, RecursionError):
		return False  # no JSON: whoever reads it says so


def check_web_form(form: dict) -> None:
	"""Refuse a web form's post that names another document than the form's own, or has no shape that a form sends.

	The app `payments` for ERPNext v15 replaces `accept` and believes the browser's `doctype`, with all permissions
	ignored: with any public form, a guest could make any document.
	"""
	if not isinstance(form["web_form"], str):
		_not_this_way()
	doctype = frappe.db.get_value("Web Form", form["web_form"], "doc_type")
	ours = doctype and frappe.get_cached_value("DocType", doctype, "module") == "Coop Membership"
	if ours:
		_refuse_json(form["data"])
	try:
		data = json.loads(form["data"]) if isinstance(form["data"], str) else form["data"]
		sent = data.get("doctype")
	except (ValueError, AttributeError, RecursionError):
		if ours:
			_not_this_way()
		return  # no form's data; whoever reads it says so
	if ours:
		actions.refuse_shape(data, **shapes.VISITOR)
	if sent and sent != doctype:
		_not_this_way()


def _refuse_json(value: object) -> None:
	"""The hosts clean what guests send, and read all of it as JSON for that."""
	if isinstance(value, str) and (found := shapes.of_json(value, LONGEST)):
		frappe.throw(actions.SENTENCES[found]())


def _not_this_way() -> None:
	frappe.throw(
		_("This form can't be sent this way. Please open it again from its page."), frappe.PermissionError
	)
