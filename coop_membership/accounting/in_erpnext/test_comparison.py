"""The report Capital Accounts: the accounts beside the register, on any day."""

import unittest

import frappe
from frappe.utils import today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.coop_membership.report.capital_accounts import capital_accounts
from coop_membership.register import integrity
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class TestKeptElsewhere(FrappeTestCase):
	def test_there_are_no_accounts(self):
		cooperative = factories.a_cooperative(ELSEWHERE)
		_columns, rows, said = capital_accounts.execute({"cooperative": cooperative.name})
		self.assertEqual(rows, [])
		self.assertIn("kept elsewhere", said)
		self.assertEqual(integrity.check(cooperative.name), [])


@unittest.skipUnless(host.has_erpnext(), "these are the books of ERPNext and Dokos")
class TestComparison(FrappeTestCase):
	def setUp(self):
		"""Class A at 25 with an account of its own; 4 shares paid today, 3 more asked for and not paid."""
		self.cooperative = factories.a_cooperative(IN_ERPNEXT)
		share_class = factories.class_of(self.cooperative)
		self.account = factories.an_equity_account(f"Capital {factories.unique()}")
		frappe.db.set_value("Share Class", share_class, "capital_account", self.account)
		self.member = factories.a_member(self.cooperative, quantity=4)
		factories.a_subscription(self.cooperative, quantity=3)

	def row(self, on: str | None = None) -> tuple[float, float, float, float]:
		"""(register, called, balance, difference) of the account of class A."""
		_columns, rows = capital_accounts.execute(
			{"cooperative": self.cooperative.name, "as_of": on or today()}
		)
		found = next(row for row in rows if row["name"] == self.account)
		return found["register"], found["called"], found["balance"], found["difference"]

	def test_what_is_called_and_not_paid(self):
		"""100 in the register, 75 asked for: 175 in the account, no difference; nothing the year before."""
		self.assertEqual(self.row(), (100, 75, 175, 0))
		self.assertEqual(self.row("2020-01-01"), (0, 0, 0, 0))

	def test_after_a_sell_back_and_its_undo(self):
		transaction = factories.executed(factories.a_transaction(self.member))
		self.assertEqual(self.row(), (75, 75, 150, 0))
		transaction.reload()
		transaction.cancel()
		self.assertEqual(self.row(), (100, 75, 175, 0))

	def test_an_entry_by_hand(self):
		"""The treasurer books 10 into the account by hand: the report and the check say so."""
		accounts = factories.accounts_of()
		center = {"cost_center": accounts["cost_center"]}
		frappe.get_doc(
			{
				"doctype": "Journal Entry",
				"voucher_type": "Journal Entry",
				"company": self.cooperative.company,
				"posting_date": today(),
				"accounts": [
					{"account": accounts["reserve_account"], "debit_in_account_currency": 10, **center},
					{"account": self.account, "credit_in_account_currency": 10, **center},
				],
			}
		).submit()
		self.assertEqual(self.row(), (100, 75, 185, 10))
		found = [row for row in integrity.check(self.cooperative.name) if row["code"] == "capital_account"]
		self.assertEqual([row["name"] for row in found], [self.account])
