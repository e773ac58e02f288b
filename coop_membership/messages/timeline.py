"""What the app itself writes into a document's timeline."""

from __future__ import annotations

import frappe
from frappe.utils import escape_html


def note(document, sentence: str) -> None:
	"""Add a line of plain text that says what happened, under the name of whoever's action it was.

	Unlike a person's comment it mentions nobody and tells nobody at once, which is most of what a comment costs.
	"""
	user = frappe.session.user
	frappe.get_doc(
		{
			"doctype": "Comment",
			"owner": user,
			"comment_type": "Info",
			"comment_email": user,
			"reference_doctype": document.doctype,
			"reference_name": document.name,
			"content": escape_html(sentence),
		}
	).db_insert()
