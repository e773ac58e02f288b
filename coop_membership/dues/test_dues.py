"""Dues, from the request to the next period, with books in ERPNext or Dokos and with books kept elsewhere."""

from __future__ import annotations

import unittest

import frappe
from frappe.utils import add_days, flt, getdate, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.dues import dues
from coop_membership.dues.periods import ROLLING, period
from coop_membership.joining import decisions
from coop_membership.payments import settlement
from coop_membership.people import merging
from coop_membership.tests import dunning_factories, factories
from coop_membership.tests.case import FrappeTestCase

DUES = "Membership"


class DuesCase(FrappeTestCase):
	"""Shares at 75, and dues of 60 for a year from today with an entry fee of 10."""

	accounting = ELSEWHERE

	def setUp(self):
		self.cooperative = factories.a_cooperative(self.accounting)
		self.plan = factories.a_plan(self.cooperative, period=ROLLING, entry_fee=10)

	def dues_of(self, **filters):
		return frappe.get_doc(DUES, {"cooperative": self.cooperative.name, **filters})

	def some_dues(self):
		"""The open dues of somebody who has just been approved."""
		application = factories.an_approved_application(self.cooperative, plan=self.plan.name)
		return self.dues_of(application=application.name)

	def paid_dues(self):
		membership = self.some_dues()
		membership.record_payment(70, today())
		return membership

	def mails(self, membership) -> int:
		about = {"reference_doctype": DUES, "reference_name": membership.name}
		return frappe.db.count("Email Queue", about)

	def assert_state(self, membership, status: str, paid: float, outstanding: float) -> None:
		membership.reload()
		found = (membership.status, flt(membership.paid_amount), flt(membership.outstanding_amount))
		self.assertEqual(found, (status, paid, outstanding))


class TestElsewhere(DuesCase):
	def test_asked_with_the_shares(self):
		"""Approved: 75 for the shares, 70 for a year of dues, with a reference and a mail of their own."""
		application = factories.an_approved_application(self.cooperative, plan=self.plan.name)
		membership = self.dues_of(application=application.name)
		self.assert_state(membership, "Open", 0, 70)
		self.assertEqual(membership.entry_fee, 10)
		expected = period(ROLLING, getdate())
		days = (getdate(membership.from_date), getdate(membership.to_date))
		self.assertEqual(days, (expected.from_date, expected.to_date))
		subscription = frappe.get_doc("Share Subscription", {"application": application.name})
		self.assertEqual(subscription.amount, 75)
		self.assertNotEqual(subscription.payment_reference, membership.payment_reference)
		self.assertEqual(self.mails(membership), 1)

	def test_without_dues_as_before(self):
		factories.an_approved_application(self.cooperative)
		self.assertFalse(frappe.db.exists(DUES, {"cooperative": self.cooperative.name}))

	def test_paid_in_two_parts(self):
		"""30 on 1 March, 40 on 5 March: open until the second, paid on its date, one mail of thanks; the shares wait on."""
		membership = self.some_dues()
		membership.record_payment(30, "2026-03-01")
		self.assert_state(membership, "Open", 30, 40)
		membership.record_payment(40, "2026-03-05")
		self.assert_state(membership, "Paid", 70, 0)
		self.assertEqual(str(membership.effective_date), "2026-03-05")
		for _again in range(2):
			factories.settle(membership.name, DUES)
		self.assertEqual(self.mails(membership), 2)
		self.assertEqual(frappe.db.get_value("Member", membership.member, "status"), "Candidate")

	def test_the_same_reference_is_the_same_payment(self):
		membership = self.some_dues()
		names = {membership.record_payment(30, "2026-03-01", reference="B-1") for _click in range(2)}
		self.assertEqual(len(names), 1)
		self.assert_state(membership, "Open", 30, 40)

	def test_a_payment_taken_back(self):
		"""The bank returns the money: the dues are open again; paid once more, no second mail of thanks."""
		membership = self.some_dues()
		payment = membership.record_payment(70, "2026-03-01")
		mails = self.mails(membership)
		self.take_back(payment)
		settlement.sweep()
		self.assert_state(membership, "Open", 0, 70)
		membership.record_payment(70, "2026-03-02")
		self.assert_state(membership, "Paid", 70, 0)
		self.assertEqual(self.mails(membership), mails)

	def take_back(self, payment: str) -> None:
		frappe.get_doc("Member Payment", payment).cancel()

	def test_withdrawn_with_the_request(self):
		"""She does not want to join any more: neither shares nor dues are asked for."""
		application = factories.an_approved_application(self.cooperative, plan=self.plan.name)
		decisions.withdraw(application)
		self.assert_state(self.dues_of(application=application.name), "Cancelled", 0, 0)

	def test_dues_that_are_paid_keep_the_request(self):
		"""The dues came, the shares did not: neither the member nor the daily job ends the request without a decision."""
		membership = self.paid_dues()
		application = frappe.get_doc("Membership Application", membership.application)
		with self.assertRaisesRegex(frappe.ValidationError, "Money was received"):
			decisions.withdraw(application)

	def test_renewed(self):
		"""The next year begins on the day after, without an entry fee; pressed twice it is one."""
		membership = self.paid_dues()
		self.assertEqual(membership.renew(), membership.renew())
		following = self.dues_of(renews=membership.name)
		self.assertEqual(getdate(following.from_date), getdate(add_days(membership.to_date, 1)))
		self.assertEqual((following.amount, following.entry_fee), (60, 0))
		self.assertEqual(self.mails(following), 1)
		following.cancel()
		membership.reload()
		self.assertNotEqual(membership.renew(), following.name)

	def test_renewed_after_a_gap(self):
		"""The year ended two years ago: nobody is asked for the one that is over as well, but for one from today; ended
		three months ago: for the one that runs, from the day after. Or from the day that the manager says, if it is later."""
		for days, asked, begins in (
			(-730, None, today()),
			(-366, None, today()),
			(-100, None, str(add_days(today(), -99))),
			(-100, str(add_days(today(), 5)), str(add_days(today(), 5))),
		):
			with self.subTest(days=days, asked=asked):
				membership = self.paid_dues()
				ended = {"from_date": add_days(today(), days - 364), "to_date": add_days(today(), days)}
				frappe.db.set_value(DUES, membership.name, ended)
				following = frappe.get_doc(DUES, membership.renew(first_day=asked))
				self.assertEqual(str(following.from_date), begins)
				self.assertGreaterEqual(getdate(following.to_date), getdate())
		early = self.paid_dues()
		with self.assertRaisesRegex(frappe.ValidationError, "later first day"):
			early.renew(first_day=str(early.to_date))
		self.assertFalse(frappe.db.get_value(DUES, early.name, "renewed_by"))

	def test_free_and_honorary(self):
		"""A plan at 0: confirmed with the approval, no invoice, no request for payment, one mail that confirms; it is
		renewed the same way and never expires or is chased."""
		self.plan = factories.a_plan(self.cooperative, "Honneur", price=0, period=ROLLING)
		membership = self.some_dues()
		for _again in range(2):
			self.assert_state(membership, "Paid", 0, 0)
			self.assertEqual(str(membership.effective_date), today())
			factories.settle(membership.name, DUES)
			dues.daily()
			settlement.sweep()
		self.assertFalse(membership.get("sales_invoice"))
		self.assertEqual(self.mails(membership), 1)
		self.assertFalse(membership.payment_qr())
		with self.assertRaises(frappe.ValidationError):
			membership.use_credit()
		following = frappe.get_doc(DUES, membership.renew())
		self.assert_state(following, "Paid", 0, 0)
		self.assertEqual(self.mails(following), 1)
		following.cancel()
		self.assert_state(following, "Cancelled", 0, 0)

	def test_a_free_year_with_an_entry_fee(self):
		"""The first year asks for the fee of 10, the next one for nothing."""
		self.plan = factories.a_plan(self.cooperative, "Parrainée", price=0, entry_fee=10, period=ROLLING)
		membership = self.some_dues()
		self.assert_state(membership, "Open", 0, 10)
		membership.record_payment(10, today())
		self.assert_state(frappe.get_doc(DUES, membership.renew()), "Paid", 0, 0)

	def test_daily_renewal(self):
		"""Thirty days before the end, not a day earlier, and never for who has left."""
		membership = self.paid_dues()
		for days, renewed in ((31, False), (30, True)):
			frappe.db.set_value(DUES, membership.name, "to_date", add_days(today(), days))
			dues.daily()
			with self.subTest(days):
				self.assertEqual(bool(frappe.db.get_value(DUES, membership.name, "renewed_by")), renewed)
		left = self.paid_dues()
		frappe.db.set_value(DUES, left.name, "to_date", add_days(today(), 5))
		frappe.db.set_value("Member", left.member, "status", "Former")
		dues.daily()
		self.assertFalse(frappe.db.get_value(DUES, left.name, "renewed_by"))

	def test_not_paid_in_time(self):
		"""Due more than thirty days ago: not asked for any more, told once; a part paid means that somebody decides."""
		membership, part = self.some_dues(), self.some_dues()
		part.record_payment(10, today())
		for one in (membership, part):
			frappe.db.set_value(DUES, one.name, "due_date", add_days(today(), -31))
		for _day in range(2):
			dues.daily()
		self.assert_state(membership, "Expired", 0, 0)
		self.assert_state(part, "Open", 10, 60)
		self.assertEqual(self.mails(membership), 2)

	def test_days_that_are_paid_for_already(self):
		membership = self.paid_dues()
		member = frappe.get_doc("Member", membership.member)
		with self.assertRaisesRegex(frappe.ValidationError, membership.name):
			dues.create(member, self.plan.name, add_days(today(), 10))
		application = factories.an_application(
			self.cooperative,
			plan=self.plan.name,
			**factories.the_same(member),
		)
		application.approve()
		self.assertEqual(frappe.db.count(DUES, {"member": member.name}), 1)

	def test_plans_that_cannot_be_chosen(self):
		"""Another cooperative's, a disabled one: a sentence, and nothing is stored."""
		elsewhere = factories.a_plan(factories.a_cooperative(ELSEWHERE))
		closed = factories.a_plan(self.cooperative, "Ancienne", disabled=1)
		for plan in (elsewhere.name, closed.name):
			with self.subTest(plan), self.assertRaisesRegex(frappe.ValidationError, "be chosen here"):
				factories.an_application(self.cooperative, plan=plan)
		self.assertFalse(frappe.db.exists("Membership Application", {"cooperative": self.cooperative.name}))

	def test_plans_that_make_no_sense(self):
		for values in ({"price": -5}, {"price": -0.01}, {"interval": 0}):
			with self.subTest(values), self.assertRaises(frappe.ValidationError):
				factories.a_plan(self.cooperative, "Autre", **values)

	def test_two_records_made_one(self):
		"""The record that goes paid dues: they are the other one's from then on."""
		membership = self.paid_dues()
		kept = factories.a_member(self.cooperative)
		merging.merge(kept.name, membership.member)
		membership.reload()
		self.assertEqual((membership.member, membership.status), (kept.name, "Paid"))

	def test_who_records_dues(self):
		"""Membership Users do, as for shares; the board reads; a member of the website does neither."""
		membership = self.some_dues()
		for role in ("Membership Board", "Member"):
			with factories.as_user(factories.a_user(role)), self.assertRaises(frappe.PermissionError):
				frappe.get_doc(DUES, membership.name).record_payment(70)
		with factories.as_user(factories.a_user("Membership User")):
			frappe.get_doc(DUES, membership.name).record_payment(70)
		self.assert_state(membership, "Paid", 70, 0)

	def test_chased_when_late(self):
		"""Due on 2 November, controlled on 20 November: a first notice over 70 with the reference of the dues."""
		membership = self.some_dues()
		self.make_late(membership, "2026-11-02")
		policy = dunning_factories.a_policy()
		frappe.db.set_value("Cooperative", self.cooperative.name, "dunning_policy", policy.name)
		frappe.clear_document_cache("Cooperative", self.cooperative.name)
		run = dunning_factories.computed(self.cooperative, "2026-11-20", policy)
		[notice] = [
			one
			for one in dunning_factories.notices_of(run)
			if one.document == dunning_factories.document_of(membership)
		]
		self.assertEqual((notice.level, notice.balance), (1, 70))
		self.assertEqual(notice.payment_reference, membership.payment_reference)
		self.assertEqual(notice.member, membership.member)

	def make_late(self, membership, day: str) -> None:
		values = {"posting_date": day, "due_date": day}
		frappe.db.set_value(DUES, membership.name, values)
		if membership.get("sales_invoice"):
			frappe.db.set_value("Sales Invoice", membership.sales_invoice, values)

	def test_what_the_papers_say(self):
		"""The request in French: what it is for, the amount, the reference, a code for the bank app."""
		membership = self.some_dues()
		frappe.local.lang = "fr"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		html = frappe.get_print(DUES, membership.name, "Dues Request")
		for text in ("Cotisations", "Droit d&#39;entrée", membership.payment_reference, "data:image"):
			with self.subTest(text):
				self.assertIn(text, html)


@unittest.skipUnless(host.has_erpnext(), "needs ERPNext or Dokos")
class TestInErpnext(TestElsewhere):
	accounting = IN_ERPNEXT

	def take_back(self, payment: str) -> None:
		frappe.get_doc("Payment Entry", payment).cancel()

	def test_the_invoice(self):
		"""70 on the plan's income account and the subscribers' receivable account, no tax."""
		membership = self.some_dues()
		invoice = frappe.get_doc("Sales Invoice", membership.sales_invoice)
		self.assertEqual(
			(invoice.docstatus, invoice.grand_total, invoice.membership), (1, 70, membership.name)
		)
		self.assertEqual(invoice.debit_to, self.cooperative.receivable_account)
		self.assertEqual(len(invoice.taxes), 0)
		root = frappe.db.get_value("Account", invoice.items[0].income_account, "root_type")
		self.assertEqual(root, "Income")
		self.assertFalse(invoice.share_subscription)

	def test_a_credit_note_is_no_payment(self):
		from erpnext.controllers.sales_and_purchase_return import make_return_doc

		membership = self.some_dues()
		note = make_return_doc("Sales Invoice", membership.sales_invoice)
		note.update({"payment_schedule": [], "update_outstanding_for_self": 0})
		note.insert()
		note.submit()
		settlement.sweep()
		self.assert_state(membership, "Cancelled", 0, 0)

	def test_expired_dues_are_owed_no_more(self):
		membership = self.some_dues()
		frappe.db.set_value(DUES, membership.name, "due_date", add_days(today(), -31))
		dues.daily()
		settlement.sweep()
		self.assert_state(membership, "Expired", 0, 0)
		self.assertEqual(frappe.db.get_value("Sales Invoice", membership.sales_invoice, "docstatus"), 2)
