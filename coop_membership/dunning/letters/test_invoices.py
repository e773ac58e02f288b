"""With books in ERPNext or Dokos: any customer invoice, accounts, credits, fees, and the host's own Dunning documents."""

from __future__ import annotations

import unittest

import frappe
from frappe.utils import add_days, flt, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.desk import dunning
from coop_membership.dunning.letters import delivery, fees
from coop_membership.dunning.rules import selection
from coop_membership.tests import dunning_factories, factories

DUE, CONTROL = "2017-12-06", "2018-01-17"


class InvoiceCase(dunning_factories.DunningCase):
	def setUp(self):
		if not host.has_erpnext():
			raise unittest.SkipTest("ERPNext or Dokos is not installed")
		super().setUp()

	def cooperative(self, policy=None, **values):
		return factories.a_cooperative(
			dunning_policy=policy and policy.name, **{"dunning_tolerance": 0.1, **values}
		)

	def ready(self, cooperative, *policies, on: str = CONTROL):
		run = dunning_factories.computed(cooperative, on, *policies)
		if run.notice_count:
			run.set_state(None, "To Send")
			run.send()
		return run

	def letters_of(self, run) -> list:
		return [
			frappe.get_doc("Dunning Letter", name)
			for name in frappe.get_all("Dunning Letter", {"run": run.name}, pluck="name", order_by="name")
		]

	def deliver(self, run) -> None:
		"""As if the mail queue had sent everything."""
		for letter in self.letters_of(run):
			frappe.db.set_value("Email Queue", letter.email_queue, "status", "Sent")
		delivery.refresh()


class TestWorkedExample(InvoiceCase):
	def test_to_the_last_column(self):
		"""Seed 004: invoice of 100 due 06/12/2017 on account 416000 Associés, run of 17/01/2018, policy "Relance
		classique" of one week, then 15 days after the reminder: every column of the users' list."""
		account = dunning_factories.an_account("Associés", "416000")
		policy = dunning_factories.a_policy(title="Relance classique", accounts=[{"account": account}])
		cooperative = self.cooperative()
		customer = dunning_factories.a_customer("Individuel Deux", dunning_policy=policy.name)
		invoice = dunning_factories.an_invoice(customer, 100, DUE, debit_to=account)
		run = dunning_factories.computed(cooperative, CONTROL, policy)
		[notice] = dunning_factories.notices_of(run)
		columns = dict(
			control_date=CONTROL,
			due_date=DUE,
			level=1,
			is_manual=0,
			channel="E-mail",
			document_type="Sales Invoice",
			document=invoice.name,
			party_name=customer.customer_name,
			customer=customer.name,
			amount=100,
			balance=100,
			currency="EUR",
			account=account,
			level_title="Première relance par email",
			policy="Relance classique",
		)
		self.assert_notice(notice, state="Draft", sent_on=None, **columns)
		self.assertIn("416000", notice.account)
		self.assertIn("Relance classique", run.report)
		run.set_state([notice.name], "To Send")
		self.assert_notice(notice, state="To Send", **columns)
		run.send()
		self.assert_notice(notice, state="Queued", **columns)
		self.deliver(run)
		self.assert_notice(notice, state="Sent", **columns)
		notice.reload()
		self.assertTrue(notice.sent_on)
		[row] = dunning.history("Sales Invoice", invoice.name)
		self.assertEqual(
			(
				str(row.control_date),
				row.level,
				row.state,
				row.channel,
				row.balance,
				row.level_title,
				row.policy,
			),
			(CONTROL, 1, "Sent", "E-mail", 100, "Première relance par email", "Relance classique"),
		)
		self.assertEqual(dunning_factories.computed(cooperative, "2018-01-31", policy).notice_count, 0)
		[second] = dunning_factories.notices_of(dunning_factories.computed(cooperative, "2018-02-01", policy))
		self.assertEqual(second.level, 2)


class TestInvoices(InvoiceCase):
	def test_any_customer(self):
		"""A customer who is no member is chased as well, by the cooperative's own policy."""
		policy = dunning_factories.a_policy()
		cooperative = self.cooperative(policy)
		invoice = dunning_factories.an_invoice(dunning_factories.a_customer("Épicerie"), 42, DUE)
		[notice] = dunning_factories.notices_of(dunning_factories.computed(cooperative, CONTROL))
		self.assert_notice(notice, document=invoice.name, member=None, balance=42)

	def test_no_follow(self):
		"""An ignore policy on the customer, or on one invoice, takes it out; another invoice of the same stays."""
		policy, ignore = dunning_factories.a_policy(), dunning_factories.a_policy(ignore=1)
		cooperative = self.cooperative(policy)
		dunning_factories.an_invoice(dunning_factories.a_customer(dunning_policy=ignore.name), 10, DUE)
		customer = dunning_factories.a_customer()
		spared = dunning_factories.an_invoice(customer, 20, DUE)
		frappe.db.set_value("Sales Invoice", spared.name, "dunning_policy", ignore.name)
		chased = dunning_factories.an_invoice(customer, 30, DUE)
		self.assertEqual(
			[
				n.document
				for n in dunning_factories.notices_of(dunning_factories.computed(cooperative, CONTROL))
			],
			[chased.name],
		)

	def test_account_of_the_policy(self):
		"""The policy covers 416000 only: an invoice on the ordinary receivable account is not chased."""
		account = dunning_factories.an_account("Associés", "416000")
		policy = dunning_factories.a_policy(accounts=[{"account": account}])
		cooperative = self.cooperative(policy)
		dunning_factories.an_invoice(dunning_factories.a_customer(), 10, DUE)
		run = dunning_factories.a_run(cooperative, CONTROL)
		[row] = run.preview()["others"]
		self.assertEqual(row["reason"], selection.OTHER_ACCOUNT)

	def test_policy_of_a_customer_must_fit(self):
		"""A policy for 416000 on a customer of the ordinary account: refused, with the policies that fit. Another
		cooperative whose books are kept elsewhere changes nothing."""
		self.cooperative()
		factories.a_cooperative(ELSEWHERE)
		account = dunning_factories.an_account("Associés", "416000")
		narrow = dunning_factories.a_policy(accounts=[{"account": account}])
		wide, ignore = dunning_factories.a_policy(), dunning_factories.a_policy(ignore=1)
		customer = dunning_factories.a_customer()
		customer.dunning_policy = narrow.name
		with self.assertRaisesRegex(frappe.ValidationError, wide.name):
			customer.save()
		for policy in (wide, ignore):
			customer.reload()
			customer.dunning_policy = policy.name
			customer.save()
		party = {"party_type": "Customer", "party": customer.name}
		offered = [name for (name,) in dunning.search_fitting("Dunning Policy", "", "name", 0, 20, party)]
		self.assertEqual([policy.name in offered for policy in (narrow, wide, ignore)], [False, True, True])

	def test_one_letter_per_debtor_level_and_currency(self):
		"""Two debtors, the first with two invoices: two letters, the first of 130 with both."""
		cooperative = self.cooperative(dunning_factories.a_policy())
		first, second = dunning_factories.a_customer("Un"), dunning_factories.a_customer("Deux")
		for customer, amount in ((first, 100), (first, 30), (second, 20)):
			dunning_factories.an_invoice(customer, amount, DUE)
		letters = self.letters_of(self.ready(cooperative))
		self.assertEqual(
			sorted((len(letter.documents), letter.total_due) for letter in letters), [(1, 20), (2, 130)]
		)

	def test_credit_note_is_deducted(self):
		"""Invoice of 100, open credit note of 30: the letter lists both and asks for 70."""
		cooperative = self.cooperative(dunning_factories.a_policy())
		customer = dunning_factories.a_customer()
		dunning_factories.an_invoice(customer, 100, DUE)
		self.a_credit(customer, 30)
		[letter] = self.letters_of(self.ready(cooperative))
		self.assertEqual([line.balance for line in letter.documents], [100, -30])
		self.assertEqual(letter.total_due, 70)

	def test_invoices_in_the_mail(self):
		"""Two debtors, the first one English with two invoices, a draft, and a credit note: each mail promises the
		letter and the debtor's own late invoices, in the debtor's language; neither the draft nor the credit note."""
		cooperative = self.cooperative(dunning_factories.a_policy(attach_invoices=1))
		first, second = (
			dunning_factories.a_customer("One", language="en"),
			dunning_factories.a_customer("Deux", language="fr"),
		)
		mine = [dunning_factories.an_invoice(first, amount, DUE).name for amount in (100, 30)]
		theirs = [dunning_factories.an_invoice(second, 20, DUE).name]
		draft = frappe.copy_doc(frappe.get_doc("Sales Invoice", mine[0]))
		draft.update({"due_date": today(), "payment_schedule": []})
		draft.insert()
		self.a_credit(first, 5)
		found = {}
		for letter in self.letters_of(self.ready(cooperative)):
			promises = frappe.get_doc("Email Queue", letter.email_queue).attachments_list
			self.assertEqual(promises[0]["name"], letter.name)
			found[letter.customer] = sorted((row["name"], row["lang"]) for row in promises[1:])
		self.assertEqual(
			found,
			{
				first.name: sorted((name, "en") for name in mine),
				second.name: [(name, "fr") for name in theirs],
			},
		)

	def test_covered_by_credit(self):
		"""A credit of 100 against an invoice of 100: nothing is asked, and the preview says why."""
		cooperative = self.cooperative(dunning_factories.a_policy())
		customer = dunning_factories.a_customer()
		dunning_factories.an_invoice(customer, 100, DUE)
		self.a_credit(customer, 100)
		run = dunning_factories.a_run(cooperative, CONTROL)
		self.assertEqual([row["reason"] for row in run.preview()["others"]], [selection.COVERED])
		self.assertEqual(run.compute(), 0)

	def a_credit(self, customer, amount: float):
		"""An open credit note; both hosts keep a return's own negative balance until it is matched."""
		note = dunning_factories.an_invoice(customer, amount)
		values = {"is_return": 1, "outstanding_amount": -amount, "grand_total": -amount}
		frappe.db.set_value("Sales Invoice", note.name, values)

	def test_foreign_currency_tolerance(self):
		"""Tolerance 10 EUR, a dollar is worth 0.80: 12 USD on a dollar account are not chased, 12.50 are."""
		source_of = "Sales Invoice"
		cooperative = self.cooperative(dunning_factories.a_policy(), dunning_tolerance=10)
		dollars = {"currency": "USD", "party_account_currency": "USD", "conversion_rate": 0.8}
		small, large = (
			dunning_factories.an_invoice(dunning_factories.a_customer(), amount, DUE) for amount in (12, 12.5)
		)
		for invoice in (small, large):
			frappe.db.set_value(source_of, invoice.name, dollars)
		[notice] = dunning_factories.notices_of(dunning_factories.computed(cooperative, CONTROL))
		self.assert_notice(notice, document=large.name, currency="USD", balance=12.5)

	def test_host_dunning_is_left_alone(self):
		"""A Dunning document of the host stays as it was; ours makes none of its kind."""
		cooperative = self.cooperative(dunning_factories.a_policy())
		invoice = dunning_factories.an_invoice(dunning_factories.a_customer(), 100, DUE)
		before = frappe.db.count("Dunning"), frappe.db.count("Dunning Type")
		self.deliver(self.ready(cooperative))
		self.assertEqual((frappe.db.count("Dunning"), frappe.db.count("Dunning Type")), before)
		invoice.reload()
		self.assertEqual(invoice.outstanding_amount, 100)

	def test_cancelling_an_invoice_says_so(self):
		"""After a reminder the cancellation is refused; with the box ticked it goes through and the rest is ignored."""
		cooperative = self.cooperative(dunning_factories.a_policy())
		invoice = dunning_factories.an_invoice(dunning_factories.a_customer(), 100, DUE)
		run = dunning_factories.computed(cooperative, CONTROL)
		run.set_state(None, "To Send")
		invoice.reload()
		with self.assertRaisesRegex(frappe.ValidationError, "was reminded"):
			invoice.cancel()
		invoice.reload()
		invoice.db_set("dunning_cancel_anyway", 1)
		invoice.cancel()
		self.assert_notice(dunning_factories.notices_of(run)[0], state="Ignored")


class TestTerms(InvoiceCase):
	"""An invoice of 90 in three terms of 30, due on 6 December, 6 January and 6 February."""

	DUES = ("2017-12-06", "2018-01-06", "2018-02-06")

	def setUp(self):
		super().setUp()
		self.policy = dunning_factories.a_policy()
		self.coop = self.cooperative(self.policy)
		self.invoice = self.in_terms(dunning_factories.a_customer())

	def in_terms(self, customer):
		third = 100 / 3
		terms = [
			{
				"due_date": add_days(today(), 30 * number),
				"invoice_portion": third if number < 2 else 100 - 2 * third,
			}
			for number in range(3)
		]
		invoice = dunning_factories.an_invoice(customer, 90, payment_schedule=terms)
		for term, due in zip(invoice.payment_schedule, self.DUES, strict=True):
			frappe.db.set_value("Payment Schedule", term.name, "due_date", due)
		frappe.db.set_value("Sales Invoice", invoice.name, {"posting_date": DUE, "due_date": self.DUES[-1]})
		return frappe.get_doc("Sales Invoice", invoice.name)

	def run_on(self, day: str):
		return dunning_factories.notices_of(dunning_factories.computed(self.coop, day))

	def pay(self, amount: float) -> None:
		"""As the books say it after a payment."""
		left = flt(frappe.db.get_value("Sales Invoice", self.invoice.name, "outstanding_amount")) - amount
		frappe.db.set_value("Sales Invoice", self.invoice.name, "outstanding_amount", left)

	def test_what_is_late_of_it(self):
		"""On 12 December nothing is a week late; on 17 January two terms are due: 60 of 90, since 6 December."""
		self.assertEqual(self.run_on("2017-12-12"), [])
		[notice] = self.run_on(CONTROL)
		self.assert_notice(notice, level=1, due_date=DUE, amount=90, balance=60, document=self.invoice.name)

	def test_payments_count_for_the_oldest_term(self):
		"""40 paid: 20 of the second term are late, since 6 January. 60 paid: nothing is."""
		self.pay(40)
		[notice] = self.run_on(CONTROL)
		self.assert_notice(notice, due_date="2018-01-06", balance=20)
		self.pay(20)
		run = dunning_factories.computed(self.coop, CONTROL)
		self.assertEqual(run.notice_count, 0)

	def test_the_next_term_starts_with_the_first_level(self):
		"""The first term was reminded of twice, then paid: the second one is a new matter and gets level 1 first."""
		self.assertEqual([notice.level for notice in self.remind("2017-12-13")], [1])
		self.assertEqual([notice.level for notice in self.remind("2017-12-28")], [2])
		self.pay(30)
		self.assertEqual(self.remind("2018-01-12"), [])
		[notice] = self.remind("2018-01-13")
		self.assert_notice(notice, level=1, due_date="2018-01-06", balance=30)

	def remind(self, day: str) -> list:
		run = dunning_factories.computed(self.coop, day)
		dunning_factories.sent(run)
		return dunning_factories.notices_of(run)

	def test_the_letter_says_what_is_late_when_it_is_sent(self):
		"""Written now, when all three terms are late: 90, and 70 once 20 were paid in between."""
		run = dunning_factories.computed(self.coop, CONTROL)
		run.set_state(None, "To Send")
		self.pay(20)
		run.send()
		[letter] = self.letters_of(run)
		self.assertEqual(letter.total_due, 70)

	def test_interest_runs_for_each_term_from_its_own_day(self):
		"""10 % a year; two terms of 30 are 30 and 10 days late, the third one is not due: 0.25 + 0.08."""
		policy = dunning_factories.a_policy(
			{**dunning_factories.ONE_WEEK, "charge": "Legal interest", "rate": 10}
		)
		cooperative = self.cooperative(policy)
		for term, days in zip(self.invoice.payment_schedule, (-30, -10, 30), strict=True):
			frappe.db.set_value("Payment Schedule", term.name, "due_date", add_days(today(), days))
		frappe.db.set_value("Sales Invoice", self.invoice.name, "due_date", add_days(today(), 30))
		[letter] = self.letters_of(self.ready(cooperative, on=today()))
		self.assertEqual((letter.total, letter.fee), (60, 0.33))

	def test_interest_of_terms_paid_late(self):
		"""As above, and 40 came five days ago: the first term for 25 days, 20 of the second for 10 days and 10 for five."""
		policy = dunning_factories.a_policy(
			{**dunning_factories.ONE_WEEK, "charge": "Legal interest", "rate": 10}
		)
		cooperative = self.cooperative(policy)
		for term, days in zip(self.invoice.payment_schedule, (-30, -10, 30), strict=True):
			frappe.db.set_value("Payment Schedule", term.name, "due_date", add_days(today(), days))
		dates = {"posting_date": add_days(today(), -40), "due_date": add_days(today(), 30)}
		frappe.db.set_value("Sales Invoice", self.invoice.name, dates)
		dunning_factories.pay_invoice(self.invoice, 40, add_days(today(), -5))
		[letter] = self.letters_of(self.ready(cooperative, on=today()))
		self.assertEqual((letter.total, letter.fee), (20, 0.28))

	def test_a_notice_by_hand(self):
		"""Of what is late today; none of an invoice of which nothing is due."""
		manual = {
			"doctype": "Dunning Notice",
			"cooperative": self.coop.name,
			"policy": self.policy.name,
			"level": 1,
			"document_type": "Sales Invoice",
			"document": self.invoice.name,
		}
		self.pay(10)
		self.assert_notice(frappe.get_doc(manual).insert(), balance=80, due_date=DUE)
		early = dunning_factories.an_invoice(dunning_factories.a_customer(), 50, str(add_days(today(), 1)))
		with self.assertRaisesRegex(frappe.ValidationError, "nothing of it is due yet"):
			frappe.get_doc({**manual, "document": early.name}).insert()


class TestFees(InvoiceCase):
	def level(self, **values) -> dict:
		return {**dunning_factories.ONE_WEEK, **values}

	def test_fixed_fee_is_asked_and_not_booked(self):
		"""Fee of 10, not booked: the letter asks 110. Level 2 asks for it again, so that it does not vanish."""
		policy = dunning_factories.a_policy(
			self.level(charge="Fixed", fee=10), {**dunning_factories.FIFTEEN_MORE, "delay_days": 0}
		)
		cooperative = self.cooperative(policy)
		dunning_factories.an_invoice(dunning_factories.a_customer(), 100, DUE)
		run = self.ready(cooperative)
		[letter] = self.letters_of(run)
		self.assertEqual((letter.fee, letter.total_due), (10, 110))
		self.deliver(run)
		letter.reload()
		self.assertIsNone(letter.fee_document or None)
		[second] = self.letters_of(self.ready(cooperative, on=CONTROL))
		self.assertEqual((second.level, second.earlier_fees, second.total_due), (2, 10, 110))

	def test_booked_fee_stays_when_the_principal_is_paid(self):
		"""Booked once the mail was sent, by an invoice of its own of 10; the principal is paid, the fee is still due."""
		policy = dunning_factories.a_policy(self.level(charge="Fixed", fee=10), book_fees=1)
		cooperative = self.cooperative(policy)
		invoice = dunning_factories.an_invoice(dunning_factories.a_customer(), 100, DUE)
		run = self.ready(cooperative)
		[letter] = self.letters_of(run)
		self.assertFalse(letter.fee_document)
		self.deliver(run)
		letter.reload()
		fee = frappe.get_doc(letter.fee_document_type, letter.fee_document)
		self.assertEqual((fee.grand_total, fee.docstatus, fee.customer), (10, 1, invoice.customer))
		self.assertEqual(fees.book(letter), fee.name)
		frappe.db.set_value("Sales Invoice", invoice.name, "outstanding_amount", 0)
		fee.reload()
		self.assertEqual(flt(fee.outstanding_amount), 10)

	def test_no_fee_on_a_fee(self):
		"""The fee's own invoice is late as well: it is chased, and bears no fee."""
		policy = dunning_factories.a_policy(self.level(charge="Percent", rate=10, delay_days=0), book_fees=1)
		cooperative = self.cooperative(policy)
		invoice = dunning_factories.an_invoice(dunning_factories.a_customer(), 100, DUE)
		run = self.ready(cooperative)
		self.deliver(run)
		[letter] = self.letters_of(run)
		frappe.db.set_value("Sales Invoice", invoice.name, "outstanding_amount", 0)
		frappe.db.set_value("Sales Invoice", letter.fee_document, "due_date", DUE)
		[about_the_fee] = self.letters_of(self.ready(cooperative, on=CONTROL))
		self.assertEqual((about_the_fee.total, about_the_fee.fee), (10, 0))

	def test_waived(self):
		"""Given up: the booked document is cancelled, the letter asks for the principal only."""
		policy = dunning_factories.a_policy(self.level(charge="Fixed", fee=10), book_fees=1)
		cooperative = self.cooperative(policy)
		dunning_factories.an_invoice(dunning_factories.a_customer(), 100, DUE)
		run = self.ready(cooperative)
		self.deliver(run)
		[letter] = self.letters_of(run)
		fee = letter.fee_document
		letter.waive_fee("Geste commercial")
		self.assertEqual(frappe.db.get_value("Sales Invoice", fee, "docstatus"), 2)
		letter.reload()
		self.assertEqual((letter.fee_waived, letter.total_due), (1, 100))

	def test_legal_interest(self):
		"""1 000 at 10 % a year, due 30 days ago: 8.22."""
		policy = dunning_factories.a_policy(self.level(charge="Legal interest", rate=10))
		cooperative = self.cooperative(policy)
		dunning_factories.an_invoice(dunning_factories.a_customer(), 1000, str(add_days(today(), -30)))
		[letter] = self.letters_of(self.ready(cooperative, on=today()))
		self.assertEqual((letter.fee, letter.total_due), (8.22, 1008.22))
