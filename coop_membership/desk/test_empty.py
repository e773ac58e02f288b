"""An empty page of the desk leads somewhere: each report says what brings its rows about, and where."""

from __future__ import annotations

import frappe
from frappe.desk.query_report import run

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.desk import registers, tables
from coop_membership.overrides import desktop
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class TestEmptyReports(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE)
		cls.other = factories.a_cooperative(ELSEWHERE)

	def test_a_register_without_rows_says_where_they_come_from(self):
		for report in registers.REPORTS:
			with self.subTest(report):
				answer = run(report, {"cooperative": self.cooperative.name})
				self.assertFalse(answer["result"])
				self.assertIn("<a ", answer["message"])

	def test_books_kept_elsewhere_have_no_capital_accounts(self):
		"""A treasurer opens *Capital Accounts* of a cooperative whose books are elsewhere: it says so, and leads to the
		capital by the register."""
		message = run("Capital Accounts", {"cooperative": self.cooperative.name})["message"]
		self.assertIn("kept elsewhere", message)
		self.assertIn("query-report/Capital%20Summary", message)

	def test_of_several_cooperatives_one_is_chosen(self):
		"""A register that is opened with no filter asks which cooperative is meant: a sentence, and no error."""
		for report in (*registers.REPORTS, "Look at the e-mails"):
			with self.subTest(report):
				answer = run(report, {})
				self.assertFalse(answer["result"])
				self.assertIn("choose the cooperative", answer["message"])

	def test_the_only_cooperative_is_meant(self):
		"""Whoever may read one cooperative alone finds it in each new form and report."""
		manager = factories.a_user("Membership Manager")
		limit = {"user": manager, "allow": "Cooperative", "for_value": self.cooperative.name}
		frappe.get_doc({"doctype": "User Permission", **limit}).insert()
		with factories.as_user(manager):
			self.assertEqual(tables.own_cooperative(), self.cooperative.name)
			boot = frappe._dict(user={"defaults": {}})
			desktop.boot(boot)
			self.assertEqual(boot.user["defaults"]["cooperative"], self.cooperative.name)

	def test_the_mails_of_a_cooperative(self):
		"""A manager sees each mail by its event, whether it is sent, and whose words it has."""
		rows = run("Look at the e-mails", {"cooperative": self.cooperative.name})["result"]
		events = [row["event"] for row in rows]
		self.assertIn("Yearly Certificate", events)
		self.assertNotIn("Dunning Letter", events)
		self.assertTrue(all(row["mail"] and row["sent"] and row["words"] for row in rows))
