"""Many rows at once, with the columns that Frappe fills for a document."""

from __future__ import annotations

from pypika import Parameter

import frappe
from frappe.model.naming import is_autoincremented
from frappe.utils import now

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
