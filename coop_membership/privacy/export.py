"""All that is known of a person, for the person: as JSON for programs, and as a page to read."""

from __future__ import annotations

import json

import frappe
from frappe import _
from frappe.utils import escape_html, flt, format_datetime, formatdate, getdate, now_datetime

from coop_membership.doctypes import Member
from coop_membership.people import private
from coop_membership.prints.wording import locale_of, typed
from coop_membership.privacy import person as persons
from coop_membership.register import ledger
from coop_membership.values import phones

HIDDEN = ("Section Break", "Column Break", "Tab Break", "HTML", "Button", "Fold", "Heading", "Password")
PHONES = {"phone", "mobile_no"}
UNREAD = {"name", "text_hash"}  # in a row of a table
NAMED_IN_ENGLISH = ("DocType", "Language", "Country")
INTERNAL = {"hash", "previous_hash", "hash_version", "number_key", "snapshot"}


def of_member(member: Member) -> dict:
	"""{"exported_on", "person", "documents": {DocType: [{field: value}]}} of a Member. The look at private details is noted.

	Permissions are the caller's matter.
	"""
	person = persons.of_member(member.name)
	private.note_access(member)
	documents = {
		doctype: [_values(frappe.get_doc(doctype, name)) for name in names]
		for doctype, names in sorted(person.documents.items())
	}
	entries = {row.name for name in person.members for row in ledger.movements(member=name)}
	documents[ledger.ENTRY] = [_values(frappe.get_doc(ledger.ENTRY, name)) for name in sorted(entries)]
	documents["Communication"] = _written(person)
	return {
		"exported_on": str(now_datetime()),
		"person": member.display_name,
		"documents": {doctype: rows for doctype, rows in documents.items() if rows},
	}


def as_json(exported: dict) -> str:
	return json.dumps(exported, indent=1, ensure_ascii=False, default=str)


def as_html(exported: dict) -> str:
	"""The same as a page, in the session's language."""
	parts = [f"<h1>{escape_html(_('What is known of {0}').format(exported['person']))}</h1>"]
	for doctype, rows in exported["documents"].items():
		parts.append(f"<h2>{escape_html(_(doctype))}</h2>")
		meta = frappe.get_meta(doctype)
		for row in rows:
			lines = "".join(_line(meta, fieldname, value) for fieldname, value in row.items() if value)
			parts.append(f"<table>{lines}</table>")
	return (
		'<!doctype html><meta charset="utf-8"><style>body{font-family:sans-serif;max-width:50em;margin:2em auto}'
		"table{border-collapse:collapse;margin:0 0 1.5em}td{border-bottom:1px solid #ddd;padding:2px 8px;"
		"vertical-align:top}</style>" + "".join(parts)
	)


def _line(meta, fieldname: str, value: object) -> str:
	label = _(meta.get_label(fieldname), context=meta.name) if meta.get_field(fieldname) else _("Name")
	df = meta.get_field(fieldname)
	if isinstance(value, list):
		rows = frappe.get_meta(df.options)
		shown = "<br>".join(escape_html(_row(rows, row)) for row in value)
	else:
		shown = escape_html(_readable(df, value))
	return f"<tr><td>{escape_html(label)}</td><td>{shown}</td></tr>"


def _row(meta, row: dict) -> str:
	"""A row of a table in one line; its own name and what only a program compares are left to the JSON."""
	cells = ((meta.get_field(name), value) for name, value in row.items() if name not in UNREAD)
	return ", ".join(_readable(df, value) for df, value in cells if value not in (None, ""))


def _readable(df, value: object) -> str:
	if df and df.fieldname in PHONES:
		return phones.shown(str(value))
	if df and df.fieldtype == "Date":
		return formatdate(getdate(value))
	if df and df.fieldtype == "Datetime":
		return format_datetime(value)
	if df and df.fieldtype in ("Currency", "Float"):
		return typed(flt(value))
	if df and df.fieldtype == "Check":
		return _("Yes") if value else _("No")
	if df and df.fieldtype == "Link" and df.options in NAMED_IN_ENGLISH:
		return _own_name(df.options, str(value))
	return _(str(value), context=df.parent) if df and df.fieldtype == "Select" else str(value)


def _own_name(doctype: str, name: str) -> str:
	if doctype == "Language":
		return locale_of(name).get_display_name(frappe.local.lang or "en") or name
	return _(name)


def _values(document) -> dict:
	"""The fields of a document that say something, its rows included."""
	found = {"name": document.name}
	for df in document.meta.fields:
		value = document.get(df.fieldname)
		if df.fieldtype in HIDDEN or df.fieldname in INTERNAL or value in (None, "", 0, []):
			continue
		found[df.fieldname] = [_values(row) for row in value] if df.fieldtype == "Table" else value
	return found


def _written(person: persons.Person) -> list[dict]:
	"""Messages about these documents, as far as the host still has them."""
	rows = []
	for doctype, names in person.documents.items():
		about = {"reference_doctype": doctype, "reference_name": ["in", names]}
		rows += frappe.get_all(
			"Communication",
			about,
			["name", "communication_date", "sender", "recipients", "subject", "content"],
		)
	return [{**row, "content": frappe.utils.strip_html_tags(row.content or "")} for row in rows]
