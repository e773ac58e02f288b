"""A wrong match undone in one action: each case on books kept elsewhere and, where there is one, in the host's books.

Camille's and Béa's requests are of three shares at 25; what came in was for Béa and was matched with Camille's.
"""

from __future__ import annotations

import json
import unittest
from contextlib import ExitStack
from unittest.mock import patch

import frappe
from frappe.utils import flt, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.in_erpnext import matching, online
from coop_membership.accounting.in_erpnext.books import money_account
from coop_membership.accounting.kept_elsewhere import matching as elsewhere
from coop_membership.desk import corrections
from coop_membership.messages import mail, tasks, timeline
from coop_membership.payments import correction as service
from coop_membership.payments import settlement
from coop_membership.payments.test_online import OnlineCase
from coop_membership.people import accounts, members
from coop_membership.register import integrity, ledger
from coop_membership.shares import taking_back
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

MARCH_1, MARCH_5, MARCH_9 = "2026-03-01", "2026-03-05", "2026-03-09"


def a_bank_line(payment: tuple[str, str], amount: float) -> str:
	"""Name of a Bank Transaction that is matched with a payment, as the host's reconciliation leaves it."""
	row = {"payment_document": payment[0], "payment_entry": payment[1], "allocated_amount": amount}
	line = frappe.get_doc(
		{
			"doctype": "Bank Transaction",
			"name": f"BANK-{factories.unique()}",
			"company": factories.COMPANY,
			"date": MARCH_1,
			"currency": "EUR",
			"status": "Reconciled",
			"docstatus": 1,
			"allocated_amount": amount,
			"payment_entries": [row],
		}
	)
	line.set("__islocal", 1)
	line.db_insert()
	line.payment_entries[0].update({"parent": line.name, "docstatus": 1}).db_insert()
	return line.name


class CorrectionCase(FrappeTestCase):
	"""What every case begins and ends with."""

	books = ELSEWHERE

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(cls.books)
		cls.asked = [cls.subscription(name).name for name in ("Camille", "Béa")]

	def setUp(self):
		self.cooperative = frappe.get_doc("Cooperative", self.cooperative.name)
		frappe.db.savepoint("one_case")
		self.addCleanup(self.put_back)
		patcher = patch.object(service, "execute", self.watched(service.execute))
		patcher.start()
		self.addCleanup(patcher.stop)

	def put_back(self) -> None:
		"""The next case begins with two open requests, as this one did."""
		frappe.db.rollback(save_point="one_case")
		frappe.clear_document_cache("Cooperative", self.cooperative.name)
		frappe.clear_messages()

	def watched(self, execute):
		"""Every correction of every case: what else is matched with what, and the bank's lines, stay as they were."""

		def executes(correction) -> None:
			before = self.not_concerned(correction)
			execute(correction)
			self.assertEqual(self.not_concerned(correction), before)

		return executes

	def not_concerned(self, correction) -> list:
		"""All allocations to other requests than the wrong and the right one; and all lines of the bank."""
		raise NotImplementedError

	@classmethod
	def subscription(cls, first_name: str, quantity: int = 3, **values):
		return factories.a_subscription(cls.cooperative, first_name=first_name, quantity=quantity, **values)

	def camille_and_bea(self):
		return [frappe.get_doc("Share Subscription", name) for name in self.asked]

	def pay(self, demand, amount: float | None = None, on: str = MARCH_1) -> tuple[str, str]:
		"""(DocType, name) of the payment; with books in ERPNext it came by a line of the bank."""
		name = demand.record_payment(amount or demand.amount, on)
		demand.reload()
		payment = (books_of(demand).matches(demand)[-1].payment_type, name)
		if self.books == IN_ERPNEXT:
			a_bank_line(payment, amount or demand.amount)
		return payment

	def member(self, demand):
		return frappe.get_doc("Member", demand.member)

	def entries(self) -> list[tuple[int, str, str | None, int]]:
		"""The register: (number, type, whose name, quantity) of each entry, lower where shares leave."""
		return [
			(
				row.number,
				row.entry_type,
				frappe.db.get_value("Member", row.to_member or row.from_member, "first_name"),
				row.quantity if row.to_member else -row.quantity,
			)
			for row in ledger.movements(self.cooperative.name)
		]

	def assert_state(self, demand, status: str, paid: float) -> None:
		demand.reload()
		self.assertEqual((demand.status, flt(demand.paid_amount)), (status, paid))

	def assert_member(self, demand, status: str, number: int, shares: int) -> None:
		member = self.member(demand)
		self.assertEqual((member.status, member.member_number, member.total_shares), (status, number, shares))

	def assert_sound(self, *demands) -> None:
		"""The register keeps every promise, the ledgers balance, and settling again changes nothing."""
		self.assertEqual(integrity.check(self.cooperative.name), [])
		if self.books == IN_ERPNEXT:
			self.assert_ledgers()
		for demand in demands:
			before = frappe.get_doc(demand.doctype, demand.name).as_dict()
			factories.settle(demand.name, demand.doctype)
			after = frappe.get_doc(demand.doctype, demand.name).as_dict()
			self.assertEqual(
				[before[key] for key in ("status", "paid_amount", "effective_date")],
				[after[key] for key in ("status", "paid_amount", "effective_date")],
			)

	def assert_ledgers(self) -> None:
		"""Debit is credit in every voucher, and the Payment Ledger agrees with what each invoice says is open."""
		customers = frappe.get_all("Member", {"cooperative": self.cooperative.name}, pluck="customer")
		payments = frappe.get_all(
			"Payment Ledger Entry",
			{"party": ["in", customers], "delinked": 0},
			["voucher_type", "voucher_no", "against_voucher_type", "against_voucher_no", "amount"],
		)
		for voucher_type, voucher in {(row.voucher_type, row.voucher_no) for row in payments}:
			rows = frappe.get_all(
				"GL Entry",
				{"voucher_type": voucher_type, "voucher_no": voucher, "is_cancelled": 0},
				["debit", "credit"],
			)
			self.assertEqual(flt(sum(row.debit - row.credit for row in rows), 2), 0, voucher)
		for invoice in frappe.get_all(
			"Sales Invoice",
			{"customer": ["in", customers], "docstatus": 1},
			["name", "outstanding_amount"],
		):
			open_ = sum(row.amount for row in payments if row.against_voucher_no == invoice.name)
			self.assertEqual(flt(open_, 2), flt(invoice.outstanding_amount, 2), invoice.name)
		for entry in frappe.get_all(
			"Payment Entry", {"party": ["in", customers], "docstatus": 1}, ["name", "unallocated_amount"]
		):
			free = sum(-row.amount for row in payments if row.against_voucher_no == entry.name)
			self.assertEqual(flt(free, 2), flt(entry.unallocated_amount, 2), entry.name)

	def credit(self, demand) -> float:
		return books_of(demand).credit(self.member(demand))


class Cases:
	"""The cases of the issue; a class below runs them with each kind of books."""

	def test_the_newest_entry_gives_its_numbers_to_the_right_person(self):
		"""Camille's entry is number 1 and she is member 1. Corrected with "use the numbers again": the register has one
		entry, number 1, and it is Béa's, of 1 March; Béa is member 1; Camille is a candidate without a number, and her
		request waits for 75. The next member gets number 2."""
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		done = factories.a_correction(camille, bea, take_numbers_back=1)
		self.assertEqual(self.entries(), [(1, "Subscription", "Béa", 3)])
		self.assert_state(camille, "Open", 0)
		self.assert_state(bea, "Paid", 75)
		self.assertEqual(str(bea.effective_date), MARCH_1)
		self.assert_member(camille, "Candidate", 0, 0)
		self.assert_member(bea, "Active", 1, 3)
		self.assertIsNone(self.member(camille).joined_on)
		self.assertEqual(
			frappe.db.get_value("Membership Application", camille.application, "status"), "Approved"
		)
		kept = json.loads(done.snapshot)
		self.assertEqual((done.status, done.amount, kept["by"]), ("Done", 75, frappe.session.user))
		self.assertEqual((kept["entries"][0]["number"], kept["member"]["member_number"]), (1, 1))
		self.assertEqual((self.credit(camille), self.credit(bea)), (0, 0))
		self.assert_sound(camille, bea)
		third = self.subscription("Chloé")
		self.pay(third)
		self.assert_member(third, "Active", 2, 3)

	def test_not_the_newest_a_reversal_entry_and_the_numbers_stay(self):
		"""Denis has paid after Camille: entry 2, member 2. The correction writes entry 3 the other way, Béa gets entry 4 and
		number 3; Camille keeps number 1 as a candidate. Asking for the numbers back changes nothing about that."""
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		denis = self.subscription("Denis")
		self.pay(denis, on=MARCH_5)
		done = factories.a_correction(camille, bea, take_numbers_back=1)
		self.assertEqual(
			self.entries(),
			[
				(1, "Subscription", "Camille", 3),
				(2, "Subscription", "Denis", 3),
				(3, "Reversal", "Camille", -3),
				(4, "Subscription", "Béa", 3),
			],
		)
		self.assertEqual(done.take_numbers_back, 0)
		self.assert_member(camille, "Candidate", 1, 0)
		self.assert_member(bea, "Active", 3, 3)
		self.assertEqual(ledger.holdings(camille.member, on_date=MARCH_1), {})
		self.assert_sound(camille, bea, denis)
		self.pay(camille, on=MARCH_9)
		self.assert_member(camille, "Active", 1, 3)
		self.assertEqual(str(self.member(camille).joined_on), MARCH_9)

	def test_a_member_who_held_shares_before_stays_one(self):
		"""Camille has two shares since 1 March; the wrong payment is for three more. She keeps two, her number and her
		date of entry."""
		first = self.subscription("Camille", 2)
		self.pay(first)
		person = {field: self.member(first).get(field) for field in ("last_name", "email", "birth_date")}
		more = self.subscription("Camille", 3, **person)
		self.assertEqual(more.member, first.member)
		self.pay(more, on=MARCH_5)
		bea = self.subscription("Béa")
		factories.a_correction(more, bea, take_numbers_back=1)
		self.assert_member(first, "Active", 1, 2)
		self.assert_member(bea, "Active", 2, 3)
		self.assertEqual(str(self.member(first).joined_on), MARCH_1)
		self.assertEqual([number for number, *_rest in self.entries()], [1, 2])
		self.assert_sound(first, more, bea)

	def test_shares_that_went_on_stand_in_the_way(self):
		"""Camille has sold back two of the three: refused, the preview and the refusal name the transaction to cancel first;
		nothing has changed. Once it is cancelled, the correction goes through."""
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		sold = factories.executed(factories.a_transaction(self.member(camille), "Sell Back", 2), on=MARCH_5)
		draft = factories.a_correction(camille, bea, submit=False)
		[problem] = draft.preview()["problems"]
		self.assertEqual((problem["doctype"], problem["name"]), ("Share Transaction", sold.name))
		self.assertIn(f"Cancel the transaction {sold.name} first", problem["sentence"])
		with self.assertRaisesRegex(frappe.ValidationError, "register entry 2"):
			draft.submit()
		self.assert_state(camille, "Paid", 75)
		sold.reload()
		sold.cancel()
		draft = frappe.get_doc(draft.doctype, draft.name)
		draft.submit()
		self.assert_state(bea, "Paid", 75)
		self.assert_member(camille, "Candidate", 1, 0)
		self.assert_sound(camille, bea)

	def test_an_organisation(self):
		"""The payment of an association was matched with another one's request."""
		wrong = factories.a_subscription(self.cooperative, **self.an_organisation("Association Le Potager"))
		right = factories.a_subscription(self.cooperative, **self.an_organisation("Association La Serre"))
		self.pay(wrong)
		factories.a_correction(wrong, right, take_numbers_back=1)
		self.assert_member(wrong, "Candidate", 0, 0)
		self.assert_member(right, "Active", 1, 3)
		self.assert_sound(wrong, right)

	def an_organisation(self, name: str) -> dict:
		return {
			"applicant_type": "Organisation",
			"organisation_name": name,
			"registration_number": factories.a_siren(),
			"organisation_email": f"potager.{factories.unique()}@example.com",
			"representative_function": "Présidente",
		}

	def test_two_requests_paid_by_one_payment(self):
		"""150 pay Camille's two requests; only the second was wrong. The first stays paid and its match untouched."""
		first = self.subscription("Camille", 3)
		person = {field: self.member(first).get(field) for field in ("last_name", "email", "birth_date")}
		second = self.subscription("Camille", 3, **person)
		payment = self.one_payment_for(first, second)
		bea = self.subscription("Béa")
		before = self.row_of(payment, first)
		factories.a_correction(second, bea)
		self.assert_state(first, "Paid", 75)
		self.assert_state(second, "Open", 0)
		self.assert_state(bea, "Paid", 75)
		self.assertEqual(self.row_of(payment, first), before)
		self.assert_member(first, "Active", 1, 3)
		self.assert_sound(first, second, bea)

	def test_one_request_paid_by_two_payments(self):
		"""30 on 1 March were Camille's own, 45 on 5 March were Béa's: which one is wrong has to be said, then Camille's
		request is partly paid with 30 and Béa's with 45."""
		camille, bea = self.camille_and_bea()
		mine = self.pay(camille, 30)
		wrong = self.pay(camille, 45, MARCH_5)
		draft = factories.a_correction(camille, bea, submit=False)
		self.assertIn("several payments", draft.preview()["problems"][0]["sentence"])
		self.assertEqual([row["payment"] for row in draft.preview()["payments"]], [mine[1], wrong[1]])
		with self.assertRaises(frappe.ValidationError):
			draft.submit()
		factories.a_correction(camille, bea, payment=wrong)
		self.assert_state(camille, "Partly Paid", 30)
		self.assert_state(bea, "Partly Paid", 45)
		self.assertEqual([m.payment for m in books_of(camille).matches(camille)], [mine[1]])
		self.assert_member(camille, "Candidate", 1, 0)
		self.assert_sound(camille, bea)
		self.pay(bea, 30, MARCH_9)
		self.assertEqual(str(bea.effective_date), MARCH_9)

	def test_own_money_that_came_since_keeps_the_shares(self):
		"""30 of 1 March were Béa's. Camille's own 75 came on 5 March: 45 completed her request, 30 were left as credit. Those
		30 pay it now: register, number and mails stay as they are, and Béa has her 30."""
		camille, bea = self.camille_and_bea()
		wrong = self.pay(camille, 30)
		self.pay(camille, 75, MARCH_5)
		before = self.entries()
		draft = factories.a_correction(camille, bea, payment=wrong, submit=False)
		said = draft.preview()
		self.assertEqual((said["caused"], said["problems"]), ([], []))
		self.assertIn("30.00 of the credit of Camille", said["then"][0])
		factories.a_correction(camille, bea, payment=wrong)
		self.assertEqual(self.entries(), before)
		self.assert_state(camille, "Paid", 75)
		self.assertEqual(str(camille.effective_date), MARCH_5)
		self.assert_state(bea, "Partly Paid", 30)
		self.assert_member(camille, "Active", 1, 3)
		self.assertEqual((self.credit(camille), self.credit(bea)), (0, 0))
		self.assert_sound(camille, bea)

	def test_own_money_of_another_day_keeps_the_shares_as_of_that_day(self):
		"""Béa's 75 of 1 March brought Camille her shares; Camille's own 75 of 5 March were credit. Corrected: Camille is member
		1 with entry 1 of 5 March, Béa is member 2 with entry 2 of 1 March. Nobody is told of a mistake."""
		camille, bea = self.camille_and_bea()
		wrong = self.pay(camille)
		self.pay(camille, 75, MARCH_5)
		draft = factories.a_correction(
			camille, bea, payment=wrong, submit=False, take_numbers_back=1, notify_member=1
		)
		self.assertFalse(draft.preview()["offers"]["notify_member"])
		draft.submit()
		self.assertEqual(self.entries(), [(1, "Subscription", "Camille", 3), (2, "Subscription", "Béa", 3)])
		for demand, day, number in ((camille, MARCH_5, 1), (bea, MARCH_1, 2)):
			self.assert_state(demand, "Paid", 75)
			self.assertEqual(str(demand.effective_date), day)
			self.assert_member(demand, "Active", number, 3)
			self.assertEqual(self.credit(demand), 0)
		self.assertEqual(mail.queued(camille, [service.NOTICE]), [])
		self.assert_sound(camille, bea)

	def test_own_money_that_is_not_enough_stays_credit(self):
		"""Her own 20 of 5 March don't pay for what Béa's 75 brought: the shares are taken back, the 20 are hers."""
		camille, bea = self.camille_and_bea()
		wrong = self.pay(camille)
		self.pay(camille, 20, MARCH_5)
		factories.a_correction(camille, bea, payment=wrong, take_numbers_back=1)
		self.assert_state(camille, "Open", 0)
		self.assertEqual((self.credit(camille), self.credit(bea)), (20, 0))
		self.assert_member(camille, "Candidate", 0, 0)
		self.assert_sound(camille, bea)

	def test_another_class_and_amount(self):
		"""75 were for Béa's two shares of class B at 30: 60 pay them, 15 are her credit, nothing is Camille's."""
		camille = self.subscription("Camille")
		self.pay(camille)
		class_b = factories.a_share_class(self.cooperative, "B", 30).name
		bea = self.subscription("Béa", shares={class_b: 2})
		factories.a_correction(camille, bea)
		self.assert_state(bea, "Paid", 60)
		self.assertEqual((self.credit(camille), self.credit(bea)), (0, 15))
		self.assertEqual(ledger.holdings(bea.member), {class_b: 2})
		self.assert_sound(camille, bea)

	def test_another_request_of_the_same_member(self):
		"""Camille has two open requests and the 75 paid the wrong one of them."""
		camille = self.subscription("Camille")
		person = {field: self.member(camille).get(field) for field in ("last_name", "email", "birth_date")}
		other = self.subscription("Camille", 3, **person)
		payment = self.pay(camille)
		factories.a_correction(camille, other, take_numbers_back=1)
		self.assert_state(camille, "Open", 0)
		self.assert_state(other, "Paid", 75)
		self.assert_member(camille, "Active", 1, 3)
		self.assertEqual([m.key for m in books_of(other).matches(other)], [payment])
		self.assert_sound(camille, other)

	def test_the_money_was_for_dues(self):
		"""75 paid Camille's shares, 60 of them were for Béa's dues of 60."""
		camille = self.subscription("Camille")
		self.pay(camille)
		bea = self.subscription("Béa")
		dues = self.dues_of(bea)
		factories.a_correction(camille, dues)
		self.assert_state(dues, "Paid", 60)
		self.assertEqual(str(dues.effective_date), MARCH_1)
		self.assertEqual(self.credit(bea), 15)
		self.assert_sound(camille, bea, dues)

	def test_dues_that_were_paid_by_mistake(self):
		"""Béa's dues were not meant: they are unpaid again, and the confirmation that waits is withdrawn."""
		camille = self.subscription("Camille", 2)
		dues = self.dues_of(self.subscription("Béa"))
		self.pay(dues)
		self.assertEqual(len(mail.queued(dues, ["Membership Confirmed"])), 1)
		factories.a_correction(dues, camille)
		self.assert_state(dues, "Open", 0)
		self.assertIsNone(dues.effective_date)
		self.assertEqual(mail.queued(dues, ["Membership Confirmed"]), [])
		self.assert_state(camille, "Paid", 50)
		self.assert_sound(camille, dues)

	def dues_of(self, subscription):
		plan = factories.a_plan(self.cooperative)
		return frappe.get_doc(
			{
				"doctype": "Membership",
				"cooperative": self.cooperative.name,
				"member": subscription.member,
				"member_name": subscription.member_name,
				"plan": plan.name,
				"from_date": today(),
				"posting_date": today(),
			}
		).submit()

	def test_no_right_request_yet(self):
		"""Nobody knows whose 75 it is: they stay on account of Camille, and can be used later."""
		camille = self.subscription("Camille")
		payment = self.pay(camille)
		factories.a_correction(camille)
		self.assert_state(camille, "Open", 0)
		self.assertEqual(self.credit(camille), 75)
		self.assertEqual(books_of(camille).paid_by(*payment), [])
		self.assert_sound(camille)
		camille.use_credit()
		self.assert_state(camille, "Paid", 75)
		self.assert_sound(camille)

	def test_a_certificate_that_waits_is_withdrawn(self):
		"""Camille is never told; her request for payment stays in the queue, since she still has to pay. Béa gets hers."""
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		self.assertEqual(len(mail.queued(camille, ["Certificate"])), 1)
		factories.a_correction(camille, bea, notify_member=1)
		self.assertEqual(mail.queued(camille, ["Certificate", "Correction Notice"]), [])
		self.assertEqual(len(mail.queued(camille, ["Capital Release Request"])), 1)
		self.assertEqual(len(mail.queued(bea, ["Certificate"])), 1)

	def test_a_certificate_that_is_gone_a_notice_is_offered(self):
		"""The mail was sent: the preview says when and to whom, and offers the notice, which says what is wrong."""
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		[sent] = mail.queued(camille, ["Certificate"])
		frappe.db.set_value("Email Queue", sent.name, "status", "Sent")
		draft = factories.a_correction(camille, bea, submit=False)
		said = draft.preview()
		self.assertTrue(said["offers"]["notify_member"])
		self.assertTrue(any("was sent on" in sentence for sentence in said["caused"]))
		draft.notify_member = 1
		draft.submit()
		[notice] = mail.queued(camille, ["Correction Notice"])
		self.assertEqual(notice.recipients, [self.member(camille).email])
		self.assertEqual(len(mail.queued(camille, ["Certificate"])), 1)

	def test_an_account_just_made_is_offered_for_disabling(self):
		"""The payment brought Camille's portal account; it is disabled only when that is chosen, with its invitation."""
		self.cooperative.portal_account = accounts.ON_PAYMENT
		self.cooperative.save()
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		user = self.member(camille).email
		draft = factories.a_correction(camille, bea, submit=False)
		self.assertTrue(draft.preview()["offers"]["disable_account"])
		draft.disable_account = 1
		draft.submit()
		self.assertEqual(frappe.db.get_value("User", user, "enabled"), 0)
		self.assertEqual(mail.queued(self.member(camille), [accounts.INVITATION]), [])
		self.assertEqual(frappe.db.get_value("User", self.member(bea).email, "enabled"), 1)

	def test_an_older_account_is_left_alone(self):
		"""Camille had her login before: it is not offered, and a forged choice does nothing."""
		self.cooperative.portal_account = accounts.ON_PAYMENT
		self.cooperative.save()
		camille, bea = self.camille_and_bea()
		factories.a_user("Member", email=self.member(camille).email)
		frappe.db.set_value("User", self.member(camille).email, "creation", "2025-01-01")
		self.pay(camille)
		done = factories.a_correction(camille, bea, disable_account=1)
		self.assertFalse(done.preview()["offers"]["disable_account"])
		self.assertEqual(frappe.db.get_value("User", self.member(camille).email, "enabled"), 1)

	def test_submitting_again_changes_nothing(self):
		"""Twice submitted, twice called: the same register, the same payments."""
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		done = factories.a_correction(camille, bea)
		before = self.everything(camille, bea)
		with self.assertRaises(frappe.ValidationError):
			frappe.get_doc(done.doctype, done.name).submit()
		with self.assertRaisesRegex(frappe.ValidationError, "corrected it already"):
			factories.a_correction(camille, bea, payment=(done.payment_type, done.payment))
		self.assertEqual(self.everything(camille, bea), before)

	def test_two_drafts_of_the_same_correction(self):
		"""Two people prepare it at the same time, for 300 on Camille's 75: the second one to submit is told, and nothing more
		moves."""
		camille, bea = self.camille_and_bea()
		self.pay(camille, 300)
		drafts = [factories.a_correction(camille, bea, submit=False) for _twice in range(2)]
		drafts[0].submit()
		before = self.everything(camille, bea)
		with self.assertRaisesRegex(frappe.ValidationError, f"{drafts[0].name} has put the payment"):
			frappe.get_doc(drafts[1].doctype, drafts[1].name).submit()
		self.assertEqual(self.everything(camille, bea), before)

	def test_a_payment_of_more_than_the_wrong_request(self):
		"""Béa sent 100, entered for Camille, who was asked for 75: Béa's request of 75 is paid, and the 25 that were Camille's
		credit are Béa's too: it was one transfer."""
		camille, bea = self.camille_and_bea()
		self.pay(camille, 100)
		draft = factories.a_correction(camille, bea, submit=False)
		self.assertTrue(
			any("25" in said and "Béa" in said for said in draft.preview()["then"]), draft.preview()
		)
		draft.submit()
		self.assert_state(camille, "Open", 0)
		self.assert_state(bea, "Paid", 75)
		self.assertEqual((self.credit(camille), self.credit(bea)), (0, 25))
		self.assert_sound(camille, bea)

	def test_the_right_request_asks_for_more_than_the_wrong_one(self):
		"""Béa's 100 were entered for Camille's 25: all of it pays Béa's 100, in one correction."""
		camille = self.subscription("Camille", 1, email=f"c.{factories.unique()}@example.com")
		bea = self.subscription("Béa", 4, email=f"b.{factories.unique()}@example.com")
		self.pay(camille, 100)
		factories.a_correction(camille, bea)
		self.assert_state(camille, "Open", 0)
		self.assert_state(bea, "Paid", 100)
		self.assertEqual((self.credit(camille), self.credit(bea)), (0, 0))
		self.assert_sound(camille, bea)

	def test_a_correction_is_undone_by_a_correction(self):
		"""It was Camille's after all: the second correction gives the 75 back to her request, as of 1 March."""
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		first = factories.a_correction(camille, bea, take_numbers_back=1)
		with self.assertRaises((frappe.ValidationError, frappe.PermissionError)):
			first.cancel()
		first.reload()
		factories.a_correction(bea, camille, take_numbers_back=1)
		self.assert_state(camille, "Paid", 75)
		self.assert_state(bea, "Open", 0)
		self.assertEqual(str(camille.effective_date), MARCH_1)
		self.assertEqual(self.entries(), [(1, "Subscription", "Camille", 3)])
		self.assert_member(camille, "Active", 1, 3)
		self.assert_member(bea, "Candidate", 0, 0)
		self.assertEqual((self.credit(camille), self.credit(bea)), (0, 0))
		self.assert_sound(camille, bea)
		factories.a_correction(camille, bea)
		self.assert_state(bea, "Paid", 75)
		self.assert_sound(camille, bea)

	def test_a_payment_taken_off_by_hand(self):
		"""The treasurer has released the payment by hand: Payment Reversed, and a task that leads to a new correction. It
		takes the shares back, moves the money to Béa and closes the task."""
		camille, bea = self.camille_and_bea()
		payment = self.pay(camille)
		self.release_by_hand(camille, payment)
		factories.settle(camille.name)
		self.assert_state(camille, "Payment Reversed", 0)
		task = frappe.get_doc("ToDo", {"reference_name": camille.name, "status": "Open"})
		address = f"{host.desk()}/payment-correction/new?demand_type=Share+Subscription&demand={camille.name}"
		self.assertIn(address, task.description.replace("&amp;", "&"))
		factories.a_correction(camille, bea, payment=payment, take_numbers_back=1)
		self.assert_state(camille, "Open", 0)
		self.assert_state(bea, "Paid", 75)
		self.assertEqual(self.entries(), [(1, "Subscription", "Béa", 3)])
		task.reload()
		self.assertEqual(task.status, "Closed")
		self.assert_sound(camille, bea)

	def test_a_payment_that_is_gone(self):
		"""The payment was cancelled: nothing is on account, the correction takes the shares back."""
		camille = self.subscription("Camille")
		name = camille.record_payment(75, MARCH_1)  # by no line of the bank: Dokos cancels none that has one
		doctype = books_of(camille).matches(camille)[0].payment_type
		frappe.get_doc(doctype, name).cancel()
		factories.settle(camille.name)
		self.assert_state(camille, "Payment Reversed", 0)
		factories.a_correction(camille, take_numbers_back=1)
		self.assert_state(camille, "Open", 0)
		self.assertEqual(self.entries(), [])
		self.assert_sound(camille)

	def test_a_request_that_was_corrected_may_be_cancelled(self):
		"""Camille gives up: her request is cancelled after the correction, and so may its payment's document be."""
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		factories.a_correction(camille, bea)
		camille.cancel()
		self.assertEqual(camille.status, "Cancelled")
		self.assert_sound(bea)

	def test_where_it_begins(self):
		"""The request, the payment and, with books in ERPNext, the invoice lead to the same correction."""
		camille, _bea = self.camille_and_bea()
		payment = self.pay(camille)
		values = {
			"demand_type": camille.doctype,
			"demand": camille.name,
			"payment_type": payment[0],
			"payment": payment[1],
		}
		places = [(camille.doctype, camille.name), payment]
		if self.books == IN_ERPNEXT:
			places.append(("Sales Invoice", camille.sales_invoice))
		for place in places:
			self.assertEqual([start["values"] for start in corrections.starts(*place)], [values], place)

	def test_what_fits_together_and_what_does_not(self):
		"""Each wrong choice is refused in a sentence and changes nothing."""
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		denis = self.subscription("Denis")
		self.pay(denis, on=MARCH_5)
		stranger = factories.a_subscription(factories.a_cooperative(ELSEWHERE))
		before = self.everything(camille, bea, denis)
		for right, words in (
			(camille, "is the wrong one"),
			(denis, "waits for no money"),
			(stranger, "another cooperative"),
		):
			with self.subTest(words), self.assertRaisesRegex(frappe.ValidationError, words):
				factories.a_correction(camille, right)
		with self.assertRaisesRegex(frappe.ValidationError, "No payment is matched"):
			factories.a_correction(bea, camille)
		with self.assertRaises(frappe.ValidationError):
			factories.a_correction(camille, bea, payment=("User", "Administrator"))
		self.assertEqual(self.everything(camille, bea, denis), before)

	def test_what_a_browser_sends_is_not_believed(self):
		"""A forged amount, state, member and record: all of it follows from the documents."""
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		forged = {
			"amount": 1,
			"status": "Done",
			"snapshot": "{}",
			"member": bea.member,
			"member_name": "Nobody",
			"cooperative": factories.a_cooperative(ELSEWHERE).name,
		}
		draft = factories.a_correction(camille, bea, submit=False, **forged)
		self.assertEqual(
			(draft.amount, draft.status, draft.snapshot, draft.member, draft.cooperative),
			(75, "Draft", None, camille.member, self.cooperative.name),
		)
		draft.update(forged)
		with self.assertRaisesRegex(frappe.ValidationError, "can't be changed by hand"):
			draft.submit()
		draft.reload()
		draft.update({"amount": 1, "member": bea.member, "member_name": "Nobody"})
		draft.submit()
		self.assertEqual((draft.amount, draft.status, draft.member), (75, "Done", camille.member))
		self.assertIn("entries", json.loads(draft.snapshot))

	def everything(self, *demands) -> list:
		"""What a correction may touch, as the database has it."""
		members_of = [demand.member for demand in demands]
		names = [demand.name for demand in demands]
		books = [[m for m in books_of(demand).matches(demand)] for demand in demands]
		return [
			[
				frappe.db.get_value(d.doctype, d.name, ["status", "paid_amount", "effective_date"])
				for d in demands
			],
			[
				frappe.db.get_value("Member", name, ["status", "member_number", "total_shares", "joined_on"])
				for name in members_of
			],
			ledger.movements(self.cooperative.name),
			frappe.db.get_value(
				"Cooperative", self.cooperative.name, ["next_register_number", "next_member_number"]
			),
			[frappe.db.get_value("Membership Application", d.application, "status") for d in demands],
			sorted(
				frappe.get_all("Email Queue", {"reference_name": ["in", [*names, *members_of]]}, pluck="name")
			),
			sorted(frappe.get_all("ToDo", {"reference_name": ["in", names]}, ["name", "status"]), key=str),
			[self.credit(demand) for demand in demands],
			[
				frappe.db.get_value("User", frappe.db.get_value("Member", name, "email"), "enabled")
				for name in members_of
			],
			books,
			frappe.db.count("Comment", {"reference_name": ["in", names]}),
			frappe.db.count("Payment Correction", {"docstatus": 1}),
			frappe.db.count("Member Payment"),
			frappe.db.count("Journal Entry") if self.books == IN_ERPNEXT else 0,
		]

	def test_stopped_at_any_point_all_or_nothing(self):
		"""The process stops right after each of its steps: nothing of it remains, and the next try succeeds."""
		self.cooperative.portal_account = accounts.ON_PAYMENT
		self.cooperative.save()
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		draft = factories.a_correction(camille, bea, submit=False, take_numbers_back=1, disable_account=1)
		before = self.everything(camille, bea)
		for point in points(self.books):
			with self.subTest(point=point[-1]):
				frappe.db.savepoint("correction")
				reached = []
				with stopped_after(point, reached), self.assertRaises(Stopped):
					frappe.get_doc(draft.doctype, draft.name).submit()
				self.assertTrue(reached)
				frappe.db.rollback(save_point="correction")
				self.assertEqual(self.everything(camille, bea), before)
		frappe.get_doc(draft.doctype, draft.name).submit()
		self.assert_state(bea, "Paid", 75)
		self.assert_sound(camille, bea)


class Stopped(Exception):
	"""Not a database error, not a validation: the process is gone."""


def points(books: str, mails: bool = True) -> list[tuple]:
	"""(module, function) after which a correction of the newest entry can stop, in the order in which they come."""
	own = (
		[(matching, "release"), (matching, "_book")]
		if books == IN_ERPNEXT
		else [(elsewhere, "release"), (elsewhere, "move")]
	)
	return [
		(host, "lock"),
		(ledger, "lock"),
		(service, "_before"),
		*own,
		(ledger, "take_back_newest"),
		(ledger, "give_number_back"),
		(members, "undo_payment"),
		(taking_back, "_unpaid"),
		*([(mail, "withdraw")] if mails else []),
		(accounts, "disable"),
		(ledger, "post"),
		(members, "refresh"),
		(settlement, "settle_locked"),
		(tasks, "close"),
		(timeline, "note"),
		(service, "_tell"),
	]


def stopped_after(point: tuple, reached: list):
	place, name = point
	real = getattr(place, name)

	def dies(*args, **kwargs):
		real(*args, **kwargs)
		reached.append(name)
		raise Stopped(name)

	stack = ExitStack()
	stack.enter_context(patch.object(place, name, dies))
	return stack


class TestElsewhere(Cases, CorrectionCase):
	"""Books kept elsewhere, on every host."""

	books = ELSEWHERE

	def not_concerned(self, correction) -> list:
		ours = [correction.demand, correction.right_demand or ""]
		others = {"docstatus": 1, "document": ["not in", ours], "document_type": ["!=", "Member Payment"]}
		fields = ["name", "parent", "document", "amount", "modified"]
		return frappe.get_all("Member Payment Allocation", others, fields, order_by="name")

	def one_payment_for(self, *demands) -> tuple[str, str]:
		payment = frappe.get_doc(
			{
				"doctype": "Member Payment",
				"member": demands[0].member,
				"cooperative": self.cooperative.name,
				"amount": sum(demand.amount for demand in demands),
				"posting_date": MARCH_1,
				"allocations": [
					{"document_type": d.doctype, "document": d.name, "amount": d.amount} for d in demands
				],
			}
		).submit()
		for demand in demands:
			factories.settle(demand.name, demand.doctype)
		return payment.doctype, payment.name

	def row_of(self, payment, demand):
		return frappe.get_all(
			"Member Payment Allocation", {"parent": payment[1], "document": demand.name}, ["name", "amount"]
		)

	def release_by_hand(self, demand, payment) -> None:
		row = {"parent": payment[1], "document": demand.name}
		frappe.db.delete("Member Payment Allocation", row)
		frappe.db.set_value("Member Payment", payment[1], "unallocated_amount", demand.amount)

	def test_the_payments_of_a_correction_are_not_cancelled_alone(self):
		"""Out of Camille's credit, received from Béa: neither half can be taken back without the other."""
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		done = factories.a_correction(camille, bea)
		names = frappe.get_all("Member Payment", {"payment_correction": done.name}, pluck="name")
		self.assertEqual(len(names), 2)
		for name in names:
			with self.assertRaisesRegex(frappe.ValidationError, done.name):
				frappe.get_doc("Member Payment", name).cancel()


@unittest.skipUnless(host.has_erpnext(), "needs the accounts of ERPNext or Dokos")
class TestInErpnext(Cases, CorrectionCase):
	"""Books in ERPNext v15 (Unreconcile Payment) and Dokos v3 (none)."""

	books = IN_ERPNEXT

	def not_concerned(self, correction) -> list:
		pairs = (
			(correction.demand_type, correction.demand),
			(correction.right_demand_type, correction.right_demand),
		)
		ours = [frappe.db.get_value(*pair, "sales_invoice") for pair in pairs if pair[1]]
		invoice = {"docstatus": 1, "reference_name": ["not in", ours]}
		entries = {**invoice, "reference_doctype": "Sales Invoice"}
		journals = {**invoice, "reference_type": "Sales Invoice"}
		paid = {"docstatus": 1, "name": ["not in", ours], "company": factories.COMPANY}
		line = ["name", "status", "docstatus", "allocated_amount", "unallocated_amount", "modified"]
		matched = ["parent", "payment_document", "payment_entry", "allocated_amount"]
		return [
			frappe.get_all(
				"Payment Entry Reference",
				entries,
				["parent", "reference_name", "allocated_amount"],
				order_by="parent, reference_name",
			),
			frappe.get_all(
				"Journal Entry Account", journals, ["parent", "reference_name", "credit"], order_by="name"
			),
			frappe.get_all("Sales Invoice", paid, ["name", "outstanding_amount"], order_by="name"),
			frappe.get_all("Bank Transaction", {}, line, order_by="name"),
			frappe.get_all("Bank Transaction Payments", {}, matched, order_by="parent, payment_entry"),
		]

	def one_payment_for(self, *demands) -> tuple[str, str]:
		invoices = [frappe.get_doc("Sales Invoice", demand.sales_invoice) for demand in demands]
		entry = frappe.get_doc(
			{
				"doctype": "Payment Entry",
				"payment_type": "Receive",
				"company": factories.COMPANY,
				"posting_date": MARCH_1,
				"party_type": "Customer",
				"party": invoices[0].customer,
				"paid_from": invoices[0].debit_to,
				"paid_to": money_account(factories.COMPANY, None),
				"paid_amount": sum(demand.amount for demand in demands),
				"received_amount": sum(demand.amount for demand in demands),
				"source_exchange_rate": 1,
				"target_exchange_rate": 1,
				"reference_no": "BANK-2",
				"reference_date": MARCH_1,
				"references": [
					{
						"reference_doctype": "Sales Invoice",
						"reference_name": invoice.name,
						"allocated_amount": invoice.outstanding_amount,
					}
					for invoice in invoices
				],
			}
		).submit()
		for demand in demands:
			factories.settle(demand.name, demand.doctype)
		return entry.doctype, entry.name

	def row_of(self, payment, demand):
		return frappe.get_all(
			"Payment Entry Reference",
			{"parent": payment[1], "reference_name": demand.sales_invoice},
			["name", "allocated_amount"],
		)

	def release_by_hand(self, demand, payment) -> None:
		[match] = books_of(demand).matches(demand)
		matching.release(match, matching.invoice_of(demand))

	def test_a_journal_entry(self):
		"""The bank's line was booked by a Journal Entry over 75 for Camille and 75 for Denis: Camille's row is released,
		Denis's is not touched."""
		camille, bea = self.camille_and_bea()
		denis = self.subscription("Denis")
		journal = self.a_journal(camille, denis)
		self.assert_state(camille, "Paid", 75)
		rows = self.rows_of(journal, denis)
		factories.a_correction(camille, bea)
		self.assert_state(camille, "Open", 0)
		self.assert_state(bea, "Paid", 75)
		self.assert_state(denis, "Paid", 75)
		self.assertEqual(self.rows_of(journal, denis), rows)
		self.assert_sound(camille, bea, denis)

	def a_journal(self, *demands) -> str:
		invoices = [frappe.get_doc("Sales Invoice", demand.sales_invoice) for demand in demands]
		rows = [
			{
				"account": invoice.debit_to,
				"party_type": "Customer",
				"party": invoice.customer,
				"credit_in_account_currency": invoice.outstanding_amount,
				"reference_type": "Sales Invoice",
				"reference_name": invoice.name,
			}
			for invoice in invoices
		]
		total = sum(invoice.outstanding_amount for invoice in invoices)
		cost_center = frappe.get_cached_value("Company", factories.COMPANY, "cost_center")
		bank = {"account": money_account(factories.COMPANY, None), "debit_in_account_currency": total}
		journal = frappe.get_doc(
			{
				"doctype": "Journal Entry",
				"voucher_type": "Bank Entry",
				"company": factories.COMPANY,
				"posting_date": MARCH_1,
				"cheque_no": "BANK-3",
				"cheque_date": MARCH_1,
				"accounts": [{"cost_center": cost_center, **row} for row in (bank, *rows)],
			}
		).submit()
		for demand in demands:
			factories.settle(demand.name)
		return journal.name

	def rows_of(self, journal: str, demand) -> list:
		return frappe.get_all(
			"Journal Entry Account",
			{"parent": journal, "reference_name": demand.sales_invoice},
			["name", "reference_type", "credit"],
		)

	def test_the_line_of_the_bank(self):
		"""It leads to the correction, and stays what it was: matched with the payment that really came."""
		camille, bea = self.camille_and_bea()
		payment = self.pay(camille)
		line = frappe.db.get_value("Bank Transaction Payments", {"payment_entry": payment[1]}, "parent")
		[start] = corrections.starts("Bank Transaction", line)
		self.assertEqual((start["values"]["demand"], start["values"]["payment"]), (camille.name, payment[1]))
		before = self.line(line)
		factories.a_correction(camille, bea)
		self.assertEqual(self.line(line), before)

	def line(self, name: str) -> tuple:
		rows = frappe.get_all(
			"Bank Transaction Payments",
			{"parent": name},
			["payment_document", "payment_entry", "allocated_amount"],
		)
		return frappe.db.get_value("Bank Transaction", name, ["status", "docstatus", "modified"]), rows

	def closed_march(self) -> None:
		period = frappe.get_doc(
			{
				"doctype": "Accounting Period",
				"period_name": f"March {factories.unique()}",
				"company": factories.COMPANY,
				"start_date": MARCH_1,
				"end_date": "2026-03-31",
				"closed_documents": [
					{"document_type": doctype, "closed": 1} for doctype in ("Payment Entry", "Journal Entry")
				],
			}
		).insert()
		self.addCleanup(factories.wipe, "Accounting Period", {"name": period.name})

	def as_booked(self, payment) -> list:
		"""All that the closed period has of a payment."""
		voucher = {"voucher_type": payment[0], "voucher_no": payment[1]}
		fields = ["name", "modified", "against_voucher_type", "amount", "delinked"]
		return [
			frappe.get_doc(*payment).as_dict(convert_dates_to_str=True),
			frappe.get_all("Payment Ledger Entry", voucher, [*fields, "against_voucher_no"], order_by="name"),
			frappe.get_all(
				"GL Entry",
				voucher,
				["name", "modified", "debit", "credit", "against_voucher"],
				order_by="name",
			),
		]

	def test_a_closed_period_is_not_touched(self):
		"""March is closed: payment, allocations and ledgers of March stay as they are to the second. A Journal Entry of
		today takes the 75 off Camille's invoice and pays Béa's, whose shares are of 1 March, when the money came."""
		camille, bea = self.camille_and_bea()
		payment = self.pay(camille)
		before = self.as_booked(payment)
		self.closed_march()
		draft = factories.a_correction(camille, bea, submit=False, take_numbers_back=1)
		self.assertTrue(any("closed period" in sentence for sentence in draft.preview()["undone"]))
		draft.submit()
		self.assertEqual(self.as_booked(payment), before)
		journal = frappe.get_doc("Journal Entry", {"payment_correction": draft.name})
		self.assertEqual((str(journal.posting_date), str(journal.cheque_date)), (today(), MARCH_1))
		self.assert_state(camille, "Open", 0)
		self.assert_state(bea, "Paid", 75)
		self.assertEqual(str(bea.effective_date), MARCH_1)
		self.assertEqual((self.credit(camille), self.credit(bea)), (0, 0))
		self.assertEqual(books_of(camille).matches(camille), [])
		self.assert_sound(camille, bea)
		factories.a_correction(bea, camille)
		self.assertEqual(self.as_booked(payment), before)
		self.assert_state(camille, "Paid", 75)
		self.assertEqual(str(camille.effective_date), MARCH_1)
		self.assert_sound(camille, bea)

	def test_a_closed_period_and_nobody_knows_whose(self):
		"""The 75 of the closed March stay on account of Camille by an entry of today, and can be used."""
		camille = self.subscription("Camille")
		payment = self.pay(camille)
		before = self.as_booked(payment)
		self.closed_march()
		factories.a_correction(camille)
		self.assertEqual(self.as_booked(payment), before)
		self.assert_state(camille, "Open", 0)
		self.assertEqual(self.credit(camille), 75)
		self.assert_sound(camille)

	def test_every_way_to_close_a_period(self):
		"""An accounting period, frozen accounts, a closed year: each counts, up to and with its last day."""
		closed = matching.closed_on
		self.assertFalse(closed(factories.COMPANY, MARCH_1))
		self.closed_march()
		self.assertTrue(closed(factories.COMPANY, "2026-03-31"))
		self.assertFalse(closed(factories.COMPANY, "2026-04-01"))
		if host.has_field("Accounts Settings", "acc_frozen_upto"):
			self.addCleanup(frappe.db.set_single_value, "Accounts Settings", "acc_frozen_upto", None)
			frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", "2026-04-01")
			self.assertTrue(closed(factories.COMPANY, "2026-04-01"))
			self.assertFalse(closed(factories.COMPANY, "2026-04-02"))
		end = (
			"period_end_date"
			if host.has_field("Period Closing Voucher", "period_end_date")
			else "posting_date"
		)
		voucher = frappe.get_doc(
			{
				"doctype": "Period Closing Voucher",
				"company": factories.COMPANY,
				"docstatus": 1,
				end: "2026-04-05",
			}
		)
		voucher.update({"name": factories.unique(), "__islocal": 1})
		voucher.db_insert()
		self.addCleanup(factories.wipe, "Period Closing Voucher", {"name": voucher.name})
		self.assertTrue(closed(factories.COMPANY, "2026-04-05"))
		self.assertFalse(closed(factories.COMPANY, "2026-04-06"))

	def test_who_may(self):
		"""A manager of the members without rights in the accounts sees what would happen, saves the draft and is told who
		submits it; with "Accounts User" the same person does it. A treasurer who manages no members may not."""
		camille, bea = self.camille_and_bea()
		self.pay(camille)
		manager = factories.a_user("Membership Manager")
		with factories.as_user(manager):
			draft = factories.a_correction(camille, bea, submit=False)
			self.assertIn("ask somebody", draft.preview()["problems"][0]["sentence"])
			with self.assertRaisesRegex(frappe.ValidationError, "ask somebody"):
				draft.submit()
		self.assert_state(camille, "Paid", 75)
		treasurer = factories.a_user("Accounts User")
		with factories.as_user(treasurer), self.assertRaises(frappe.PermissionError):
			frappe.get_doc(draft.doctype, draft.name).submit()
		with factories.as_user(factories.a_user("Membership Manager", "Accounts User")):
			frappe.get_doc(draft.doctype, draft.name).submit()
		self.assert_state(bea, "Paid", 75)


class TestPaidOnline(OnlineCase):
	"""Camille's request was paid at the gateway, by Béa who had her link."""

	def test_nobody_knows_whose(self):
		"""The money stays on account: Camille is asked again, and the gateway's message, repeated, books nothing."""
		camille = factories.a_subscription(self.cooperative)
		request = self.request_of(camille)
		self.gateway.says(request, "Completed")
		self.assertEqual(self.outcome(camille), "Paid")
		camille.reload()
		payments = frappe.db.count("Payment Entry", {"docstatus": 1})
		factories.a_correction(camille)
		self.assertEqual(online.state_of(camille), online.TO_PAY)
		self.assertIn(frappe.db.get_value("Payment Request", request, "status"), online.REUSABLE)
		self.gateway.says(request, "Completed")
		self.assertEqual(frappe.db.count("Payment Entry", {"docstatus": 1}), payments)

	def test_the_payment_request_asks_again(self):
		"""After the correction Camille's page says "to pay", not "on its way"; the gateway's message, repeated, books
		nothing; and she is asked by a request of her own."""
		camille = factories.a_subscription(self.cooperative)
		bea = factories.a_subscription(self.cooperative, first_name="Béa")
		camille.reload()
		request = self.request_of(camille)
		self.gateway.says(request, "Completed")
		self.assertEqual(self.outcome(camille), "Paid")
		camille.reload()
		payments = frappe.db.count("Payment Entry", {"docstatus": 1})
		factories.a_correction(camille, bea)
		self.assertEqual((camille.status, bea.status), ("Open", "Paid"))
		values = frappe.get_doc("Payment Request", request)
		self.assertIn(values.status, online.REUSABLE)
		self.assertEqual(flt(values.get("outstanding_amount", 75)), 75)
		self.assertEqual(online.state_of(camille), online.TO_PAY)
		self.gateway.says(request, "Completed")
		self.assertEqual(frappe.db.count("Payment Entry", {"docstatus": 1}), payments)
		self.assertEqual(self.outcome(camille), "Open")
		self.assertNotEqual(self.request_of(camille), request)
