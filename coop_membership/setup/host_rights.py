"""What our roles may do with the host's own documents: read Contacts and Addresses, as `people/cards.py` limits it.

The host keeps rights of a site beside those that come with a DocType; once there are any, they are all that counts.
"""

from __future__ import annotations

import frappe
from frappe.permissions import add_permission

from coop_membership.people import cards

DOCTYPES = (cards.CONTACT, cards.ADDRESS)


def add() -> None:
	"""Once for each role: what somebody has changed there since stays."""
	for doctype in DOCTYPES:
		for role in cards.READERS:
			if not frappe.db.exists("Custom DocPerm", {"parent": doctype, "role": role}):
				add_permission(doctype, role)


def remove() -> None:
	for doctype in DOCTYPES:
		frappe.db.delete("Custom DocPerm", {"parent": doctype, "role": ["in", cards.READERS]})
		if _rights("Custom DocPerm", doctype) == _rights("DocPerm", doctype):
			frappe.db.delete("Custom DocPerm", {"parent": doctype})  # nobody else has changed any
		frappe.clear_cache(doctype=doctype)


def _rights(table: str, doctype: str) -> set:
	fields = [df.fieldname for df in frappe.get_meta("DocPerm").fields if df.fieldtype == "Check"]
	rows = frappe.get_all(table, {"parent": doctype}, ["role", "permlevel", *fields])
	return {tuple(row.values()) for row in rows}
