"""What the register's check finds about Share Transactions, each broken on purpose by SQL."""

import unittest

import frappe

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.choice import books_of
from coop_membership.register import integrity
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


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


@unittest.skipUnless(host.has_erpnext(), "needs the ledger of ERPNext or Dokos")
class TestAgainstTheLedger(FrappeTestCase):
	"""Requests that are paid, compared with books in ERPNext: in a few queries, and one by one where these don't tell."""

	def setUp(self):
		self.cooperative = factories.a_cooperative(IN_ERPNEXT)
		self.member = factories.a_member(self.cooperative)
		self.name = frappe.db.get_value("Share Subscription", {"member": self.member.name})

	def found(self) -> list[str]:
		return [row["name"] for row in integrity.check(self.cooperative.name) if row["code"] == "books"]

	def in_doubt(self) -> list[str]:
		return books_of(self.cooperative).in_doubt("Share Subscription", {self.name: 75})

	def test_paid_by_one_payment(self):
		self.assertEqual((self.in_doubt(), self.found()), ([], []))

	def test_a_payment_is_cancelled_or_deleted_underneath(self):
		invoice = frappe.db.get_value("Share Subscription", self.name, "sales_invoice")
		rows = {"reference_name": invoice, "docstatus": 1}
		payment = frappe.get_all("Payment Entry Reference", rows, pluck="parent")[0]
		frappe.db.set_value("Payment Entry", payment, "docstatus", 2)
		self.assertEqual(self.found(), [self.name])
		frappe.db.delete("Payment Entry", {"name": payment})
		self.assertEqual(self.found(), [self.name])

	def test_the_invoice_is_cancelled_underneath(self):
		invoice = frappe.db.get_value("Share Subscription", self.name, "sales_invoice")
		frappe.db.set_value("Sales Invoice", invoice, "docstatus", 2)
		self.assertEqual(self.found(), [self.name])
