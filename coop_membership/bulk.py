"""Many new documents in few statements, for work that would take hours one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe.utils import now

VALUES_PER_STATEMENT = 20_000  # SQLite takes 32,766, MariaDB a packet of 16 MB


def insert_many(documents: Iterable) -> None:
	"""Store new, named documents with their child rows. No hook runs and nothing is checked: the caller did both.

	What is written is what `Document.insert` would write for the same document.
	"""
	rows: dict[str, list] = defaultdict(list)
	stamp, user = now(), frappe.session.user
	for document in documents:
		document.set_parent_in_children()
		for row in (document, *document.get_all_children()):
			row.name = row.name or frappe.generate_hash(length=10)
			row.creation = row.modified = stamp
			row.owner = row.modified_by = user
			row.docstatus, row.idx = row.docstatus or 0, row.idx or 0
			rows[row.doctype].append(row.get_valid_dict(convert_dates_to_str=True, ignore_virtual=True))
	for doctype, values in rows.items():
		fields = list(dict.fromkeys(field for row in values for field in row))
		size = max(VALUES_PER_STATEMENT // len(fields), 1)
		frappe.db.bulk_insert(
			doctype, fields, [tuple(row.get(field) for field in fields) for row in values], chunk_size=size
		)
