"""How many columns our lists draw: Frappe 15 and Dodock stop at four on a screen of 1366 points, two of them the name and
the state. What is chosen in a list's settings stays.
"""

from __future__ import annotations

import frappe

SETTINGS = "List View Settings"
FIXED, MOST = 3, 10  # name, tags (hidden) and state come before the columns; the hosts draw ten at most


def add() -> None:
	for doctype, columns in wanted().items():
		if not frappe.db.exists(SETTINGS, doctype):
			settings = {"doctype": SETTINGS, "name": doctype, "total_fields": str(columns)}
			frappe.get_doc(settings).insert(ignore_permissions=True)  # installation


def remove() -> None:
	frappe.db.delete(SETTINGS, {"name": ["in", list(wanted())]})


def wanted() -> dict[str, int]:
	"""{DocType: columns that its list draws}, as its fields say."""
	ours = {"module": "Coop Membership", "istable": 0, "issingle": 0}
	return {
		doctype: _columns(frappe.get_meta(doctype))
		for doctype in frappe.get_all("DocType", ours, pluck="name")
	}


def _columns(meta) -> int:
	apart = ("status", meta.title_field)
	fields = [df for df in meta.fields if df.in_list_view and df.fieldname not in apart]
	return min(max(FIXED + len(fields), 4), MOST)
