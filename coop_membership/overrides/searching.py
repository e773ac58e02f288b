"""The desk's search: a part of a name finds the person, in whatever of ours carries it.

The hosts look for whole words, in DocTypes that a site's settings name, and Dodock asks for no right. What is ours is looked
up here instead, as a list would show it.
"""

from __future__ import annotations

import frappe
from frappe.utils import cint, global_search

from coop_membership import actions

OURS = ("Member", "Membership Application", "Share Subscription", "Membership", "Dunning Letter")
MOST_WORDS = 5


@actions.of_site(None, changes=False)
def search(text: str, start=0, limit=20, doctype: str | None = None) -> list[dict]:
	"""What the host finds, and before it our documents whose name has each of the words in it."""
	hosts = [] if doctype in OURS else global_search.search(text, start, limit, doctype or "")
	if cint(start):
		return hosts
	return [*found(text, cint(limit) or 20, doctype), *(row for row in hosts if row["doctype"] not in OURS)]


def found(text: str, limit: int, doctype: str | None = None) -> list[dict]:
	"""Our documents that the user may read, by parts of their name; of one DocType or of all."""
	words = text.split()[:MOST_WORDS]
	if not words:
		return []
	return [
		row
		for one in OURS
		if doctype in (None, "", one) and frappe.has_permission(one, "read")
		for row in _of(one, words, limit)
	]


def _of(doctype: str, words: list[str], limit: int) -> list[dict]:
	title = frappe.get_meta(doctype).get_field(frappe.get_meta(doctype).title_field)
	rows = frappe.get_list(
		doctype,
		[[doctype, title.fieldname, "like", f"%{word}%"] for word in words],
		["name", f"{title.fieldname} as title"],
		order_by="modified desc",
		limit_page_length=min(limit, 20),
	)
	return [
		{
			"doctype": doctype,
			"name": row.name,
			"title": row.title,
			"content": f"{frappe._(title.label)} : {row.title}",
			"rank": 1,
		}
		for row in rows
	]
