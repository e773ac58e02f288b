"""Many new documents in few statements, for work that would take hours one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pypika import Parameter

import frappe
from frappe.model.naming import is_autoincremented
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


CHUNK = 500


def insert(doctype: str, rows: list[dict]) -> None:
	"""Insert rows without their controllers. Keys that are no column of the DocType on this site are left out, and columns
	that are empty in all rows get the database's default."""
	if not rows:
		return
	moment, user = now(), frappe.session.user
	shared = {
		"owner": user,
		"modified_by": user,
		"creation": moment,
		"modified": moment,
		"docstatus": 0,
		"idx": 0,
	}
	columns = [
		column
		for column in frappe.get_meta(doctype).get_valid_columns()
		if column in shared or any(row.get(column) is not None for row in rows)
	]
	# `frappe.db.bulk_insert` makes an object of each value, which takes longer than the database needs for all of them
	table, marks = frappe.qb.DocType(doctype), [Parameter("%s")] * len(columns)
	for start in range(0, len(rows), CHUNK):
		chunk = [{**shared, **row} for row in rows[start : start + CHUNK]]
		query = frappe.qb.into(table).columns(*columns).insert(*[marks] * len(chunk))
		frappe.db.sql(str(query), [row.get(column) for row in chunk for column in columns])


def new_name(doctype: str) -> str | int:
	"""A name for a row of a DocType that the host names by hash, or by a sequence (Dodock's Email Queue)."""
	if is_autoincremented(doctype, frappe.get_meta(doctype)):
		return frappe.db.get_next_sequence_val(doctype)
	return frappe.generate_hash(length=12)


def insert_children(parent_doctype: str, parentfield: str, doctype: str, rows: list[dict]) -> None:
	"""Insert child rows that name their `parent`; they are numbered in the order given."""
	numbers: dict[str, int] = {}
	for row in rows:
		numbers[row["parent"]] = numbers.get(row["parent"], 0) + 1
		row.update(
			{
				"name": new_name(doctype),
				"parenttype": parent_doctype,
				"parentfield": parentfield,
				"idx": numbers[row["parent"]],
			}
		)
	insert(doctype, rows)
