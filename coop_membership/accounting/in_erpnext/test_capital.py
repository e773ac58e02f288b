"""What Share Transactions book in ERPNext or Dokos, and how it is taken back."""

import unittest

import frappe
from frappe.utils import flt, getdate, today

from coop_membership import host
from coop_membership.accounting.books import IN_ERPNEXT
from coop_membership.register import integrity, ledger
from coop_membership.shares import payouts
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


@unittest.skipUnless(host.has_erpnext(), "these are the books of ERPNext and Dokos")
class TestCapital(FrappeTestCase):
	def setUp(self):
		"""4 shares of 25, paid on 10 January 2026; each class has an account of its own."""
		self.cooperative = factories.a_cooperative(IN_ERPNEXT)
		self.share_class = factories.class_of(self.cooperative)
		self.accounts = factories.accounts_of()
		self.account = self.own_account(self.share_class)
		self.member = factories.a_member(self.cooperative, on="2026-01-10", quantity=4)

	def own_account(self, share_class: str) -> str:
		account = factories.an_equity_account(f"Capital {factories.unique()}")
		frappe.db.set_value("Share Class", share_class, "capital_account", account)
		frappe.clear_document_cache("Share Class", share_class)
		return account

	def balance(self, account: str, on: str | None = None) -> float:
		"""Credit balance of an account at the end of a day."""
		rows = frappe.get_all(
			"GL Entry",
			{"account": account, "is_cancelled": 0, "posting_date": ["<=", on or today()]},
			["debit", "credit"],
		)
		return flt(sum(row.credit - row.debit for row in rows), 2)

	def booked(self, journal: str) -> dict[str, float]:
		"""{account: credit} of a Journal Entry."""
		rows = frappe.get_all(
			"GL Entry", {"voucher_no": journal, "is_cancelled": 0}, ["account", "debit", "credit"]
		)
		return {row.account: flt(row.credit - row.debit, 2) for row in rows}

	def sold(self, quantity=2, on="2026-02-01"):
		transaction = factories.executed(factories.a_transaction(self.member, quantity=quantity), on=on)
		transaction.reload()
		return transaction

	def test_a_sell_back(self):
		"""2 shares: 50 leave the capital on 1 February and are owed to the member as a shareholder."""
		transaction = self.sold()
		self.assertEqual(
			self.booked(transaction.journal_entry), {self.account: -50, self.accounts["payout_account"]: 50}
		)
		journal = frappe.get_doc("Journal Entry", transaction.journal_entry)
		self.assertEqual((journal.docstatus, journal.posting_date), (1, getdate("2026-02-01")))
		party = next(row for row in journal.accounts if row.party)
		self.assertEqual(party.party, frappe.db.get_value("Member", self.member.name, "shareholder"))
		self.assertEqual((self.balance(self.account, "2026-02-01"), self.balance(self.account)), (-50, 50))

	def test_another_price(self):
		"""50 nominal, the board pays 40: the 10 stay in the reserves."""
		transaction = factories.a_transaction(self.member, quantity=2, board_price=20, price_reason="Pertes")
		factories.executed(transaction, on="2026-02-01")
		self.assertEqual(
			self.booked(transaction.journal_entry),
			{
				self.account: -50,
				self.accounts["payout_account"]: 40,
				self.accounts["reserve_account"]: 10,
			},
		)

	def test_a_gift(self):
		transaction = factories.executed(factories.a_transaction(self.member, "Gift", 4), on="2026-02-01")
		self.assertEqual(
			self.booked(transaction.journal_entry),
			{self.account: -100, self.accounts["reserve_account"]: 100},
		)

	def test_a_conversion(self):
		"""4 at 25 into 2 at 50: 100 go from the one capital account to the other; with one account nothing is booked."""
		into = factories.a_share_class(self.cooperative, "B", 50)
		account = self.own_account(into.name)
		transaction = factories.a_transaction(self.member, "Conversion", 2, to_share_class=into.name)
		factories.executed(transaction, on="2026-02-01")
		self.assertEqual(self.booked(transaction.journal_entry), {self.account: -50, account: 50})
		frappe.db.set_value("Share Class", into.name, "capital_account", self.account)
		again = factories.a_transaction(self.member, "Conversion", 2, to_share_class=into.name)
		factories.executed(again, on="2026-02-02")
		self.assertFalse(again.journal_entry)

	def test_a_transfer_books_nothing(self):
		receiver = factories.a_member(self.cooperative, on="2026-01-15", first_name="Béa")
		transaction = factories.a_transaction(self.member, "Transfer", 1, receiver=receiver.name)
		factories.executed(transaction, on="2026-02-01")
		self.assertFalse(transaction.journal_entry)

	def test_paid_by_the_treasurer(self):
		"""A Payment Entry to the shareholder, allocated to the claim: the transaction reads 50 from the books."""
		transaction = self.sold()
		bank = factories.a_bank_account("Bank of transactions")
		factories.a_journal_of(bank)
		entry = frappe.get_doc(
			{
				"doctype": "Payment Entry",
				"payment_type": "Pay",
				"company": self.cooperative.company,
				"posting_date": "2026-02-05",
				"party_type": "Shareholder",
				"party": frappe.db.get_value("Member", self.member.name, "shareholder"),
				"paid_from": bank,
				"paid_to": self.accounts["payout_account"],
				"paid_amount": 50,
				"received_amount": 50,
				"source_exchange_rate": 1,
				"target_exchange_rate": 1,
				"reference_no": "OUT-9",
				"reference_date": "2026-02-05",
				"references": [
					{
						"reference_doctype": "Journal Entry",
						"reference_name": transaction.journal_entry,
						"allocated_amount": 50,
					}
				],
			}
		)
		entry.insert()
		entry.submit()
		self.assertEqual(payouts.follow(transaction), 50)
		self.assertEqual(payouts.outstanding(transaction), 0)
		with self.assertRaisesRegex(frappe.ValidationError, "Cancel that payment first"):
			transaction.cancel()
		frappe.get_doc("Payment Entry", entry.name).cancel()
		self.assertEqual(payouts.follow(transaction), 0)

	def test_paid_here(self):
		"""50 owed, 30 and 20 paid: nothing is open on the payable account any more."""
		transaction = self.sold()
		first = transaction.pay_out(30, "2026-02-05", reference="OUT-1")
		self.assertEqual(transaction.pay_out(30, "2026-02-05", reference="OUT-1"), first)
		transaction.pay_out(20, "2026-02-06")
		self.assertEqual((transaction.paid_out_amount, payouts.outstanding(transaction)), (50, 0))
		party = frappe.db.get_value("Member", self.member.name, "shareholder")
		rows = frappe.get_all("GL Entry", {"party": party, "is_cancelled": 0}, ["debit", "credit"])
		self.assertEqual(sum(row.credit - row.debit for row in rows), 0)

	def test_taken_back(self):
		"""Register and books are as they were; the Journal Entry is cancelled."""
		transaction = self.sold()
		transaction.cancel()
		self.assertEqual(frappe.db.get_value("Journal Entry", transaction.journal_entry, "docstatus"), 2)
		self.assertEqual(self.balance(self.account), 100)
		self.assertEqual(ledger.holdings(self.member.name), {self.share_class: 4})
		self.assertEqual(integrity.check(self.cooperative.name), [])

	def closed_until(self, day: str):
		field = "acc_frozen_upto"
		if frappe.get_meta("Accounts Settings").has_field(field):
			before = frappe.db.get_value("Accounts Settings", None, field)  # as stored: "" for none
			frappe.db.set_single_value("Accounts Settings", field, day)
			self.addCleanup(frappe.db.set_single_value, "Accounts Settings", field, before or "")
		else:
			company = self.cooperative.company
			frappe.db.set_value("Company", company, "accounts_frozen_till_date", day)
			self.addCleanup(frappe.db.set_value, "Company", company, "accounts_frozen_till_date", None)

	def test_a_closed_period(self):
		"""The books are closed up to 28 February: a sell back on 1 February is refused before anything changed; one of
		March is taken back, and one from before the closing is turned round by an entry of today."""
		early = self.sold(1)
		self.closed_until("2026-02-28")
		late = factories.a_transaction(self.member)
		with factories.as_user(factories.a_board_member()):
			frappe.get_doc("Share Transaction", late.name).approve()
		late.reload()
		number = len(ledger.movements(self.cooperative.name))
		frappe.db.savepoint("closed")
		with self.assertRaisesRegex(frappe.ValidationError, "The books are closed on"):
			late.execute("2026-02-01")
		frappe.db.rollback(save_point="closed")
		self.assertEqual(len(ledger.movements(self.cooperative.name)), number)
		early.cancel()
		early.reload()
		counter = frappe.get_doc("Journal Entry", early.counter_entry)
		self.assertEqual(counter.posting_date, getdate(today()))
		self.assertEqual(frappe.db.get_value("Journal Entry", early.journal_entry, "docstatus"), 1)
		self.assertEqual((self.balance(self.account, "2026-02-28"), self.balance(self.account)), (-25, 100))
		party = frappe.db.get_value("Member", self.member.name, "shareholder")
		rows = frappe.get_all(
			"Payment Ledger Entry", {"party": party, "delinked": 0}, ["amount", "against_voucher_no"]
		)
		self.assertEqual(flt(sum(row.amount for row in rows), 2), 0)

	def test_accounts_that_are_missing(self):
		"""A gift needs the reserve account: a sentence names it, and the register is untouched."""
		frappe.db.set_value("Cooperative", self.cooperative.name, "reserve_account", None)
		frappe.clear_document_cache("Cooperative", self.cooperative.name)
		gift = factories.a_transaction(self.member, "Gift", 1)
		with self.assertRaisesRegex(frappe.ValidationError, "Reserve account"):
			factories.executed(gift, on="2026-02-01")
