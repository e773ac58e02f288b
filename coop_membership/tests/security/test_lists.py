"""Lists of what hangs on documents: rows of tables and files are listed to who may read the document, and to nobody else."""

from __future__ import annotations

import frappe
from frappe import client
from frappe.core.api.file import get_attached_images
from frappe.desk import reportview
from frappe.model import table_fields
from frappe.utils import today

from coop_membership import hooks
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.overrides import lists
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.security import found, rules


class ListCase(FrappeTestCase):
	"""Two cooperatives; somebody with all roles is kept to the first by a User Permission."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.ours = factories.a_cooperative(ELSEWHERE)
		cls.theirs = factories.a_cooperative(ELSEWHERE)
		cls.kept = factories.a_user(*rules.DESK)
		values = {"user": cls.kept, "allow": "Cooperative", "for_value": cls.ours.name}
		frappe.get_doc({"doctype": "User Permission", **values}).insert(ignore_permissions=True)  # a test

	def setUp(self):
		frappe.db.savepoint("one_test")
		self.addCleanup(frappe.db.rollback, save_point="one_test")

	def a_document(self, doctype: str, cooperative) -> str:
		"""The name of a bare document of a cooperative, as it lies in the database."""
		if doctype == "Cooperative":
			return cooperative.name
		document = frappe.new_doc(doctype)
		document.update({"name": f"bare-{factories.unique()}", "cooperative": cooperative.name})
		document.db_insert()
		return document.name


class TestRows(ListCase):
	def tables(self) -> dict[str, list[str]]:
		"""{table: the DocTypes that have it}."""
		every = set(found.doctypes()) - set(found.doctypes(tables=False))
		of = {table: {"options": table, "fieldtype": ["in", table_fields]} for table in sorted(every)}
		return {
			table: frappe.get_all("DocField", filters, pluck="parent", distinct=True)
			for table, filters in of.items()
		}

	def listed(self, table: str, parent: str) -> list[set[str]]:
		"""The parents whose rows the hosts' doors list to the session's user."""
		asked = {"fields": ["name", "parent"], "limit_page_length": 0}
		ways = (
			client.get_list(table, parent=parent, **asked),
			frappe.get_list(table, parent_doctype=parent, **asked),
			reportview.execute(table, parent_doctype=parent, **asked),
		)
		return [{row.parent for row in rows} for rows in ways]

	def test_every_table(self):
		"""A new table has its hook, and rows of another cooperative's document are listed at no door."""
		self.assertEqual(sorted(self.tables()), sorted(hooks.TABLES))
		for table, parents in self.tables().items():
			hook = hooks.permission_query_conditions[table]
			self.assertEqual(hook, f"{lists.__name__}.{frappe.scrub(table)}")
			for parent in parents:
				with self.subTest(table=table, parent=parent):
					ours, theirs = (self.a_document(parent, one) for one in (self.ours, self.theirs))
					for name in (ours, theirs):
						row = frappe.new_doc(table)
						row.update({"name": factories.unique(), "parent": name, "parenttype": parent})
						row.update({"parentfield": self.field(parent, table)}).db_insert()
					with factories.as_user(self.kept):
						for shown in self.listed(table, parent):
							self.assertIn(ours, shown)
							self.assertNotIn(theirs, shown)
						value = client.get_value(table, "name", {"parent": theirs}, parent=parent)
						self.assertFalse(value)

	def field(self, parent: str, table: str) -> str:
		return next(
			field.fieldname for field in frappe.get_meta(parent).get_table_fields() if field.options == table
		)

	def test_of_another_doctype(self):
		"""Who reads the shares of a subscription does not see those of requests in the same table."""
		asked = self.a_document("Membership Application", self.ours)
		bought = self.a_document("Share Subscription", self.ours)
		for parent, name in (("Membership Application", asked), ("Share Subscription", bought)):
			row = frappe.new_doc("Share Line")
			row.update({"name": factories.unique(), "parent": name, "parenttype": parent})
			row.update({"parentfield": self.field(parent, "Share Line")}).db_insert()
		with factories.as_user(factories.a_user("Dunning Info")):
			for shown in self.listed("Share Line", "Share Subscription"):
				self.assertIn(bought, shown)
				self.assertNotIn(asked, shown)

	def test_who_has_no_limits(self):
		"""A manager of all cooperatives sees all rows, and so do services."""
		theirs = self.a_document("Member", self.theirs)
		row = frappe.new_doc("Member Representative")
		row.update({"name": factories.unique(), "parent": theirs, "parenttype": "Member"})
		row.update({"parentfield": "representatives", "from_date": today()}).db_insert()
		with factories.as_user(factories.a_user("Membership Manager")):
			for shown in self.listed("Member Representative", "Member"):
				self.assertIn(theirs, shown)
		with factories.as_user(self.kept):
			self.assertIn(row.name, frappe.get_all("Member Representative", pluck="name"))


class TestFiles(ListCase):
	def test_of_documents_that_one_may_not_read(self):
		"""Name, address and document of an identity document of the other cooperative are listed nowhere."""
		for doctype in ("Identity Document", "Member", "Cooperative"):
			names = {one: self.a_document(doctype, one) for one in (self.ours, self.theirs)}
			files = {}
			for one, name in names.items():
				file = frappe.new_doc("File")
				file.update({"name": factories.unique(), "file_name": "id.pdf", "is_private": 1})
				file.update({"file_url": f"/private/files/{file.name}.pdf"})
				file.update({"attached_to_doctype": doctype, "attached_to_name": name}).db_insert()
				files[one] = file.name
			with self.subTest(doctype), factories.as_user(self.kept):
				shown = frappe.get_list("File", {"attached_to_doctype": doctype}, pluck="name")
				self.assertNotIn(files[self.theirs], shown)
				pictures = get_attached_images(doctype, list(names.values()))
				self.assertNotIn(names[self.theirs], pictures)
				if any(row.if_owner for row in frappe.get_meta("File").permissions):
					continue  # Dodock lists one's own files alone
				self.assertIn(files[self.ours], shown)
				self.assertIn(names[self.ours], pictures)
			with factories.as_user(factories.a_user("Dunning Info")):
				shown = frappe.get_list("File", {"attached_to_doctype": doctype}, pluck="name")
				self.assertNotIn(files[self.theirs], shown if doctype != "Cooperative" else [])
