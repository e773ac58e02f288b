"""Birth date, national number and IBAN leave Member and Membership Application for a document of their own.

The old columns go as well: the host would leave them, and read them into each document. Versions and deleted documents
forget the values too.
"""

from __future__ import annotations

import json

import frappe

from coop_membership import bulk
from coop_membership.people.private import DOCTYPE, SUBJECTS
from coop_membership.values.person_fields import PRIVATE


def execute() -> None:
	for doctype in SUBJECTS:
		if columns := [field for field in PRIVATE if field in frappe.db.get_table_columns(doctype)]:
			_move(doctype, columns)
		_clear_versions(doctype)
		_clear_deleted(doctype)


def _move(doctype: str, columns: list[str]) -> None:
	table = frappe.qb.DocType(doctype)
	moved = set(frappe.get_all(DOCTYPE, {"reference_doctype": doctype}, pluck="reference_name"))
	rows = frappe.qb.from_(table).select(table.name, *[table[field] for field in columns]).run(as_dict=True)
	bulk.insert(
		DOCTYPE,
		[
			{
				"name": bulk.new_name(DOCTYPE),
				"reference_doctype": doctype,
				"reference_name": row.name,
				**{field: row[field] or None for field in columns},
			}
			for row in rows
			if row.name not in moved and any(row[field] for field in columns)
		],
	)
	for field in columns:  # no query builder knows how to drop a column
		frappe.db.sql_ddl(f"ALTER TABLE `tab{doctype}` DROP COLUMN `{field}`")


def _clear_versions(doctype: str) -> None:
	"""Changes of the three fields leave the versions; a version of nothing else goes."""
	table = frappe.qb.DocType("Version")
	query = frappe.qb.from_(table).select(table.name, table.data).where(table.ref_doctype == doctype)
	for name, data in query.where(_mentions(table.data)).run():
		content = json.loads(data)
		content["changed"] = [row for row in content.get("changed") or [] if row[0] not in PRIVATE]
		if any(content.get(part) for part in ("changed", "added", "removed", "row_changed")):
			values = json.dumps(content)
			frappe.qb.update(table).set(table.data, values).where(table.name == name).run()
		else:
			frappe.qb.from_(table).delete().where(table.name == name).run()


def _clear_deleted(doctype: str) -> None:
	table = frappe.qb.DocType("Deleted Document")
	query = frappe.qb.from_(table).select(table.name, table.data).where(table.deleted_doctype == doctype)
	for name, data in query.where(_mentions(table.data)).run():
		content = {field: value for field, value in json.loads(data).items() if field not in PRIVATE}
		frappe.qb.update(table).set(table.data, json.dumps(content)).where(table.name == name).run()


def _mentions(column):
	birth_date, national_number, iban = (column.like(f'%"{field}"%') for field in PRIVATE)
	return birth_date | national_number | iban
