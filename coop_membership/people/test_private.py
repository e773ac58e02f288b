"""Birth date, national number and IBAN: who sees them, by which door, and what stays behind nowhere."""

from __future__ import annotations

import json

import frappe
from frappe import client
from frappe.desk import reportview
from frappe.desk.form import load
from frappe.utils import getdate

from coop_membership.desk import private as on_desk
from coop_membership.patches import move_payout_accounts, move_private_details
from coop_membership.people import private
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

MANAGER, USER, BOARD = "Membership Manager", "Membership User", "Membership Board"
BORN, NUMBER = "1985-04-12", "85.04.12-123.45"
KNOWN = {"birth_date": getdate(BORN), "national_number": NUMBER, "iban": factories.IBAN}
SIGNS = (BORN, NUMBER, factories.IBAN)


class TestPrivate(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(accounting="Kept elsewhere")
		cls.users = {
			role: factories.a_user(role) for role in (MANAGER, USER, BOARD, "Member", "Dunning User")
		}

	def setUp(self):
		self.application = factories.an_application(
			self.cooperative, iban=factories.IBAN, national_number=NUMBER
		)
		self.member = factories.a_member(self.cooperative, iban=factories.IBAN, national_number=NUMBER)

	def as_role(self, role: str):
		return factories.as_user(self.users[role])

	def looks(self, document) -> int:
		return frappe.db.count(
			"Access Log", {"export_from": private.DOCTYPE, "reference_document": document.name}
		)

	def test_kept_with_the_person(self):
		"""What Camille wrote on her request is known of the request, and of the member it makes; nothing stays on either."""
		for document in (self.application, self.member):
			self.assertEqual(private.of(document), KNOWN)
			self.assertIsNone(document.get("iban"))
			self.assertFalse(any(sign in document.as_json() for sign in SIGNS))

	def test_who_sees_them_on_the_form(self):
		"""Managers and board, each time with a line in the access log; others are refused."""
		for document in (self.application, self.member):
			for role in (MANAGER, BOARD):
				before = self.looks(document)
				with self.as_role(role):
					shown = on_desk.show(document.doctype, document.name)
				self.assertEqual({row["fieldname"]: row["value"] for row in shown["fields"]}, KNOWN, role)
				self.assertEqual(shown["may_write"], role == MANAGER)
				self.assertEqual(self.looks(document), before + 1, role)
			for role in (USER, "Member", "Dunning User"):
				with self.as_role(role), self.assertRaises(frappe.PermissionError, msg=role):
					on_desk.show(document.doctype, document.name)

	def test_managers_change_them(self):
		for role in (USER, BOARD, "Member"):
			with self.as_role(role), self.assertRaises(frappe.PermissionError, msg=role):
				on_desk.change("Member", self.member.name, {"iban": "BE71 0961 2345 6769"})
		with self.as_role(MANAGER):
			on_desk.change("Member", self.member.name, json.dumps({"iban": "be71096123456769"}))
		self.assertEqual(private.of(self.member), {**KNOWN, "iban": "BE71 0961 2345 6769"})

	def test_the_patch_moves_the_accounts_of_share_transactions(self):
		"""A site of before has the account on the document: it is moved once, and the old column is gone."""
		transaction = factories.a_transaction(factories.a_member(self.cooperative), iban=factories.IBAN)
		version = {
			"doctype": "Version",
			"ref_doctype": "Share Transaction",
			"docname": transaction.name,
			"data": json.dumps({"changed": [["payout_iban", "", factories.IBAN], ["reason", "", "x"]]}),
		}
		version = frappe.get_doc(version).insert()
		move_payout_accounts.execute()
		self.assertNotIn("payout_iban", frappe.db.get_table_columns("Share Transaction"))
		left = json.loads(frappe.db.get_value("Version", version.name, "data"))
		self.assertEqual(left["changed"], [["reason", "", "x"]])
		self.assertEqual(private.of(transaction).iban, factories.IBAN)

	def test_what_is_wrong_is_refused(self):
		for values, said in (
			({"iban": "BE71 0961 2345 6760"}, "This is not a valid IBAN"),
			({"birth_date": "soon"}, "is not a date"),
			({"birth_date": "2999-01-01"}, "The birth date lies in the future"),
		):
			with self.assertRaisesRegex(frappe.ValidationError, said):
				on_desk.change("Member", self.member.name, values)
		with self.assertRaisesRegex(frappe.ValidationError, "Only members, requests and share"):
			on_desk.show("User", "Administrator")
		self.assertEqual(private.of(self.member), KNOWN)

	def test_a_save_brings_them_for_managers_only(self):
		"""A form or script of before that still sends `iban` with a save: stored for a manager, refused for a user."""
		with self.as_role(USER):
			document = frappe.get_doc("Membership Application", self.application.name)
			document.update({"iban": "BE71 0961 2345 6769"})
			with self.assertRaises(frappe.PermissionError):
				document.save()
		with self.as_role(MANAGER):
			document = frappe.get_doc("Membership Application", self.application.name)
			document.update({"iban": "BE71 0961 2345 6769"})
			document.save()
			self.assertEqual(private.of(document).iban, "BE71 0961 2345 6769")
		with self.as_role(USER):
			made = factories.an_application(self.cooperative, iban=factories.IBAN)
		self.assertEqual(private.of(made).iban, factories.IBAN)

	def test_lists_counts_and_groups_find_nothing(self):
		"""No door of the host that reads many shows one, to a manager either."""
		for role in (MANAGER, BOARD):
			with self.as_role(role):
				wanted = {"reference_name": self.member.name}
				self.assertFalse(frappe.get_list(private.DOCTYPE, wanted, ["iban"]))
				self.assertFalse(client.get_list(private.DOCTYPE, ["iban"], {"iban": factories.IBAN}))
				self.assertFalse(client.get_value(private.DOCTYPE, "iban", wanted))
				frappe.local.form_dict = frappe._dict(doctype=private.DOCTYPE, filters="[]")
				self.assertFalse(reportview.get_count())
				grouped = frappe.get_list(private.DOCTYPE, fields=["iban"], group_by="iban")
				self.assertFalse(grouped)
				self.assertFalse(frappe.has_permission(private.DOCTYPE, "export"))
				self.assertFalse(frappe.has_permission(private.DOCTYPE, "report"))
		for role in (USER, "Member", "Dunning User"):
			with self.as_role(role), self.assertRaises(frappe.PermissionError, msg=role):
				frappe.get_list(private.DOCTYPE, fields=["iban"])

	def test_one_read_by_the_hosts_own_door_is_noted(self):
		"""A manager who opens the document by its address: a line in the access log; a user is refused."""
		name = frappe.db.get_value(private.DOCTYPE, {"reference_name": self.member.name})
		for role in (MANAGER, BOARD):
			before = self.looks(self.member)
			with self.as_role(role):
				self.assertEqual(client.get(private.DOCTYPE, name)["iban"], factories.IBAN)
			self.assertGreater(self.looks(self.member), before, role)
		for role in (USER, "Member", "Dunning User"):
			with self.as_role(role), self.assertRaises(frappe.PermissionError, msg=role):
				client.get(private.DOCTYPE, name)

	def test_nothing_in_what_a_form_loads(self):
		"""A member's form with its timeline, versions and links, as a manager and as a user."""
		on_desk.change("Member", self.member.name, {"iban": "BE71 0961 2345 6769"})
		member = frappe.get_doc("Member", self.member.name)
		member.update({"iban": factories.IBAN, "phone": "+33299000000"})
		member.save()
		for role in (MANAGER, USER):
			with self.as_role(role):
				frappe.response.docs = []
				load.getdoc("Member", self.member.name)
				loaded = frappe.as_json(frappe.response)
				self.assertIn("+33299000000", loaded)
				for sign in (*SIGNS, "BE71 0961 2345 6769"):
					self.assertNotIn(sign, loaded, role)
		versions = frappe.get_all(
			"Version", {"ref_doctype": ["in", [*private.SUBJECTS, private.DOCTYPE]]}, "data"
		)
		for sign in SIGNS:
			self.assertFalse([row for row in versions if sign in (row.data or "")], sign)

	def test_differences_name_them_to_managers(self):
		"""She is a member and writes another IBAN on a new request: a manager may take it over, a user isn't told of it."""
		same = factories.the_same(self.member)
		again = factories.an_application(
			self.cooperative, **same, iban="BE71 0961 2345 6769", phone="+33612345678"
		)
		with self.as_role(USER):
			again = frappe.get_doc("Membership Application", again.name)
			self.assertEqual([row["field"] for row in again.differences()], ["phone"])
		self.assertEqual(private.of(self.member).iban, factories.IBAN)
		with self.as_role(MANAGER):
			again = frappe.get_doc("Membership Application", again.name)
			self.assertEqual({row["field"] for row in again.differences()}, {"iban", "phone"})
			self.assertEqual(again.take_over(["iban"]), ["iban"])
		self.assertEqual(private.of(self.member).iban, "BE71 0961 2345 6769")

	def test_they_go_with_their_document(self):
		name = self.application.name
		frappe.delete_doc("Membership Application", name)
		self.assertFalse(frappe.db.exists(private.DOCTYPE, {"reference_name": name}))
		gone = frappe.get_all("Deleted Document", {"deleted_name": name}, "data")
		self.assertFalse([row for row in gone if any(sign in row.data for sign in SIGNS)])

	def test_versions_and_deleted_documents_of_before_forget_them(self):
		"""A site that kept them on the member: the patch leaves the other changes and takes these out. Twice does no harm."""
		changed = [["iban", None, factories.IBAN], ["phone", None, "1"]]
		for changes in (changed, changed[:1]):
			frappe.get_doc(
				{
					"doctype": "Version",
					"ref_doctype": "Member",
					"docname": self.member.name,
					"data": json.dumps({"changed": changes, "added": [], "removed": [], "row_changed": []}),
				}
			).insert()
		deleted = frappe.get_doc(
			{
				"doctype": "Deleted Document",
				"deleted_doctype": "Member",
				"deleted_name": "gone",
				"data": json.dumps({"display_name": "Ada", "national_number": NUMBER}),
			}
		).insert()
		for _time in range(2):
			move_private_details.execute()
		versions = frappe.get_all("Version", {"docname": self.member.name}, pluck="data")
		self.assertFalse([data for data in versions if factories.IBAN in data])
		self.assertTrue(
			[data for data in versions if json.loads(data).get("changed") == [["phone", None, "1"]]]
		)
		self.assertEqual(
			json.loads(frappe.db.get_value("Deleted Document", deleted.name, "data")), {"display_name": "Ada"}
		)
		self.assertEqual(private.of(self.member), KNOWN)
