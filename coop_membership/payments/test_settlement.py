"""Shares follow the money, whichever way it comes and goes. Cases of hosts.md ("Test list that follows from the trace")."""

from __future__ import annotations

import unittest
from unittest.mock import patch

import frappe
from frappe.utils import flt

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.accounting.in_erpnext.books import money_account
from coop_membership.overrides import sales_invoice
from coop_membership.payments import settlement
from coop_membership.register import ledger
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

MARCH_1, MARCH_5, MARCH_9 = "2026-03-01", "2026-03-05", "2026-03-09"


class SettlementCase(FrappeTestCase):
	"""A worker that runs when the test says so: host events only queue, as after a commit."""

	def setUp(self):
		self.queued: list[str] = []
		patcher = patch.object(
			host, "after_commit", side_effect=lambda method, **kw: self.queued.append(kw["demand"])
		)
		patcher.start()
		self.addCleanup(patcher.stop)

	def work(self) -> None:
		"""Run what was queued, as the background worker would."""
		names, self.queued = self.queued, []
		for name in dict.fromkeys(names):
			factories.settle(name)

	def assert_state(self, subscription, status: str, paid: float, shares: int) -> None:
		subscription.reload()
		self.assertEqual((subscription.status, flt(subscription.paid_amount)), (status, paid))
		self.assertEqual(sum(ledger.holdings(subscription.member).values()), shares)


class TestSettlement(SettlementCase):
	"""On every host, with that host's default books: three shares at 25 unless said otherwise."""

	def test_two_partial_payments_the_second_makes_the_date(self):
		"""30 on 1 March, 45 on 5 March: nothing in the register after the first, three shares as of 5 March after the
		second, member number 1, register number 1."""
		subscription = factories.a_subscription()
		factories.pay(subscription, 30, MARCH_1)
		self.assert_state(subscription, "Partly Paid", 30, 0)
		self.assertEqual(subscription.outstanding_amount, 45)
		factories.pay(subscription, 45, MARCH_5)
		self.assert_state(subscription, "Paid", 75, 3)
		self.assertEqual(str(subscription.effective_date), MARCH_5)
		member = frappe.get_doc("Member", subscription.member)
		self.assertEqual((member.status, member.member_number, str(member.joined_on)), ("Active", 1, MARCH_5))
		[entry] = ledger.entries_of(subscription.name)
		self.assertEqual((entry.number, str(entry.effective_date), entry.quantity), (1, MARCH_5, 3))

	def test_payments_entered_in_the_wrong_order_have_the_date_of_the_later_one(self):
		"""45 dated 5 March is entered first, 30 dated 1 March afterwards: complete on 5 March."""
		subscription = factories.a_subscription()
		factories.pay(subscription, 45, MARCH_5)
		factories.pay(subscription, 30, MARCH_1)
		self.assertEqual(str(subscription.effective_date), MARCH_5)

	def test_settling_again_and_again_changes_nothing(self):
		"""Five more runs and a sweep: still one entry, one number, one certificate mail."""
		subscription = factories.pay(factories.a_subscription())
		for _run in range(5):
			factories.settle(subscription.name)
		settlement.sweep()
		self.assert_state(subscription, "Paid", 75, 3)
		self.assertEqual(len(ledger.movements(subscription.cooperative)), 1)
		mails = frappe.get_all("Email Queue", {"reference_name": subscription.name}, ["name"])
		self.assertEqual(len(mails), 2)  # the request for payment, the certificate

	def test_an_overpayment_is_kept_as_credit(self):
		"""100 for 75: three shares, 75 counted, 25 stay with the member."""
		subscription = factories.a_subscription()
		payment = subscription.record_payment(100, MARCH_1)
		self.assert_state(subscription, "Paid", 75, 3)
		doctype = "Member Payment" if frappe.db.exists("Member Payment", payment) else "Payment Entry"
		self.assertEqual(frappe.db.get_value(doctype, payment, "unallocated_amount"), 25)

	def test_the_same_reference_is_the_same_payment(self):
		"""A double click, or a repeated API call: one payment of 30."""
		subscription = factories.a_subscription()
		first = subscription.record_payment(30, MARCH_1, reference="BANK-7")
		self.assertEqual(subscription.record_payment(30, MARCH_1, reference="BANK-7"), first)
		self.assert_state(subscription, "Partly Paid", 30, 0)

	def test_wrong_amounts_and_dates_are_refused_and_change_nothing(self):
		subscription = factories.a_subscription()
		for amount, day in ((0, MARCH_1), (-5, MARCH_1), (75, "2999-01-01")):
			with self.subTest(amount=amount, day=day), self.assertRaises(frappe.ValidationError):
				subscription.record_payment(amount, day)
		self.assert_state(subscription, "Open", 0, 0)

	def test_a_second_subscription_is_an_increase_under_the_same_number(self):
		"""Three shares, later two more: five shares, number 1, and the mail says increase."""
		member = factories.a_member(on=MARCH_1)
		increase = factories.more_shares(member, 2, on=MARCH_5)
		member.reload()
		self.assertEqual((increase.member, member.total_shares, member.member_number), (member.name, 5, 1))
		self.assertEqual(str(member.joined_on), MARCH_1)
		self.assertTrue(frappe.db.get_value("Membership Application", increase.application, "is_increase"))

	def test_a_failing_settlement_leaves_the_payment_and_is_repaired_by_the_sweep(self):
		"""The register cannot be written at that moment: the 75 are recorded all the same, the failure is in the Error
		Log, and the next sweep issues the shares once."""
		subscription = factories.a_subscription()
		with patch.object(ledger, "post", side_effect=RuntimeError("disk full")):
			factories.pay(subscription, on=MARCH_1)
		self.assert_state(subscription, "Open", 0, 0)
		self.assertTrue(frappe.db.exists("Error Log", {"reference_name": subscription.name}))
		self.assertGreaterEqual(settlement.sweep(), 1)
		self.assert_state(subscription, "Paid", 75, 3)

	def test_a_broken_mail_template_does_not_hold_up_the_shares(self):
		"""The certificate's template has a syntax error: shares are issued, the document says the mail is missing."""
		subscription = factories.a_subscription()
		template = frappe.get_doc("Email Template", "Coop Membership: Certificate")
		self.addCleanup(template.db_set, "response_html", template.response_html)
		template.db_set("response_html", "{{ broken")
		factories.pay(subscription, on=MARCH_1)
		self.assert_state(subscription, "Paid", 75, 3)
		notes = frappe.get_all(
			"Comment", {"reference_name": subscription.name, "comment_type": "Comment"}, pluck="content"
		)
		self.assertTrue(any("Certificate" in note for note in notes))


class TestElsewhere(SettlementCase):
	"""Books kept elsewhere, on every host."""

	def setUp(self):
		super().setUp()
		self.cooperative = factories.a_cooperative(ELSEWHERE)

	def payment(self, amount: float, allocations: dict[str, float], day: str = MARCH_1):
		payment = frappe.get_doc(
			{
				"doctype": "Member Payment",
				"member": frappe.db.get_value("Share Subscription", next(iter(allocations)), "member"),
				"amount": amount,
				"posting_date": day,
				"allocations": [
					{"document_type": "Share Subscription", "document": name, "amount": part}
					for name, part in allocations.items()
				],
			}
		).insert()
		payment.submit()
		return payment

	def test_one_payment_for_three_requests(self):
		"""A mother pays 225 for three children: each has three shares, the entries are numbered 1 to 3."""
		names = [
			factories.a_subscription(self.cooperative, first_name=n).name for n in ("Léa", "Hugo", "Zoé")
		]
		self.payment(225, dict.fromkeys(names, 75))
		self.work()
		entries = ledger.movements(self.cooperative.name)
		self.assertEqual([row.number for row in entries], [1, 2, 3])
		self.assertEqual({row.reference for row in entries}, set(names))

	def test_a_cancelled_payment_reverses_the_state_and_paying_again_issues_nothing_twice(self):
		"""75 paid, taken back, paid again: Paid, Payment Reversed with a task, Paid; one entry throughout."""
		subscription = factories.a_subscription(self.cooperative)
		payment = self.payment(75, {subscription.name: 75})
		self.work()
		self.assert_state(subscription, "Paid", 75, 3)
		payment.cancel()
		self.work()
		self.assert_state(subscription, "Payment Reversed", 0, 3)
		self.assertTrue(frappe.db.exists("ToDo", {"reference_name": subscription.name, "status": "Open"}))
		self.payment(75, {subscription.name: 75}, MARCH_9)
		self.work()
		self.assert_state(subscription, "Paid", 75, 3)
		self.assertEqual(len(ledger.movements(self.cooperative.name)), 1)
		self.assertEqual(str(subscription.effective_date), MARCH_1)

	def test_more_allocated_than_paid_is_refused(self):
		subscription = factories.a_subscription(self.cooperative)
		with self.assertRaisesRegex(frappe.ValidationError, "More is allocated"):
			self.payment(50, {subscription.name: 75})


@unittest.skipUnless(host.has_erpnext(), "needs the ledger of ERPNext or Dokos")
class TestInErpnext(SettlementCase):
	"""Books in ERPNext or Dokos: whatever the treasurer uses."""

	def setUp(self):
		super().setUp()
		self.cooperative = factories.a_cooperative()
		self.company = self.cooperative.company

	def subscription(self, **values):
		subscription = factories.a_subscription(self.cooperative, **values)
		self.queued.clear()
		return subscription

	def invoice(self, subscription):
		return frappe.get_doc("Sales Invoice", subscription.sales_invoice)

	def bank(self) -> str:
		return money_account(self.company, None)

	def payment_entry(self, amount: float, invoices: dict[str, float], day: str = MARCH_1, **values):
		"""As the treasurer enters it; `invoices` {name: allocated}."""
		first = frappe.get_doc("Sales Invoice", next(iter(invoices))) if invoices else values.pop("like")
		entry = frappe.get_doc(
			{
				"doctype": "Payment Entry",
				"payment_type": "Receive",
				"company": self.company,
				"posting_date": day,
				"party_type": "Customer",
				"party": first.customer,
				"paid_from": first.debit_to,
				"paid_to": self.bank(),
				"paid_amount": amount,
				"received_amount": amount,
				"source_exchange_rate": 1,
				"target_exchange_rate": 1,
				"reference_no": "BANK",
				"reference_date": day,
				"references": [
					{"reference_doctype": "Sales Invoice", "reference_name": name, "allocated_amount": part}
					for name, part in invoices.items()
				],
				**values,
			}
		).insert()
		entry.submit()
		return entry

	def journal(self, rows: list[dict], day: str = MARCH_1, voucher_type: str = "Journal Entry"):
		entry = frappe.get_doc(
			{
				"doctype": "Journal Entry",
				"voucher_type": voucher_type,
				"company": self.company,
				"posting_date": day,
				"cheque_no": "BANK",
				"cheque_date": day,
				"accounts": [{"cost_center": self.cooperative.cost_center, **row} for row in rows],
			}
		).insert()
		entry.submit()
		return entry

	def receivable_row(self, invoice, amount: float) -> dict:
		return {
			"account": invoice.debit_to,
			"party_type": "Customer",
			"party": invoice.customer,
			"credit_in_account_currency": amount,
			"reference_type": "Sales Invoice",
			"reference_name": invoice.name,
		}

	def expense_account(self) -> str:
		return (
			frappe.db.get_value("Company", self.company, "write_off_account")
			or frappe.get_all(
				"Account",
				{"company": self.company, "root_type": "Expense", "is_group": 0},
				pluck="name",
				limit=1,
			)[0]
		)

	def test_the_invoice_asks_for_capital(self):
		"""75 debited to the subscribers' receivable, 75 credited to the capital; no tax; own series; due in 30 days."""
		subscription = self.subscription()
		invoice = self.invoice(subscription)
		self.assertEqual((invoice.docstatus, invoice.grand_total, invoice.outstanding_amount), (1, 75, 75))
		self.assertTrue(invoice.name.startswith("CRR-"))
		self.assertFalse(invoice.taxes)
		rows = frappe.get_all(
			"GL Entry", {"voucher_no": invoice.name, "is_cancelled": 0}, ["account", "debit", "credit"]
		)
		self.assertEqual(
			{(row.account, row.debit, row.credit) for row in rows},
			{(self.cooperative.receivable_account, 75, 0), (self.cooperative.capital_account, 0, 75)},
		)
		self.assertEqual(str(invoice.due_date), str(subscription.due_date))

	def test_a_site_without_a_default_price_list(self):
		"""As a new Dokos is: the capital release request of 75 is made, and names some price list for selling."""
		before = frappe.db.get_single_value("Selling Settings", "selling_price_list")
		self.set_price_list(None)
		self.addCleanup(self.set_price_list, before)
		invoice = self.invoice(self.subscription())
		self.assertEqual((invoice.docstatus, invoice.grand_total), (1, 75))
		self.assertTrue(frappe.db.get_value("Price List", invoice.selling_price_list, "selling"))

	@staticmethod
	def set_price_list(name: str | None) -> None:
		frappe.db.set_single_value("Selling Settings", "selling_price_list", name)
		frappe.db.set_default("selling_price_list", name)

	def test_a_default_tax_template_does_not_tax_share_capital(self):
		"""The company's default sales tax is 20 %: the capital release request stays at 75."""
		account = frappe.get_all(
			"Account", {"company": self.company, "account_type": "Tax", "is_group": 0}, pluck="name", limit=1
		)
		tax_account = account[0] if account else self.expense_account()
		frappe.get_doc(
			{
				"doctype": "Sales Taxes and Charges Template",
				"title": f"TVA {factories.unique()}",
				"company": self.company,
				"is_default": 1,
				"taxes": [
					{
						"charge_type": "On Net Total",
						"account_head": tax_account,
						"rate": 20,
						"description": "TVA",
						"cost_center": self.cooperative.cost_center,
					}
				],
			}
		).insert()
		invoice = self.invoice(self.subscription())
		self.assertEqual((invoice.grand_total, invoice.outstanding_amount, len(invoice.taxes)), (75, 75, 0))

	def test_payment_entries_then_cancel_of_the_second(self):
		"""30 on 1 March and 45 on 5 March by Payment Entry; then the second is cancelled: three shares stay, the state
		says reversed, and the next payment issues nothing more."""
		subscription = self.subscription()
		self.payment_entry(30, {subscription.sales_invoice: 30}, MARCH_1)
		self.work()
		self.assert_state(subscription, "Partly Paid", 30, 0)
		second = self.payment_entry(45, {subscription.sales_invoice: 45}, MARCH_5)
		self.work()
		self.assert_state(subscription, "Paid", 75, 3)
		self.assertEqual(str(subscription.effective_date), MARCH_5)
		second.cancel()
		self.work()
		self.assert_state(subscription, "Payment Reversed", 30, 3)
		self.payment_entry(45, {subscription.sales_invoice: 45}, MARCH_9)
		self.work()
		self.assert_state(subscription, "Paid", 75, 3)
		self.assertEqual(len(ledger.movements(self.cooperative.name)), 1)

	def test_one_payment_entry_over_three_invoices(self):
		"""225 in one bank line, from a member with three requests of 75."""
		first = self.subscription()
		person = frappe.get_doc("Membership Application", first.application)
		same = factories.the_same(person)
		names = [first, self.subscription(**same), self.subscription(**same)]
		self.payment_entry(225, {s.sales_invoice: 75 for s in names})
		self.work()
		self.assertEqual(ledger.holdings(first.member), {first.items[0].share_class: 9})
		self.assertEqual([row.number for row in ledger.movements(self.cooperative.name)], [1, 2, 3])

	def test_journal_entry_from_the_bank_pays(self):
		subscription = self.subscription()
		invoice = self.invoice(subscription)
		self.journal(
			[
				{"account": self.bank(), "debit_in_account_currency": 75},
				self.receivable_row(invoice, 75),
			]
		)
		self.work()
		self.assert_state(subscription, "Paid", 75, 3)
		self.assertEqual(str(subscription.effective_date), MARCH_1)

	def test_journal_entry_to_an_expense_is_a_write_off_and_pays_nothing(self):
		"""The debt of 75 is written off: the invoice's outstanding is 0, nobody gets a share."""
		subscription = self.subscription()
		invoice = self.invoice(subscription)
		self.journal(
			[
				{"account": self.expense_account(), "debit_in_account_currency": 75},
				self.receivable_row(invoice, 75),
			]
		)
		self.work()
		self.assertEqual(self.invoice(subscription).outstanding_amount, 0)
		self.assert_state(subscription, "Open", 0, 0)

	def test_what_a_payment_entry_writes_off_is_not_paid(self):
		"""70 received, 5 written off: the invoice is closed, the request is partly paid."""
		subscription = self.subscription()
		write_off = self.expense_account()
		frappe.db.set_value("Company", self.company, "write_off_account", write_off)
		frappe.clear_document_cache("Company", self.company)
		factories.a_journal_of(write_off)
		self.payment_entry(
			70,
			{subscription.sales_invoice: 75},
			deductions=[{"account": write_off, "cost_center": self.cooperative.cost_center, "amount": 5}],
		)
		self.work()
		self.assertEqual(self.invoice(subscription).outstanding_amount, 0)
		self.assert_state(subscription, "Partly Paid", 70, 0)

	def test_payment_reconciliation_of_money_on_account(self):
		"""75 arrive without a reference on 1 March and are matched days later: no share before, effective 1 March."""
		subscription = self.subscription()
		entry = self.payment_entry(75, {}, MARCH_1, like=self.invoice(subscription))
		self.work()
		self.assert_state(subscription, "Open", 0, 0)
		self.reconcile(subscription, entry.name)
		self.work()
		self.assert_state(subscription, "Paid", 75, 3)
		self.assertEqual(str(subscription.effective_date), MARCH_1)

	def reconcile(self, subscription, payment: str) -> None:
		invoice = self.invoice(subscription)
		tool = frappe.get_doc("Payment Reconciliation")
		tool.update(
			{
				"company": self.company,
				"party_type": "Customer",
				"party": invoice.customer,
				"receivable_payable_account": invoice.debit_to,
			}
		)
		tool.get_unreconciled_entries()
		invoices = [row.as_dict() for row in tool.invoices if row.invoice_number == invoice.name]
		payments = [row.as_dict() for row in tool.payments if row.reference_name == payment]
		tool.allocate_entries(frappe._dict({"invoices": invoices, "payments": payments}))
		tool.reconcile()

	@unittest.skipUnless(host.has_doctype("Unreconcile Payment"), "Dokos has no Unreconcile Payment")
	def test_unreconcile_payment_reverses_the_state(self):
		subscription = self.subscription()
		entry = self.payment_entry(75, {subscription.sales_invoice: 75})
		self.work()
		undo = frappe.get_doc(
			{
				"doctype": "Unreconcile Payment",
				"company": self.company,
				"voucher_type": "Payment Entry",
				"voucher_no": entry.name,
			}
		)
		undo.add_references()
		undo.insert()
		undo.submit()
		self.work()
		self.assert_state(subscription, "Payment Reversed", 0, 3)

	def test_a_full_credit_note_cancels_the_request(self):
		"""A credit note of 75, reconciled or not: no shares, the request is cancelled."""
		from erpnext.controllers.sales_and_purchase_return import make_return_doc

		subscription = self.subscription()
		note = make_return_doc("Sales Invoice", subscription.sales_invoice)
		note.insert()
		note.submit()
		self.assertIn(subscription.name, self.queued)
		self.work()
		self.assert_state(subscription, "Cancelled", 0, 0)

	def test_a_partial_credit_note_and_the_rest_in_money_is_not_three_shares_paid(self):
		"""25 credited, 50 paid: the request stays partly paid until somebody reduces it."""
		from erpnext.controllers.sales_and_purchase_return import make_return_doc

		subscription = self.subscription()
		note = make_return_doc("Sales Invoice", subscription.sales_invoice)
		note.items[0].qty = -1
		note.insert()
		note.submit()
		self.payment_entry(50, {subscription.sales_invoice: 50})
		self.work()
		self.assert_state(subscription, "Partly Paid", 50, 0)

	def test_a_cancelled_invoice_cancels_the_request(self):
		subscription = self.subscription()
		invoice = self.invoice(subscription)
		invoice.flags.ignore_links = True
		invoice.cancel()
		self.work()
		self.assert_state(subscription, "Cancelled", 0, 0)

	def test_an_overpaying_entry_keeps_the_rest_on_account(self):
		subscription = self.subscription()
		entry = self.payment_entry(100, {subscription.sales_invoice: 75})
		self.work()
		self.assert_state(subscription, "Paid", 75, 3)
		self.assertEqual(entry.unallocated_amount, 25)

	def test_a_failing_handler_never_blocks_the_treasurer(self):
		"""The queue is down when the treasurer submits: the Payment Entry stands, the sweep issues the shares."""
		subscription = self.subscription()
		with patch.object(host, "after_commit", side_effect=ConnectionError("no redis")):
			entry = self.payment_entry(75, {subscription.sales_invoice: 75})
		self.assertEqual(entry.docstatus, 1)
		self.assert_state(subscription, "Open", 0, 0)
		settlement.sweep()
		self.assert_state(subscription, "Paid", 75, 3)

	def test_a_change_behind_our_back_is_found_by_the_sweep(self):
		subscription = self.subscription()
		self.payment_entry(75, {subscription.sales_invoice: 75})
		self.queued.clear()  # the event was lost
		settlement.sweep()
		self.assert_state(subscription, "Paid", 75, 3)

	def test_a_foreign_invoice_costs_no_query(self):
		"""`on_change` of an invoice that is not ours: not one query, nothing queued."""

		invoice = self.invoice(self.subscription())
		invoice.share_subscription = None
		with patch.object(frappe.local.db.__class__, "sql", side_effect=AssertionError("a query")):
			sales_invoice.on_change(invoice)
		self.assertEqual(self.queued, [])

	def test_a_copied_invoice_does_not_ask_for_the_same_shares_again(self):
		subscription = self.subscription()
		copy = frappe.copy_doc(self.invoice(subscription))
		copy.insert()
		self.assertFalse(copy.share_subscription)
