"""Lists of what hangs on our documents, their rows and their files: of those documents that the user may read.

The hosts ask for the right on a DocType alone. Frappe 15 and Dodock list the rows of all cooperatives to who is kept to one, and
those of one DocType to who may read another with the same table.
"""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe.model import table_fields
from frappe.model.db_query import DatabaseQuery

NOTHING = "1 = 0"


def __getattr__(table: str) -> Callable:
	"""`lists.share_line` is the hook for lists of Share Lines: Dodock tells a hook the user, and not the DocType."""
	if table.startswith("_"):
		raise AttributeError(table)

	def conditions(user: str | None = None) -> str:
		return of_rows(frappe.unscrub(table), user)

	return conditions


def of_rows(table: str, user: str | None = None) -> str:
	"""Rows of a table of documents that the user may read, in whichever DocTypes have it."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	rows = f"`tab{table}`"
	parts = [_of(parent, f"{rows}.`parenttype`", f"{rows}.`parent`", user) for parent in _with(table)]
	return _any(parts)


def of_files(user: str | None = None, doctype: str | None = None) -> str:
	"""Files of documents that the user may read, as far as they are documents of ours; beside them what the host shows.

	v15 joins its own condition without brackets: there, files that are public for everybody stay in the list.
	"""
	user = user or frappe.session.user
	if "System Manager" in frappe.get_roles(user):
		return ""
	ours = frappe.get_all("DocType", {"module": "Coop Membership", "istable": 0}, pluck="name")
	names = ", ".join(frappe.db.escape(one) for one in ours)
	kind, name = "`tabFile`.`attached_to_doctype`", "`tabFile`.`attached_to_name`"
	others = [f"ifnull({kind}, '') not in ({names})", f"`tabFile`.`owner` = {frappe.db.escape(user)}"]
	return _any([*others, *(_of(one, kind, name, user) for one in ours)])


def _any(parts: list[str]) -> str:
	return f"({' or '.join(filter(None, parts)) or NOTHING})"


def _of(doctype: str, kind: str, name: str, user: str) -> str:
	"""That the columns `kind` and `name` name a document of a DocType that the user may read; "" when it can't be."""
	is_one = f"{kind} = {frappe.db.escape(doctype)}"
	meta = frappe.get_meta(doctype)
	if not frappe.permissions.get_role_permissions(meta, user=user).get("read"):
		shared = frappe.share.get_shared(doctype, user)
		names = ", ".join(frappe.db.escape(one) for one in shared)
		return f"({is_one} and {name} in ({names}))" if shared else ""
	if meta.issingle or not (limits := DatabaseQuery(doctype, user=user).build_match_conditions()):
		return is_one
	return f"({is_one} and {name} in (select `name` from `tab{doctype}` where {limits}))"


def _with(table: str) -> list[str]:
	"""The DocTypes that have a table, the site's own fields included."""
	of_table = {"options": table, "fieldtype": ["in", table_fields]}
	fields = frappe.get_all("DocField", {**of_table, "parenttype": "DocType"}, pluck="parent")
	return sorted({*fields, *frappe.get_all("Custom Field", of_table, pluck="dt")})
