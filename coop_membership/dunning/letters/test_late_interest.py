"""Interest of a letter, by what was open and for how long, in both kinds of books."""

from __future__ import annotations

import unittest

import frappe
from frappe.utils import add_days, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.choice import source_of
from coop_membership.tests import dunning_factories, factories


class TestElsewhere(dunning_factories.DunningCase):
	"""Forty shares at 25, 1,000, were due a year ago; 10 % a year."""

	books, payment_type, asked_by = ELSEWHERE, "Member Payment", "Share Subscription"

	def setUp(self):
		super().setUp()
		self.policy = dunning_factories.a_policy(
			{**dunning_factories.ONE_WEEK, "charge": "Legal interest", "rate": 10}
		)
		self.cooperative = factories.a_cooperative(self.books, dunning_policy=self.policy.name)
		self.shares = dunning_factories.a_late_request(
			self.cooperative, str(add_days(today(), -365)), quantity=40
		)

	def fee(self) -> float:
		run = dunning_factories.computed(self.cooperative, today(), self.policy)
		run.set_state(None, "To Send")
		run.send()
		[fee] = frappe.get_all("Dunning Letter", {"run": run.name}, pluck="fee")
		return fee

	def test_half_paid_after_300_days(self):
		"""500 after 300 days: 500 for 365 days and 500 for 300, 91.10; not the 50.00 of what is left."""
		factories.pay(self.shares, 500, on=str(add_days(today(), -65)))
		self.assertEqual(self.fee(), 91.10)

	def test_nothing_paid(self):
		self.assertEqual(self.fee(), 100)

	def test_paid_in_time(self):
		"""500 on the due date bear none: 50.00."""
		factories.pay(self.shares, 500, on=str(add_days(today(), -365)))
		self.assertEqual(self.fee(), 50)

	def test_paid_in_two_parts(self):
		"""300 after 100 days, 200 after 200: 69.18."""
		factories.pay(self.shares, 300, on=str(add_days(today(), -265)))
		factories.pay(self.shares, 200, on=str(add_days(today(), -165)))
		self.assertEqual(self.fee(), 69.18)

	def test_a_payment_taken_back_was_none(self):
		payment = self.shares.record_payment(500, str(add_days(today(), -65)))
		frappe.get_doc(self.payment_type, payment).cancel()
		self.shares.reload()
		factories.settle(self.shares.name)
		document = dunning_factories.document_of(self.shares)
		self.assertEqual(source_of(self.cooperative.name, self.asked_by).payments([document]), {})
		self.assertEqual(self.fee(), 100)


@unittest.skipUnless(host.has_erpnext(), "needs ERPNext or Dokos")
class TestInErpnext(TestElsewhere):
	books, payment_type, asked_by = IN_ERPNEXT, "Payment Entry", "Sales Invoice"
