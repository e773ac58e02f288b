"""Many documents in few statements are stored as one by one."""

from __future__ import annotations

from unittest.mock import patch

import frappe

from coop_membership import bulk
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

NOT_COMPARED = ("name", "creation", "modified")


def stored(doctype: str, name: str) -> dict:
	row = frappe.db.get_value(doctype, name, "*", as_dict=True)
	return {field: value for field, value in row.items() if field not in NOT_COMPARED}


class TestBulk(FrappeTestCase):
	def rows(self, count: int, **more) -> list[dict]:
		mark = factories.unique()
		return [
			{"name": f"{mark}-{number}", "description": "100 % 'sure' \\ \"ok\"", "status": "Open", **more}
			for number in range(count)
		]

	def test_rows_of_a_doctype(self):
		"""Texts with signs that databases treat specially come back as they were; a column that the site lacks is left out."""
		rows = self.rows(3, no_such_column="x", date="2026-03-01")
		bulk.insert("ToDo", rows)
		task = frappe.get_doc("ToDo", rows[2]["name"])
		self.assertEqual((task.description, str(task.date)), (rows[2]["description"], "2026-03-01"))
		self.assertEqual((task.owner, task.docstatus), (frappe.session.user, 0))

	def test_more_than_a_statement_takes(self):
		"""Seven rows, a few in each statement: all are there, once."""
		rows = self.rows(7)
		with patch.object(bulk, "VALUES_PER_STATEMENT", 20):
			bulk.insert("ToDo", rows)
		names = [row["name"] for row in rows]
		self.assertEqual(frappe.db.count("ToDo", {"name": ["in", names]}), 7)

	def test_children_are_numbered_by_parent(self):
		"""Two parents, three rows: 1 and 2 for the first, 1 for the second."""
		one, other = factories.unique(), factories.unique()
		lines = [{"parent": parent, "share_class": "A", "quantity": 1} for parent in (one, one, other)]
		bulk.insert_children("Share Subscription", "items", "Share Line", lines)
		found = frappe.get_all(
			"Share Line", {"parent": ["in", [one, other]]}, ["parent", "idx"], order_by="idx"
		)
		self.assertEqual(
			sorted((row.parent, row.idx) for row in found), sorted([(one, 1), (one, 2), (other, 1)])
		)

	def test_documents_are_stored_as_by_themselves(self):
		"""A Contact with its address, once inserted and once in bulk: the same columns, the same row below."""
		values = {"doctype": "Contact", "first_name": "Inès", "email_ids": [{"email_id": "i@example.com"}]}
		single = frappe.get_doc(values).insert()
		many = frappe.get_doc(
			{**single.as_dict(no_default_fields=True), **values, "status": single.get("status")}
		)
		many.name = factories.unique()
		bulk.insert_documents([many])
		one, other = stored("Contact", single.name), stored("Contact", many.name)
		self.assertEqual({k: v for k, v in one.items() if v}, {k: v for k, v in other.items() if v})
		[row] = frappe.get_all("Contact Email", {"parent": many.name}, ["email_id", "idx", "parenttype"])
		self.assertEqual(tuple(row.values()), ("i@example.com", 1, "Contact"))
