"""Too much was paid: credit, more shares or the money back, in both kinds of books."""

from __future__ import annotations

import unittest
from collections import defaultdict

import frappe
from frappe.utils import flt

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.in_erpnext.books import money_account
from coop_membership.payments.test_settlement import MARCH_1, MARCH_5, MARCH_9, SettlementCase
from coop_membership.register import ledger
from coop_membership.tests import factories


class Cases:
	"""One share at 25 asked for, 80 paid on 1 March, unless said otherwise."""

	books: str

	def setUp(self):
		super().setUp()
		self.cooperative = factories.a_cooperative(self.books)

	def overpaid(self, amount: float = 80, quantity: int = 1, **values):
		"""(subscription, member) after a payment of `amount`."""
		subscription = factories.a_subscription(self.cooperative, quantity=quantity, **values)
		factories.pay(subscription, amount, MARCH_1)
		return subscription, frappe.get_doc("Member", subscription.member)

	def credit(self, member) -> float:
		return books_of(member).credit(frappe.get_doc("Member", member.name))

	def shares(self, member) -> int:
		return sum(ledger.holdings(member.name).values())

	def assert_refused(self, words: str, member, action) -> None:
		"""The sentence has these words; credit, shares and requests are as before."""

		def state():
			requests = frappe.db.count("Membership Application", {"cooperative": self.cooperative.name})
			return self.credit(member), self.shares(member), requests

		before = state()
		frappe.db.savepoint("refused")
		with self.assertRaisesRegex(frappe.ValidationError, words):
			action()
		frappe.db.rollback(save_point="refused")
		self.assertEqual(state(), before)

	def test_80_for_a_share_of_25_become_three_shares_and_5_of_credit(self):
		"""One share on 1 March and 55 too much. On the button, two more shares of the same class: an increase, approved
		and paid, in the register as of 1 March, when the money came; 5 stay as credit."""
		subscription, member = self.overpaid()
		self.assertEqual((self.shares(member), self.credit(member)), (1, 55))
		increase = frappe.get_doc("Share Subscription", subscription.more_shares())
		self.assertEqual((self.shares(member), self.credit(member)), (3, 5))
		self.assertEqual((increase.status, increase.paid_amount, increase.member), ("Paid", 50, member.name))
		[entry] = ledger.entries_of(increase.name)
		self.assertEqual(
			(entry.quantity, entry.share_class, str(entry.effective_date)),
			(2, subscription.items[0].share_class, MARCH_1),
		)
		request = frappe.get_doc("Membership Application", increase.application)
		self.assertEqual((request.status, request.is_increase, request.member), ("Paid", 1, member.name))
		member.reload()
		self.assertEqual((member.member_number, member.total_shares), (1, 3))

	def test_more_shares_send_the_certificate_and_ask_for_nothing(self):
		"""The member gets the mail of an increase; no receipt of a request, no request for money."""
		subscription, _member = self.overpaid()
		increase = frappe.get_doc("Share Subscription", subscription.more_shares())
		about = ["in", [increase.name, increase.application]]
		mails = frappe.get_all("Email Queue", {"reference_name": about}, pluck="message")
		self.assertEqual(len(mails), 1)
		self.assertIn("Share_Certificate".casefold(), mails[0].casefold().replace(" ", "_"))

	def test_fewer_shares_than_the_credit_pays(self):
		"""Of 55, one share: 30 stay. Asking for two more of them is too much."""
		subscription, member = self.overpaid()
		subscription.more_shares(1)
		self.assertEqual((self.shares(member), self.credit(member)), (2, 30))
		self.assert_refused("1 share at most", member, lambda: member.more_shares(2))

	def test_the_credit_is_paid_back(self):
		"""5 of 30 paid back on 5 March: the register is as before, nothing stays open."""
		subscription, member = self.overpaid(30)
		name = subscription.refund(5, MARCH_5)
		self.assertEqual((self.shares(member), self.credit(member)), (1, 0))
		self.assert_refund(name, member, 5, MARCH_5)
		self.assert_refused("has no credit", member, lambda: member.refund(5, MARCH_5))
		self.assertEqual(factories.settle(subscription.name), "Paid")

	def test_two_more_shares_and_the_last_5_back(self):
		"""80 paid: three shares, 5 back, nothing left to decide."""
		_subscription, member = self.overpaid()
		member.more_shares()
		name = member.refund()
		self.assert_refund(name, member, 5)
		self.assertEqual((self.shares(member), self.credit(member)), (3, 0))
		self.assert_refused("has no credit", member, member.more_shares)

	def test_a_part_is_paid_back_and_the_rest_becomes_a_share(self):
		"""55 of credit: 30 back, the other 25 a share."""
		_subscription, member = self.overpaid()
		member.refund(30, MARCH_5)
		self.assertEqual(self.credit(member), 25)
		member.more_shares()
		self.assertEqual((self.shares(member), self.credit(member)), (2, 0))

	def test_what_a_reduced_request_leaves_is_credit(self):
		"""60 of 75 paid, reduced to two shares: 10 of credit, which go back; nothing stays open."""
		subscription, member = self.overpaid(60, quantity=3)
		subscription.reduce_to_paid()
		self.assertEqual((subscription.status, str(subscription.effective_date)), ("Paid", MARCH_1))
		self.assertEqual((self.shares(member), self.credit(member)), (2, 10))
		self.assert_refund(member.refund(), member, 10)
		self.assertEqual(factories.settle(subscription.name), "Paid")

	def test_the_same_refund_again_is_one_refund(self):
		"""A double click, or a repeated call with the bank's reference: 10 of 55 go back once."""
		_subscription, member = self.overpaid()
		first = member.refund(10, MARCH_5, reference="OUT-7")
		self.assertEqual(member.refund(10, MARCH_5, reference="OUT-7"), first)
		self.assertEqual(self.credit(member), 45)
		self.assertNotEqual(member.refund(10, MARCH_5, reference="OUT-8"), first)
		self.assertEqual(self.credit(member), 35)

	def test_a_cancelled_refund_is_credit_again(self):
		"""The bank sent the 5 back: the refund is cancelled, the credit is there again."""
		_subscription, member = self.overpaid(30)
		refund = frappe.get_doc(self.refund_doctype, member.refund(5, MARCH_5))
		refund.cancel()
		self.assertEqual(self.credit(member), 5)
		member.refund(5, MARCH_9)
		self.assertEqual(self.credit(member), 0)

	def test_wrong_refunds_are_refused(self):
		"""More than the credit of 55, nothing, less than nothing, or tomorrow: a sentence, and nothing changes."""
		_subscription, member = self.overpaid()
		for amount, day, words in (
			(55.01, MARCH_5, "Enter at most this amount"),
			(0, MARCH_5, "more than zero"),
			(-5, MARCH_5, "more than zero"),
			(5, "2999-01-01", "in the future"),
		):
			with self.subTest(amount=amount, day=day):
				self.assert_refused(words, member, lambda: member.refund(amount, day))  # noqa: B023

	def test_credit_below_one_share_makes_none(self):
		subscription, member = self.overpaid(30)
		self.assert_refused("less than one share", member, subscription.more_shares)
		self.assertEqual(member.credit()["quantity"], 0)
		self.assertRegex(member.credit()["obstacle"], "less than one share")

	def test_without_credit_there_is_nothing_to_decide(self):
		subscription, member = self.overpaid(25)
		self.assertEqual(member.credit(), {"credit": 0, "currency": "EUR"})
		for action in (subscription.more_shares, member.more_shares, subscription.refund, member.refund):
			self.assert_refused("has no credit", member, action)

	def test_who_has_left_gets_money_but_no_shares(self):
		"""A former member: no more shares by this button; the money can go back."""
		_subscription, member = self.overpaid()
		frappe.db.set_value("Member", member.name, "status", "Former")
		self.assert_refused("has left", member, member.more_shares)
		member.refund(55, MARCH_5)
		self.assertEqual(self.credit(member), 0)

	def test_the_limits_of_the_class_and_of_the_cooperative_hold(self):
		"""At most 2 shares of the class; then at most 60 for one member: one more, not two. At the limit: none."""
		for limits in (
			{"class": {"maximum_quantity": 2}, "cooperative": {}},
			{"class": {}, "cooperative": {"maximum_amount": 60}},
		):
			with self.subTest(limits):
				cooperative = self.cooperative = factories.a_cooperative(self.books, **limits["cooperative"])
				factories.a_share_class(cooperative, **limits["class"])
				subscription, member = self.overpaid()
				self.assertEqual(member.credit()["quantity"], 1)
				self.assert_refused("", member, lambda: subscription.more_shares(2))  # noqa: B023
				subscription.more_shares()
				self.assertEqual((self.shares(member), self.credit(member)), (2, 30))
				self.assert_refused("the limit is reached", member, member.more_shares)

	def test_another_member_s_credit_is_never_used(self):
		"""Anna paid 55 too much; Bruno has an open request: he can neither use nor get her money."""
		_subscription, anna = self.overpaid(first_name="Anna")
		request = factories.a_subscription(self.cooperative, quantity=1, first_name="Bruno")
		bruno = frappe.get_doc("Member", request.member)
		self.assertNotEqual(anna.name, bruno.name)
		self.assert_refused("Bruno Durand has no credit", bruno, request.use_credit)
		self.assert_refused("Bruno Durand has no credit", bruno, request.refund)
		factories.pay(request, 30, MARCH_5)
		bruno.refund(5, MARCH_9)
		self.assertEqual((self.credit(anna), self.credit(bruno)), (55, 0))

	def test_the_credit_pays_a_part_of_the_next_request(self):
		"""5 left from 30; weeks later one more share of 25: the credit pays 5 of it, 20 by bank on 9 March make it
		complete, with that date."""
		_subscription, member = self.overpaid(30)
		person = factories.the_same(member)
		request = factories.a_subscription(self.cooperative, quantity=1, **person)
		self.assertRegex(member.credit()["obstacle"], "still waiting for a payment")
		self.assertEqual(request.use_credit(), "Partly Paid")
		self.assertEqual((request.outstanding_amount, self.credit(member)), (20, 0))
		factories.pay(request, 20, MARCH_9)
		self.assertEqual((request.status, str(request.effective_date)), ("Paid", MARCH_9))
		self.assertEqual(self.shares(member), 2)
		self.assert_refused("not waiting for a payment", member, request.use_credit)

	def test_two_overpayments_are_used_oldest_first(self):
		"""15 too much on 1 March, 15 on 5 March: one more share, effective 5 March, when the money was complete."""
		_subscription, member = self.overpaid(40)
		person = factories.the_same(member)
		factories.pay(factories.a_subscription(self.cooperative, quantity=1, **person), 40, MARCH_5)
		self.assertEqual(self.credit(member), 30)
		increase = frappe.get_doc("Share Subscription", member.more_shares())
		self.assertEqual(str(increase.effective_date), MARCH_5)
		self.assertEqual((self.shares(member), self.credit(member)), (3, 5))

	def test_the_managers_get_one_task(self):
		"""One open task when the shares are issued; settling again, or deciding on more shares, adds none."""
		subscription, _member = self.overpaid()
		about = {"reference_type": "Share Subscription", "role": "Membership Manager", "status": "Open"}
		[task] = frappe.get_all("ToDo", {**about, "reference_name": subscription.name}, pluck="description")
		self.assertIn("55.00", task.replace(",", "."))
		factories.settle(subscription.name)
		factories.settle(subscription.name)
		increase = subscription.more_shares()
		names = ["in", [subscription.name, increase]]
		self.assertEqual(frappe.db.count("ToDo", {**about, "reference_name": names}), 1)

	def test_no_task_without_credit(self):
		subscription, _member = self.overpaid(25)
		self.assertFalse(frappe.db.exists("ToDo", {"reference_name": subscription.name}))

	def test_who_may_decide(self):
		"""A manager makes shares; who records payments may pay back; the board reads only."""
		subscription, member = self.overpaid()
		with factories.as_user(factories.a_user("Membership Board")):
			seen = member.credit()
			self.assertEqual(
				(seen["credit"], seen["may_have_shares"], seen["may_refund"]), (55, False, False)
			)
			for action in (subscription.more_shares, member.more_shares, subscription.refund, member.refund):
				self.assertRaises(frappe.PermissionError, action)
		with factories.as_user(factories.a_user("Membership User")):
			self.assertRaises(frappe.PermissionError, member.more_shares)
			member.refund(5, MARCH_5)
		with factories.as_user(factories.a_user("Membership Manager")):
			member.more_shares()
		self.assertEqual((self.shares(member), self.credit(member)), (3, 0))
		with factories.as_user(factories.a_user("Member")):
			for action in (member.credit, member.more_shares, member.refund):
				self.assertRaises(frappe.PermissionError, action)

	def test_who_records_payments_does_so_in_either_books(self):
		"""A Membership User without any role of the accounts: 30 recorded, 5 paid back, both under that user's name."""
		subscription = factories.a_subscription(self.cooperative, quantity=1)
		with factories.as_user(factories.a_user("Membership User")) as user:
			factories.pay(subscription, 30, MARCH_1)
			refund = subscription.refund(5, MARCH_5)
		member = frappe.get_doc("Member", subscription.member)
		self.assertEqual((subscription.status, self.shares(member), self.credit(member)), ("Paid", 1, 0))
		self.assertEqual(self.payment_of(member).owner, user)
		self.assertEqual(frappe.db.get_value(self.refund_doctype, refund, "owner"), user)

	def test_the_payment_is_taken_back_after_all(self):
		"""The 80 are cancelled after the credit was used: both requests say so, all shares stay for a decision."""
		subscription, member = self.overpaid()
		increase = frappe.get_doc("Share Subscription", subscription.more_shares())
		self.queued.clear()
		self.payment_of(member).cancel()
		self.assertEqual(set(self.queued), {subscription.name, increase.name})
		self.work()
		for document in (subscription, increase):
			self.assertEqual(factories.settle(document.name), "Payment Reversed")
		self.assertEqual((self.shares(member), self.credit(member)), (3, 0))


class TestElsewhere(Cases, SettlementCase):
	"""Books kept elsewhere, on every host."""

	books = ELSEWHERE
	refund_doctype = "Member Payment"

	def payment_of(self, member):
		return frappe.get_doc("Member Payment", {"member": member.name, "direction": "Received"})

	def assert_refund(self, name: str, member, amount: float, day: str | None = None) -> None:
		payment = frappe.get_doc("Member Payment", name)
		self.assertEqual(
			(
				payment.direction,
				payment.docstatus,
				payment.amount,
				payment.unallocated_amount,
				payment.member,
			),
			("Paid out", 1, amount, 0, member.name),
		)
		if day:
			self.assertEqual(str(payment.posting_date), day)
		left = frappe.get_all("Member Payment", {"member": member.name}, pluck="unallocated_amount")
		self.assertEqual({flt(amount, 2) for amount in left}, {0})

	def by_hand(self, member, amount: float, **values):
		payment = frappe.get_doc(
			{
				"doctype": "Member Payment",
				"member": member.name,
				"amount": amount,
				"posting_date": MARCH_5,
				**values,
			}
		).insert()
		payment.submit()
		return payment

	def test_a_refund_entered_by_hand_counts(self):
		"""The treasurer enters 50 paid out without saying of which payment: 5 are left, never 55 again."""
		_subscription, member = self.overpaid()
		self.by_hand(member, 50, direction="Paid out")
		self.assertEqual(self.credit(member), 5)
		self.assert_refused("Enter at most", member, lambda: member.refund(55, MARCH_5))

	def test_no_more_is_paid_back_by_hand_than_there_is(self):
		"""The member has 55 of credit: 56 paid out for nothing are refused when they are submitted, 55 are not."""
		_subscription, member = self.overpaid()
		with self.assertRaisesRegex(frappe.ValidationError, "credit of €55.00. Enter no more"):
			self.by_hand(member, 56, direction="Paid out")
		self.assertEqual(self.credit(member), 55)
		self.by_hand(member, 55, direction="Paid out")
		self.assertEqual(self.credit(member), 0)

	def test_a_refund_by_hand_says_which_payment_and_no_other_s(self):
		_subscription, anna = self.overpaid()
		_subscription, bruno = self.overpaid(first_name="Bruno")
		[annas] = frappe.get_all("Member Payment", {"member": anna.name}, pluck="name")
		row = {"document_type": "Member Payment", "document": annas, "amount": 50}
		with self.assertRaisesRegex(frappe.ValidationError, "from the same member"):
			self.by_hand(bruno, 50, direction="Paid out", allocations=[row])
		with self.assertRaisesRegex(frappe.ValidationError, "only 55"):
			self.by_hand(anna, 60, direction="Paid out", allocations=[{**row, "amount": 60}])
		self.by_hand(anna, 50, direction="Paid out", allocations=[row])
		self.assertEqual((self.credit(anna), self.credit(bruno)), (5, 55))

	def test_more_than_is_due_can_t_be_allocated(self):
		"""80 written on a request for 25: refused; 25 of them allocated leave 55 as credit."""
		subscription = factories.a_subscription(self.cooperative, quantity=1)
		member = frappe.get_doc("Member", subscription.member)
		row = {"document_type": "Share Subscription", "document": subscription.name, "amount": 80}
		with self.assertRaisesRegex(frappe.ValidationError, "only 25"):
			self.by_hand(member, 80, allocations=[row])
		self.by_hand(member, 80, allocations=[{**row, "amount": 25}])
		self.assertEqual(self.credit(member), 55)


@unittest.skipUnless(host.has_erpnext(), "needs the ledger of ERPNext or Dokos")
class TestInErpnext(Cases, SettlementCase):
	"""Books in ERPNext or Dokos."""

	books = IN_ERPNEXT
	refund_doctype = "Journal Entry"

	def payment_of(self, member):
		return frappe.get_doc("Payment Entry", {"party": member.customer, "payment_type": "Receive"})

	def bank(self) -> str:
		return money_account(self.cooperative.company, None)

	def open_items(self, member) -> dict[str, float]:
		"""{voucher: what is open on it} in the receivable account of the subscribers."""
		items: dict[str, float] = defaultdict(float)
		for row in frappe.get_all(
			"Payment Ledger Entry",
			{"party": member.customer, "account": self.cooperative.receivable_account, "delinked": 0},
			["against_voucher_no", "amount"],
		):
			items[row.against_voucher_no] += row.amount
		return {name: flt(amount, 2) for name, amount in items.items() if flt(amount, 2)}

	def assert_refund(self, name: str, member, amount: float, day: str | None = None) -> None:
		journal = frappe.get_doc("Journal Entry", name)
		self.assertEqual((journal.docstatus, journal.total_debit), (1, amount))
		if day:
			self.assertEqual(str(journal.posting_date), day)
		rows = {
			(row.account, row.party, row.debit, row.credit)
			for row in frappe.get_all(
				"GL Entry",
				{"voucher_no": name, "is_cancelled": 0},
				["account", "party", "debit", "credit"],
			)
		}
		receivable = self.cooperative.receivable_account
		self.assertEqual(
			{(account, party or "", debit, credit) for account, party, debit, credit in rows},
			{(receivable, member.customer, amount, 0), (self.bank(), "", 0, amount)},
		)
		self.assertEqual(self.open_items(member), {})
		self.assertEqual(self.payment_of(member).unallocated_amount, 0)

	def journal(self, *rows: dict, day: str = MARCH_1):
		entry = frappe.get_doc(
			{
				"doctype": "Journal Entry",
				"company": self.cooperative.company,
				"posting_date": day,
				"cheque_no": "BANK",
				"cheque_date": day,
				"accounts": [{"cost_center": self.cooperative.cost_center, **row} for row in rows],
			}
		).insert()
		entry.submit()
		return entry

	def party_row(self, member, account: str | None = None, **values) -> dict:
		return {
			"account": account or self.cooperative.receivable_account,
			"party_type": "Customer",
			"party": member.customer,
			**values,
		}

	def test_the_host_s_reconciliation_shows_the_same(self):
		"""55 of credit are 55 unreconciled in the host's tool; after more shares 5; after the refund nothing."""
		_subscription, member = self.overpaid()
		self.assertEqual(self.unreconciled(member), ([55], []))
		member.more_shares()
		self.assertEqual(self.unreconciled(member), ([5], []))
		member.refund()
		self.assertEqual(self.unreconciled(member), ([], []))

	def unreconciled(self, member) -> tuple[list[float], list[float]]:
		tool = frappe.get_doc("Payment Reconciliation")
		tool.update(
			{
				"company": self.cooperative.company,
				"party_type": "Customer",
				"party": member.customer,
				"receivable_payable_account": self.cooperative.receivable_account,
			}
		)
		tool.get_unreconciled_entries()
		return (
			[flt(row.amount, 2) for row in tool.payments],
			[flt(row.outstanding_amount, 2) for row in tool.invoices],
		)

	def test_a_journal_entry_of_the_bank_paid_too_much(self):
		"""80 by Journal Entry, 25 of them for the request: 55 of credit, two more shares as of 1 March, 5 back."""
		subscription = factories.a_subscription(self.cooperative, quantity=1)
		member = frappe.get_doc("Member", subscription.member)
		self.journal(
			{"account": self.bank(), "debit_in_account_currency": 80},
			self.party_row(
				member,
				credit_in_account_currency=25,
				reference_type="Sales Invoice",
				reference_name=subscription.sales_invoice,
			),
			self.party_row(member, credit_in_account_currency=55),
		)
		self.work()
		self.assertEqual((self.shares(member), self.credit(member)), (1, 55))
		increase = frappe.get_doc("Share Subscription", member.more_shares())
		self.assertEqual((increase.status, str(increase.effective_date)), ("Paid", MARCH_1))
		member.refund(5, MARCH_5)
		self.assertEqual((self.shares(member), self.credit(member)), (3, 0))
		self.assertEqual(self.open_items(member), {})

	def test_a_request_credited_before_is_reduced_to_what_a_journal_entry_paid(self):
		"""Four shares, one credited by the treasurer, 60 by Journal Entry: reduced to two, 10 of credit; the credit note
		stays where it is."""
		from erpnext.controllers.sales_and_purchase_return import make_return_doc

		subscription = factories.a_subscription(self.cooperative, quantity=4)
		member = frappe.get_doc("Member", subscription.member)
		note = make_return_doc("Sales Invoice", subscription.sales_invoice)
		note.items[0].qty = -1
		if host.has_field("Sales Invoice", "update_outstanding_for_self"):
			note.update_outstanding_for_self = 0
		note.insert()
		note.submit()
		self.journal(
			{"account": self.bank(), "debit_in_account_currency": 60},
			self.party_row(
				member,
				credit_in_account_currency=60,
				reference_type="Sales Invoice",
				reference_name=subscription.sales_invoice,
			),
		)
		self.work()
		subscription.reload()
		subscription.reduce_to_paid()
		self.assertEqual((self.shares(member), self.credit(member)), (2, 10))
		member.refund(10, MARCH_5)
		self.assertEqual(self.open_items(member), {})

	def test_money_paid_back_by_hand_is_no_credit_even_unmatched(self):
		"""The treasurer books 50 back by a Journal Entry and matches nothing: 5 are left, never 55 again."""
		_subscription, member = self.overpaid()
		self.journal(
			self.party_row(member, debit_in_account_currency=50),
			{"account": self.bank(), "credit_in_account_currency": 50},
			day=MARCH_5,
		)
		self.assertEqual(self.credit(member), 5)
		self.assert_refused("Enter at most", member, lambda: member.refund(55, MARCH_5))

	def test_an_advance_for_goods_is_none_of_ours(self):
		"""The member is a customer of the shop too and paid 100 in advance there: no credit for shares."""
		_subscription, member = self.overpaid(25)
		shop = frappe.get_cached_value("Company", self.cooperative.company, "default_receivable_account")
		self.journal(
			{"account": self.bank(), "debit_in_account_currency": 100},
			self.party_row(member, shop, credit_in_account_currency=100, is_advance="Yes"),
		)
		self.assertEqual(self.credit(member), 0)

	def test_the_first_invoice_stays_paid(self):
		"""Using and paying back the rest of a payment leaves what it paid before alone."""
		_subscription, member = self.overpaid()
		member.more_shares()
		member.refund()
		self.work()
		for name in frappe.get_all("Share Subscription", {"member": member.name}, pluck="name"):
			document = frappe.get_doc("Share Subscription", name)
			self.assertEqual(factories.settle(name), "Paid")
			self.assertEqual(
				frappe.db.get_value("Sales Invoice", document.sales_invoice, "outstanding_amount"), 0
			)
		self.assertEqual(len(ledger.movements(self.cooperative.name)), 2)
