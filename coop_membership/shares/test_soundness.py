"""What the register's check finds about Share Transactions, each broken on purpose by SQL."""

import frappe
from frappe.tests.utils import FrappeTestCase

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.register import integrity
from coop_membership.tests import factories


class TestSoundness(FrappeTestCase):
	def setUp(self):
		self.cooperative = factories.a_cooperative(ELSEWHERE)
		member = factories.a_member(self.cooperative, on="2026-01-10", quantity=4)
		self.transaction = factories.executed(factories.a_transaction(member), on="2026-02-01")

	def found(self) -> list[str]:
		problems = integrity.check(self.cooperative.name)
		return [row["sentence"] for row in problems if row["code"] == "transaction"]

	def test_sound(self):
		self.assertEqual(integrity.check(self.cooperative.name), [])

	def test_shares_of_a_request_that_is_not_executed(self):
		frappe.db.set_value("Share Transaction", self.transaction.name, "status", "Approved")
		self.assertIn("is not executed", self.found()[0])

	def test_executed_without_an_entry(self):
		frappe.db.delete("Share Register Entry", {"reference": self.transaction.name})
		self.assertIn("the register does not show it", self.found()[0])

	def test_another_quantity(self):
		frappe.db.set_value("Share Transaction", self.transaction.name, "quantity", 2)
		self.assertIn("differ", self.found()[0])
