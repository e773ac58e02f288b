"""The account that a share transaction is paid out to leaves the document for Private Details; no copy stays."""

from __future__ import annotations

import json

import frappe

from coop_membership import bulk
from coop_membership.people.private import DOCTYPE

TRANSACTION, COLUMN = "Share Transaction", "payout_iban"


def execute() -> None:
	if COLUMN in frappe.db.get_table_columns(TRANSACTION):
		_move()
	_clear_versions()


def _move() -> None:
	table = frappe.qb.DocType(TRANSACTION)
	moved = set(frappe.get_all(DOCTYPE, {"reference_doctype": TRANSACTION}, pluck="reference_name"))
	rows = frappe.qb.from_(table).select(table.name, table[COLUMN]).where(table[COLUMN] != "").run()
	bulk.insert(
		DOCTYPE,
		[
			{
				"name": bulk.new_name(DOCTYPE),
				"reference_doctype": TRANSACTION,
				"reference_name": name,
				"iban": iban,
			}
			for name, iban in rows
			if name not in moved
		],
	)
	# no query builder knows how to drop a column
	frappe.db.sql_ddl(f"ALTER TABLE `tab{TRANSACTION}` DROP COLUMN `{COLUMN}`")


def _clear_versions() -> None:
	table = frappe.qb.DocType("Version")
	query = frappe.qb.from_(table).select(table.name, table.data).where(table.ref_doctype == TRANSACTION)
	for name, data in query.where(table.data.like(f'%"{COLUMN}"%')).run():
		content = json.loads(data)
		content["changed"] = [row for row in content.get("changed") or [] if row[0] != COLUMN]
		frappe.qb.update(table).set(table.data, json.dumps(content)).where(table.name == name).run()
