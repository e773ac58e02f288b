"""Which documents belong to a Member: every DocType that links to one, ours and those that come later."""

from __future__ import annotations

from typing import NamedTuple

import frappe


class Link(NamedTuple):
	"""A field in which a document names a Member. `type_field`: of a dynamic link, the field that says of what DocType."""

	doctype: str
	field: str
	type_field: str | None = None


def to_members() -> list[Link]:
	"""All Link and Dynamic Link fields of stored DocTypes that may name a Member, those of child tables included."""
	found = []
	for source in ("DocField", "Custom Field"):
		owner = "parent" if source == "DocField" else "dt"
		columns = [f"{owner} as doctype", "fieldname", "fieldtype", "options"]
		links = {"fieldtype": "Link", "options": "Member"}
		for row in frappe.get_all(source, links, columns):
			found.append(Link(row.doctype, row.fieldname))
		for row in frappe.get_all(source, {"fieldtype": "Dynamic Link"}, columns):
			found.append(Link(row.doctype, row.fieldname, row.options))
	stored = set(frappe.get_all("DocType", {"issingle": 0, "is_virtual": 0}, pluck="name"))
	return sorted({link for link in found if link.doctype in stored})


def belongs_to(member: str, doctype: str | None, name: str | None) -> bool:
	"""True when a document is a Member, or names it in a Link field of its own."""
	if doctype == "Member":
		return name == member
	if not (doctype and name and frappe.db.exists("DocType", doctype)):
		return False
	fields = [
		field.fieldname
		for field in frappe.get_meta(doctype).get("fields")
		if (field.fieldtype, field.options) == ("Link", "Member")
	]
	found = fields and frappe.db.get_value(doctype, name, fields)
	return member in (found if isinstance(found, tuple) else (found,))
