"""Counting, as Frappe 16 does it: what somebody may not read, they may not count either.

Frappe 15 and Dodock count anything for whoever is logged in, with any filter: with `like` on a field, a website user
reads it letter by letter. Their own list views ask the same question with permissions, so that is what answers here.
"""

from __future__ import annotations

import frappe
from frappe.client import get_safe_filters
from frappe.desk import reportview

from coop_membership import actions, host


@actions.of_site(None, changes=False)
def get_count(doctype: str, filters=None, debug=False, cache=False) -> int:
	"""How many documents the session's user may read. Raises frappe.PermissionError for who may read none."""
	host.require(doctype)
	frappe.local.form_dict = frappe._dict(doctype=doctype, filters=get_safe_filters(filters) or [])
	return reportview.get_count()
