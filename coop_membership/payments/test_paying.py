"""One rule for what a payment of a member pays, in both kinds of books: shares, dues, the fees of reminders, credit."""

from __future__ import annotations

import unittest
from unittest.mock import patch

import frappe
from frappe.utils import add_days, flt, getdate, today

from coop_membership import host
from coop_membership.accounting import demands
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.choice import books_of
from coop_membership.desk import payments
from coop_membership.dues import dues
from coop_membership.dues.periods import ROLLING
from coop_membership.patches import free_money_of_expired_dues
from coop_membership.payments import settlement
from coop_membership.register import ledger
from coop_membership.tests import dunning_factories, factories
from coop_membership.tests.case import FrappeTestCase

DUES = "Membership"


class Case(FrappeTestCase):
	"""Camille is asked for three shares, 75, and for dues of 60 for a year from today."""

	books = ELSEWHERE

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		patcher = patch.object(host, "after_commit")
		patcher.start()
		cls.addClassCleanup(patcher.stop)
		cls.cooperative = factories.a_cooperative(cls.books)
		cls.plan = factories.a_plan(cls.cooperative, factories.unique(), period=ROLLING)
		cls.first = cls.approved()

	@classmethod
	def approved(cls, **values) -> str:
		"""Name of an approved application for shares and dues."""
		return factories.an_approved_application(cls.cooperative, plan=cls.plan.name, **values).name

	def setUp(self):
		self.is_first = True
		self.cooperative = frappe.get_doc("Cooperative", self.cooperative.name)
		frappe.db.savepoint("one_case")
		self.addCleanup(self.put_back)

	def put_back(self) -> None:
		"""The next case begins with what was asked of Camille, as this one did."""
		frappe.db.rollback(save_point="one_case")
		frappe.clear_document_cache("Cooperative", self.cooperative.name)
		frappe.clear_messages()

	def asked(self, **values):
		"""(shares, dues) of somebody approved: of Camille the first time."""
		application = self.first if self.is_first and not values else self.approved(**values)
		self.is_first = self.is_first and bool(values)
		return (
			frappe.get_doc("Share Subscription", {"application": application}),
			frappe.get_doc(DUES, {"application": application}),
		)

	def credit(self, document) -> float:
		return books_of(document).credit(frappe.get_doc("Member", document.member))

	def told(self, action, *args, **values) -> str:
		frappe.clear_messages()
		action(*args, **values)
		return " ".join(map(str, frappe.local.message_log))

	def assert_paid(self, document, status: str, paid: float, outstanding: float) -> None:
		for _again in range(2):  # as it is stored, and as the books say
			document.reload()
			found = (document.status, flt(document.paid_amount), flt(document.outstanding_amount))
			self.assertEqual(found, (status, paid, outstanding))
			factories.settle(document.name, document.doctype)

	def money_in_the_books(self, member: str) -> float:
		"""All that was received from somebody, whatever became of it."""
		if self.books == ELSEWHERE:
			rows = frappe.get_all("Member Payment", {"member": member, "docstatus": 1}, pluck="amount")
		else:
			customer = frappe.db.get_value("Member", member, "customer")
			rows = frappe.get_all("Payment Entry", {"party": customer, "docstatus": 1}, pluck="paid_amount")
		return flt(sum(rows), 2)


class TestElsewhere(Case):
	def test_135_for_shares_and_dues_settles_both(self):
		"""One transfer of 135, recorded on either of them: both are paid by one payment, and nothing is left."""
		for number in (0, 1):
			with self.subTest(number):
				both = self.asked(first_name=f"Camille {number}")
				both[number].record_payment(135, "2026-03-01")
				for document, amount in zip(both, (75, 60), strict=True):
					self.assert_paid(document, "Paid", amount, 0)
					self.assertEqual(str(document.effective_date), "2026-03-01")
				self.assertEqual(self.credit(both[0]), 0)
				self.assertEqual(frappe.db.get_value("Member", both[0].member, "status"), "Active")

	def test_what_is_named_comes_first_and_the_rest_goes_on(self):
		"""100 on the dues: 60 of them, 40 towards the shares; 40 more on the dues, which are paid: 35 for the shares, 5
		are credit."""
		shares, membership = self.asked()
		membership.record_payment(100, "2026-03-01")
		self.assert_paid(membership, "Paid", 60, 0)
		self.assert_paid(shares, "Partly Paid", 40, 35)
		membership.record_payment(40, "2026-03-05")
		self.assert_paid(shares, "Paid", 75, 0)
		self.assertEqual((str(shares.effective_date), self.credit(shares)), ("2026-03-05", 5))

	def test_less_than_is_due_pays_what_is_named_only(self):
		shares, membership = self.asked()
		shares.record_payment(74.99, "2026-03-01")
		self.assert_paid(shares, "Partly Paid", 74.99, 0.01)
		self.assert_paid(membership, "Open", 0, 60)

	def test_the_same_reference_is_the_same_payment(self):
		"""Pressed twice: 135 are recorded once."""
		shares, _membership = self.asked()
		names = {shares.record_payment(135, "2026-03-01", reference="B-1") for _click in range(2)}
		self.assertEqual((len(names), self.money_in_the_books(shares.member)), (1, 135))

	def test_nobody_pays_for_somebody_else(self):
		"""Anna pays 135 for her shares of 75 and owes nothing else: Bruno's dues stay open, 60 are her credit."""
		anna = factories.a_subscription(self.cooperative, first_name="Anna")
		_shares, brunos = self.asked(first_name="Bruno")
		anna.record_payment(135, "2026-03-01")
		self.assertEqual(self.credit(anna), 60)
		self.assert_paid(brunos, "Open", 0, 60)

	def test_a_manager_is_asked_about_what_is_left_of_dues(self):
		"""70 for dues of 60 and nothing else open: one task says that 10 are credit."""
		shares, membership = self.asked()
		factories.pay(shares)
		membership.record_payment(70, "2026-03-01")
		about = {"reference_name": membership.name, "role": "Membership Manager"}
		[task] = frappe.get_all("ToDo", about, pluck="description")
		self.assertIn("10.00", task.replace(",", "."))

	def test_one_task_for_what_is_left(self):
		"""145 pay shares of 75 and dues of 60: the managers read once that 10 are credit, not once for each; and once that it
		is 15, when 5 more come with the next request.
		"""
		both = self.asked()
		both[0].record_payment(145, "2026-03-01")
		self.assertEqual(len(self.credit_tasks(both[0].member)), 1)
		member = frappe.get_doc("Member", both[0].member)
		more = factories.a_subscription(self.cooperative, quantity=1, **factories.the_same(member))
		more.record_payment(30, "2026-03-02")
		[(document, words)] = self.credit_tasks(member.name)
		self.assertEqual(document, more.name)
		self.assertIn("15.00", words.replace(",", "."))

	def credit_tasks(self, member: str) -> set[tuple[str, str]]:
		"""(document, sentence) of the open tasks about a member's requests; each manager has one of each."""
		names = [
			name
			for doctype in demands.doctypes()
			for name in frappe.get_all(doctype, {"member": member}, pluck="name")
		]
		about = {"reference_name": ["in", names], "status": "Open"}
		return set(frappe.get_all("ToDo", about, ["reference_name", "description"], as_list=True))

	# --- what does not fit is asked ---

	def test_a_reference_that_names_somebody_else(self):
		"""The line of the bank names Bruno's request, and it is recorded on Anna's: asked before, told to a program; the
		payment is entered where somebody wants it, as one may pay with another's form in hand."""
		anna = factories.a_subscription(self.cooperative, first_name="Anna")
		bruno = factories.a_subscription(self.cooperative, first_name="Bruno")
		reference = "virement " + " ".join(bruno.payment_reference).lower()
		[doubt] = anna.payment_doubts(75, today(), reference)
		for name in (bruno.name, "Bruno Durand", "Anna Durand"):
			self.assertIn(name, doubt)
		self.assertEqual(bruno.payment_doubts(75, today(), reference), [])
		self.assertEqual(anna.payment_doubts(75, today(), "virement 4711"), [])
		frappe.db.set_value(bruno.doctype, bruno.name, "payment_reference", "+++123/4567/89002+++")
		self.assertIn(
			bruno.name, self.told(anna.record_payment, 50, today(), reference="***123/4567/89002***")
		)
		asked = {"reference": "merci 123/4567/89002", "asked": 1}
		self.assertNotIn(bruno.name, self.told(anna.record_payment, 25, today(), **asked))
		self.assert_paid(anna, "Paid", 75, 0)
		self.assert_paid(bruno, "Open", 0, 75)

	def test_a_payment_long_before_its_request(self):
		"""A request of today, and a line of last year's statement: asked. Some weeks before are usual: paid, then approved."""
		shares, _dues = self.asked()
		for days, asked in ((400, 1), (32, 1), (31, 0), (0, 0)):
			with self.subTest(days):
				day = str(add_days(today(), -days))
				self.assertEqual(len(shares.payment_doubts(75, day)), asked)
		self.assertIn("long before", self.told(shares.record_payment, 75, add_days(today(), -400)))
		self.assert_paid(shares, "Paid", 75, 0)

	def test_an_amount_has_one_reading(self):
		"""A program sends 1.000: a thousand or one? It is asked; 75,00 and 75.00 are 75."""
		shares, _dues = self.asked()
		for amount in ("1.000", "1,000", "many", "-75"):
			with self.assertRaises(frappe.ValidationError, msg=amount):
				shares.record_payment(amount, today())
		shares.record_payment("37,50", today())
		shares.record_payment("37.50", today())
		self.assert_paid(shares, "Paid", 75, 0)

	# --- dues that expired ---

	def expired(self):
		"""(shares paid, dues that nobody paid in time)."""
		shares, membership = self.asked()
		factories.pay(shares)
		frappe.db.set_value(DUES, membership.name, "due_date", add_days(today(), -31))
		self.assertEqual(dues.expire(membership), "Expired")
		self.assert_paid(membership, "Expired", 0, 0)
		return shares, membership

	def test_half_paid_expired_dues_say_so(self):
		"""30 of 60 come a month too late: the dues ask again, 30 paid and 30 open; the other 30 settle them."""
		_shares, membership = self.expired()
		membership.record_payment(30, today())
		self.assert_paid(membership, "Open", 30, 30)
		self.assertEqual(self.credit(membership), 0)
		dues.daily()
		self.assert_paid(membership, "Open", 30, 30)
		membership.record_payment(30, today())
		self.assert_paid(membership, "Paid", 60, 0)

	def test_dues_that_expired_half_paid_long_ago(self):
		"""A site of before shows 30 paid of them nowhere: the patch makes them her credit, once, and tells the managers."""
		if self.books != ELSEWHERE:
			self.skipTest("there the invoice was never called off")
		_shares, membership = self.asked()
		membership.record_payment(30, today())
		frappe.db.set_value(DUES, membership.name, {"status": "Expired", "paid_amount": 0})
		self.assertEqual(self.credit(membership), 0)
		for _time in range(2):
			free_money_of_expired_dues.execute()
		self.assert_paid(membership, "Expired", 0, 0)
		self.assertEqual(self.credit(membership), 30)
		about = {"reference_name": membership.name, "role": "Membership Manager"}
		self.assertEqual(frappe.db.count("ToDo", about), 1)

	def test_one_payment_however_its_reference_is_typed(self):
		"""The bank prints ***…***, the volunteer types +++…+++ the second time: it is recorded once."""
		shares, _membership = self.asked()
		names = {
			shares.record_payment(75, today(), reference=written)
			for written in ("***123/4567/89002***", "+++123/4567/89002+++", "*** 123/4567/89002 ***")
		}
		self.assertEqual(len(names), 1)
		self.assertEqual(self.money_in_the_books(shares.member), 75)

	def test_expired_dues_paid_in_full_count(self):
		_shares, membership = self.expired()
		membership.record_payment(60, today())
		self.assert_paid(membership, "Paid", 60, 0)

	def test_dues_paid_after_new_ones_were_made_do_not_count_twice(self):
		"""The dues expired, new ones were made for the same days and paid. Now the old 60 come: one set of dues counts,
		the treasurer is told, the money is credit."""
		_shares, old = self.expired()
		new = dues.create(frappe.get_doc("Member", old.member), self.plan.name)
		new.record_payment(60, today())
		frappe.clear_messages()
		old.record_payment(60, today())
		self.assertIn(new.name, str(frappe.get_message_log()))
		self.assert_paid(new, "Paid", 60, 0)
		self.assert_paid(old, "Expired", 0, 0)
		self.assertEqual(self.credit(old), 60)
		self.assertEqual(self.money_in_the_books(old.member), 75 + 60 + 60)

	def test_dues_paid_after_new_ones_were_made_pay_the_new_ones(self):
		"""As before, but the new ones are open: they are paid with it."""
		_shares, old = self.expired()
		new = dues.create(frappe.get_doc("Member", old.member), self.plan.name)
		old.record_payment(70, today())
		self.assert_paid(new, "Paid", 60, 0)
		self.assert_paid(old, "Expired", 0, 0)
		self.assertEqual(self.credit(old), 10)

	# --- credit pays anything ---

	def with_credit(self, amount: float):
		"""A member with paid shares and credit, to whom dues of 60 come afterwards."""
		shares = factories.a_subscription(self.cooperative)
		shares.record_payment(75 + amount, "2026-03-01")
		membership = dues.create(frappe.get_doc("Member", shares.member), self.plan.name)
		return frappe.get_doc("Member", shares.member), membership

	def test_credit_pays_dues(self):
		"""60 of credit on the button of the dues: paid as of 1 March, when the money came, and the button is gone."""
		member, membership = self.with_credit(60)
		self.assertEqual(membership.use_credit(), "Paid")
		self.assert_paid(membership, "Paid", 60, 0)
		self.assertEqual((str(membership.effective_date), self.credit(membership)), ("2026-03-01", 0))
		with self.assertRaisesRegex(frappe.ValidationError, "not waiting for a payment"):
			membership.use_credit()
		with self.assertRaisesRegex(frappe.ValidationError, "has no credit"):
			member.use_credit()

	def test_one_button_for_all_that_is_open(self):
		"""100 of credit, dues of 60 and two more shares, 50: what is due first is paid first; what it will be is said before."""
		member, membership = self.with_credit(100)
		person = {field: member.get(field) for field in ("first_name", "last_name", "email", "birth_date")}
		shares = factories.a_subscription(self.cooperative, quantity=2, **person)
		for document, day in ((membership, "2026-01-05"), (shares, "2026-02-05")):
			document.db_set("due_date", day)
			if document.get("sales_invoice"):
				frappe.db.set_value("Sales Invoice", document.sales_invoice, "due_date", day)
		offered = [(row["document"], row["part"]) for row in member.credit()["open"]]
		self.assertEqual(offered, [(membership.name, 60), (shares.name, 40)])
		self.assertEqual(member.use_credit(), [membership.name, shares.name])
		self.assert_paid(membership, "Paid", 60, 0)
		self.assert_paid(shares, "Partly Paid", 40, 10)
		self.assertEqual(self.credit(shares), 0)

	def test_credit_with_nothing_open(self):
		shares = factories.a_subscription(self.cooperative)
		shares.record_payment(85, "2026-03-01")
		member = frappe.get_doc("Member", shares.member)
		self.assertEqual(member.credit()["open"], [])
		with self.assertRaisesRegex(frappe.ValidationError, "Nothing is open"):
			member.use_credit()
		self.assertEqual(self.credit(shares), 10)

	def test_who_may_use_it(self):
		"""Whoever may record payments; the board and the member of the website may not."""
		member, membership = self.with_credit(60)
		for role in ("Membership Board", "Member"):
			with factories.as_user(factories.a_user(role)):
				for document in (member, membership):
					with self.assertRaises(frappe.PermissionError):
						frappe.get_doc(document.doctype, document.name).use_credit()
		with factories.as_user(factories.a_user("Membership User")):
			frappe.get_doc("Member", member.name).use_credit()
		self.assert_paid(membership, "Paid", 60, 0)

	def test_a_payment_taken_back_opens_all_that_it_paid(self):
		shares, membership = self.asked()
		payment = membership.record_payment(100, "2026-03-01")
		doctype = "Member Payment" if self.books == ELSEWHERE else "Payment Entry"
		frappe.get_doc(doctype, payment).cancel()
		settlement.sweep()
		self.assert_paid(membership, "Open", 0, 60)
		self.assert_paid(shares, "Open", 0, 75)


@unittest.skipUnless(host.has_erpnext(), "needs ERPNext or Dokos")
class TestInErpnext(TestElsewhere):
	books = IN_ERPNEXT

	def test_one_payment_entry_for_both(self):
		"""135: one entry, matched with both invoices, nothing unallocated."""
		shares, membership = self.asked()
		entry = frappe.get_doc("Payment Entry", shares.record_payment(135, "2026-03-01"))
		matched = {row.reference_name: row.allocated_amount for row in entry.references}
		self.assertEqual(matched, {shares.sales_invoice: 75, membership.sales_invoice: 60})
		self.assertEqual(entry.unallocated_amount, 0)


class TestMemberPayment(Case):
	"""A payment entered by hand with books kept elsewhere, on every host."""

	def payment(self, member: str, amount: float, **values):
		return frappe.get_doc(
			{
				"doctype": "Member Payment",
				"member": member,
				"amount": amount,
				"posting_date": today(),
				**values,
			}
		)

	def rows(self, payment) -> dict[str, float]:
		return {row.document: row.amount for row in payment.allocations}

	def test_nothing_said_the_rule_says_it(self):
		"""135 entered for Camille without a word: 75 and 60, and settled once it is submitted."""
		shares, membership = self.asked()
		payment = self.payment(shares.member, 135).insert()
		self.assertEqual(self.rows(payment), {shares.name: 75, membership.name: 60})
		payment.submit()
		self.assert_paid_later(shares, membership)

	def assert_paid_later(self, *documents) -> None:
		for document in documents:
			self.assertEqual(factories.settle(document.name, document.doctype), "Paid")

	def test_the_bank_reference_names_it(self):
		"""What the payer wrote has the reference of the dues, spaced otherwise: they come first."""
		shares, membership = self.asked()
		reference = " ".join(membership.payment_reference)
		payment = self.payment(shares.member, 100, bank_reference=f"cotisation {reference}").insert()
		self.assertEqual(self.rows(payment), {membership.name: 60, shares.name: 40})

	def test_a_structured_communication_as_a_bank_prints_it(self):
		"""In Belgium: ***…*** on the statement names the dues, on the document and on its form, and is stored as +++…+++."""
		membership = self.asked()[1]
		frappe.db.set_value(DUES, membership.name, "payment_reference", "+++123/4567/89002+++")
		payment = self.payment(membership.member, 60, bank_reference="***123/4567/89002***").insert()
		self.assertEqual(self.rows(payment), {membership.name: 60})
		self.assertEqual(payment.bank_reference, "+++123/4567/89002+++")
		[row] = payments.propose(membership.member, 60, bank_reference="*** 123/4567/89002 ***")["rows"]
		self.assertEqual(row["document"], membership.name)

	def test_the_form_proposes_the_same(self):
		"""Before it is saved; without an amount, what is due first with its own."""
		shares, membership = self.asked()
		frappe.db.set_value(DUES, membership.name, "due_date", "2026-01-01")
		proposed = payments.propose(shares.member)
		self.assertEqual((proposed["amount"], len(proposed["rows"])), (60, 1))
		self.assertEqual(proposed["rows"][0]["document"], membership.name)
		self.assertEqual([row["amount"] for row in payments.propose(shares.member, 80)["rows"]], [60, 20])
		for nothing in (0, "0"):
			self.assertEqual(payments.propose(shares.member, nothing), {"amount": 0, "rows": []})
		with self.assertRaises(frappe.ValidationError):
			payments.propose(shares.member, "1.000")

	def test_a_draft_says_what_does_not_fit(self):
		"""Bruno's reference on Anna's payment, dated before anybody asked: told while it is a draft, and not once more."""
		anna = factories.a_subscription(self.cooperative, first_name="Anna")
		bruno = factories.a_subscription(self.cooperative, first_name="Bruno")
		payment = self.payment(
			anna.member, 75, bank_reference=bruno.payment_reference, posting_date=add_days(today(), -400)
		)
		said = self.told(payment.insert)
		self.assertIn(bruno.name, said)
		self.assertIn("long before", said)
		self.assertEqual(self.told(payment.submit), "")
		self.assertEqual(self.rows(payment), {anna.name: 75})

	def test_what_a_person_says_stands(self):
		"""Rows taken out of the draft: the money is credit, because somebody wanted it so."""
		shares, _membership = self.asked()
		payment = self.payment(shares.member, 50).insert()
		payment.set("allocations", [])
		payment.submit()
		self.assertEqual((payment.unallocated_amount, self.credit(shares)), (50, 50))

	def test_a_mother_pays_for_her_child(self):
		"""Anna's 80 in rows of her own request and of Bruno's: said while it is a draft, and done; what is left is hers. Nobody
		is paid back what another one asked for, and nothing is paid in another cooperative.
		"""
		anna = factories.a_subscription(self.cooperative, quantity=2, first_name="Anna")
		bruno = factories.a_subscription(self.cooperative, quantity=1, first_name="Bruno")
		rows = [
			{"document_type": one.doctype, "document": one.name, "amount": one.amount}
			for one in (anna, bruno)
		]
		payment = self.payment(anna.member, 80, allocations=rows)
		said = self.told(payment.insert)
		self.assertIn(f"{bruno.name} is asked of Bruno Durand", said)
		self.assertNotIn(f"{anna.name} is asked of", said)
		payment.submit()
		self.assert_paid_later(anna, bruno)
		self.assertEqual((self.credit(anna), self.credit(bruno)), (5, 0))
		with self.assertRaisesRegex(frappe.ValidationError, "asked of another member"):
			self.payment(anna.member, 25, direction="Paid out", allocations=rows[1:]).insert()
		abroad = factories.a_subscription(factories.a_cooperative(self.books))
		row = {"document_type": abroad.doctype, "document": abroad.name, "amount": 75}
		with self.assertRaisesRegex(frappe.ValidationError, "another cooperative"):
			self.payment(anna.member, 75, allocations=[row]).insert()

	def test_a_payment_for_a_child_is_taken_off_again(self):
		"""Anna's 30 pay a part of Bruno's request by mistake, his own 75 the rest: 30 of his are credit. Corrected, his own money
		keeps his shares as they are, and the 30 are Anna's again, whoever's request they were on.
		"""
		anna = factories.a_subscription(self.cooperative, first_name="Anna")
		bruno = factories.a_subscription(self.cooperative, first_name="Bruno")
		row = {"document_type": bruno.doctype, "document": bruno.name, "amount": 30}
		wrong = self.payment(anna.member, 30, posting_date="2026-03-01", allocations=[row]).insert()
		wrong.submit()
		bruno.reload()
		bruno.record_payment(75, "2026-03-05")
		entries = ledger.movements(self.cooperative.name)
		draft = factories.a_correction(bruno, payment=(wrong.doctype, wrong.name), submit=False)
		self.assertIn("stay on account of Anna Durand", draft.preview()["then"][-1])
		draft.submit()
		self.assertEqual(ledger.movements(self.cooperative.name), entries)
		self.assert_paid(bruno, "Paid", 75, 0)
		self.assertEqual((self.credit(anna), self.credit(bruno)), (30, 0))

	def test_two_rows_of_one_request_are_no_more_than_it(self):
		"""75 are due, paid in two rows of 75: refused, and so is more paid back than was paid. 50 and 25 are taken."""
		shares, _dues = self.asked()

		def rows(*amounts) -> list[dict]:
			return [
				{"document_type": shares.doctype, "document": shares.name, "amount": amount}
				for amount in amounts
			]

		with self.assertRaisesRegex(frappe.ValidationError, "only .*75.* are due"):
			self.payment(shares.member, 150, allocations=rows(75, 75)).insert()
		self.payment(shares.member, 75, allocations=rows(50, 25)).insert().submit()
		self.assert_paid_later(shares)
		for amounts in ((80,), (40, 40)):
			with self.assertRaisesRegex(frappe.ValidationError, "only .*75.* were paid"):
				self.payment(shares.member, 80, direction="Paid out", allocations=rows(*amounts)).insert()

	def test_money_on_expired_dues_that_others_replaced(self):
		"""A row names the expired dues although newer ones are paid for the days: the money is credit, with a task."""
		_shares, membership = self.asked()
		frappe.db.set_value(DUES, membership.name, "due_date", add_days(today(), -31))
		dues.expire(membership)
		new = dues.create(frappe.get_doc("Member", membership.member), self.plan.name)
		new.record_payment(60, today())
		row = {"document_type": DUES, "document": membership.name, "amount": 60}
		self.payment(membership.member, 60, allocations=[row]).insert().submit()
		self.assertEqual(factories.settle(membership.name, DUES), "Expired")
		self.assertEqual(self.credit(membership), 60)
		self.assertTrue(frappe.db.exists("ToDo", {"reference_name": membership.name, "status": "Open"}))
		settlement.sweep()
		self.assertEqual(self.credit(membership), 60)


class TestFeesElsewhere(dunning_factories.DunningCase):
	"""75 for shares were due on 2 November; the reminder asks for a fee of 5 as well."""

	books = ELSEWHERE

	def setUp(self):
		super().setUp()
		self.policy = dunning_factories.a_policy(
			{**dunning_factories.ONE_WEEK, "charge": "Fixed", "fee": 5},
			{**dunning_factories.FIFTEEN_MORE, "delay_days": 0},
			**self.policy_values(),
		)
		self.cooperative = factories.a_cooperative(self.books, dunning_policy=self.policy.name)
		self.shares = dunning_factories.a_late_request(self.cooperative, "2026-10-02")
		self.letter = self.remind()
		self.assertEqual((self.letter.fee, self.letter.total_due), (5, 80))

	def policy_values(self) -> dict:
		return {}

	def remind(self):
		run = dunning_factories.computed(self.cooperative, today(), self.policy)
		run.set_state(None, "To Send")
		run.send()
		return frappe.get_doc("Dunning Letter", {"run": run.name})

	def credit(self) -> float:
		return books_of(self.shares).credit(frappe.get_doc("Member", self.shares.member))

	def assert_fee(self, paid: float) -> None:
		self.letter.reload()
		if self.letter.fee_document:
			invoice = frappe.get_doc(self.letter.fee_document_type, self.letter.fee_document)
			self.assertEqual(flt(invoice.grand_total - invoice.outstanding_amount, 2), paid)
		else:
			self.assertEqual(flt(self.letter.fee_paid), paid)

	def test_what_the_letter_asks_is_what_it_takes(self):
		"""She pays the 80 of the letter: shares and fee are settled, nothing is to be paid back."""
		factories.pay(self.shares, 80)
		self.assertEqual((self.shares.status, self.credit()), ("Paid", 0))
		self.assert_fee(5)

	def test_only_the_shares(self):
		"""75: the shares are hers, the fee stays asked; 5 a day later with the same reference are the fee."""
		factories.pay(self.shares, 75)
		self.assertEqual((self.shares.status, self.credit()), ("Paid", 0))
		self.assert_fee(0)
		factories.pay(self.shares, 5)
		self.assertEqual(self.credit(), 0)
		self.assert_fee(5)

	def test_a_part_of_the_fee(self):
		"""78: 3 of the fee are paid, 2 stay asked; 81.50 in all would leave 1.50 of credit."""
		factories.pay(self.shares, 78)
		self.assert_fee(3)
		factories.pay(self.shares, 3.5)
		self.assert_fee(5)
		self.assertEqual(self.credit(), 1.5)

	def test_a_payment_from_before_the_letter_pays_no_fee(self):
		"""80 that came the day before the letter was written: 5 are credit."""
		factories.pay(self.shares, 80, on=str(add_days(getdate(), -1)))
		self.assertEqual(self.credit(), 5)
		self.assert_fee(0)

	def test_a_waived_fee_is_not_taken(self):
		self.letter.waive_fee()
		factories.pay(self.shares, 80)
		self.assertEqual(self.credit(), 5)

	def test_a_paid_fee_is_neither_waived_nor_asked_again(self):
		"""5 too little come with the fee's name on them, as it were: 75 - 5 are open, and the next letter asks for that."""
		factories.pay(self.shares, 80)
		with self.assertRaisesRegex(frappe.ValidationError, "paid already"):
			self.letter.reload()
			self.letter.waive_fee()

	def test_credit_pays_the_fee_with_the_shares(self):
		"""80 on account before; the button of the shares: 75 and 5."""
		member = frappe.get_doc("Member", self.shares.member)
		other = factories.a_subscription(
			self.cooperative,
			quantity=1,
			**{field: member.get(field) for field in ("first_name", "last_name", "email", "birth_date")},
		)
		factories.pay(other, 25 + 75 + 5, on=str(add_days(getdate(), -1)))
		self.shares.reload()
		self.assertEqual((self.shares.status, self.credit()), ("Paid", 5))
		self.assert_fee(0)
		self.assertEqual(self.open_after(member), [])

	def open_after(self, member) -> list:
		"""The fee of what is paid is asked no more, unless it is booked."""
		return [row["document"] for row in member.credit()["open"]]


@unittest.skipUnless(host.has_erpnext(), "needs ERPNext or Dokos")
class TestFeesInErpnext(TestFeesElsewhere):
	books = IN_ERPNEXT

	def test_the_fee_is_booked_when_its_money_comes(self):
		"""Asked and not booked by its policy: with the payment it is an invoice of 5, matched by the same entry."""
		factories.pay(self.shares, 80)
		self.letter.reload()
		fee = frappe.get_doc("Sales Invoice", self.letter.fee_document)
		self.assertEqual((fee.grand_total, fee.outstanding_amount, fee.docstatus), (5, 0, 1))
		self.assertEqual(fee.debit_to, self.cooperative.receivable_account)
