"""The manager's queue: waiting list, blocking, refusing, withdrawing, expiry, reducing to what was paid."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, today

from coop_membership.desk import approvals
from coop_membership.joining import expiry
from coop_membership.payments.test_settlement import SettlementCase
from coop_membership.register import ledger
from coop_membership.shares.subscriptions import affordable
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


def subjects(document) -> int:
	return frappe.db.count("Email Queue", {"reference_name": document.name})


class TestQueue(FrappeTestCase):
	def setUp(self):
		self.cooperative = factories.a_cooperative(max_open_applications=0, application_expiry_days=10)

	def test_the_waiting_list_is_served_in_order(self):
		"""Three wait; the first to wait is offered first, whenever its request was made; each was told."""
		first, second, third = (factories.an_application(self.cooperative) for _ in range(3))
		for application in (second, first, third):
			application.put_on_waiting_list()
			self.assertEqual(subjects(application), 2)
		second.db_set("waiting_since", add_days(today(), -2))
		first.db_set("waiting_since", add_days(today(), -1))
		self.assertEqual(approvals.next_in_line(self.cooperative.name)["name"], second.name)
		second.approve()
		self.assertEqual(approvals.next_in_line(self.cooperative.name)["name"], first.name)

	def test_what_a_browser_sends_along_with_an_action_does_not_count(self):
		"""Three shares at 25; the caller's copy says one euro a share and thirty shares: 75 are asked for."""
		application = factories.an_application(self.cooperative)
		application.shares[0].update({"unit_price": 1, "quantity": 30})
		application.approve()
		subscription = frappe.get_doc("Share Subscription", {"application": application.name})
		self.assertEqual((subscription.items[0].quantity, subscription.amount), (3, 75))

	def test_block_refuse_and_withdraw_keep_the_reason_and_tell_it(self):
		for action, status in (("block", "Blocked"), ("refuse", "Refused"), ("withdraw", "Cancelled")):
			with self.subTest(action):
				application = factories.an_application(self.cooperative)
				getattr(application, action)("No <b>answer</b>")
				self.assertEqual((application.status, application.status_reason), (status, "No answer"))
				self.assertEqual(subjects(application), 2)
				getattr(application, action)("again")
				self.assertEqual(subjects(application), 2)

	def test_a_reason_is_needed_and_a_wrong_moment_is_refused(self):
		application = factories.an_application(self.cooperative)
		with self.assertRaisesRegex(frappe.ValidationError, "reason"):
			application.refuse(" ")
		application.refuse("Too far away")
		for action in ("approve", "put_on_waiting_list", "unblock"):
			with self.subTest(action), self.assertRaises(frappe.ValidationError):
				getattr(application, action)()
		self.assertEqual(frappe.db.get_value("Membership Application", application.name, "status"), "Refused")

	def test_an_approved_request_is_withdrawn_with_what_it_asked_for(self):
		"""Approved, not paid, withdrawn: the capital release request is cancelled, nothing is owed."""
		subscription = factories.a_subscription(self.cooperative)
		application = frappe.get_doc("Membership Application", subscription.application)
		application.withdraw("Changed my mind")
		subscription.reload()
		self.assertEqual((subscription.docstatus, subscription.status), (2, "Cancelled"))
		if invoice := subscription.get("sales_invoice"):
			self.assertEqual(frappe.db.get_value("Sales Invoice", invoice, "docstatus"), 2)

	def test_a_paid_request_cannot_be_withdrawn(self):
		subscription = factories.pay(factories.a_subscription(self.cooperative))
		application = frappe.get_doc("Membership Application", subscription.application)
		with self.assertRaises(frappe.ValidationError):
			application.withdraw("too late")
		self.assertEqual(sum(ledger.holdings(subscription.member).values()), 3)

	def test_unpaid_requests_expire_and_part_paid_ones_stay(self):
		"""Due 11 days ago with 10 days of grace: the unpaid one expires with a mail, the one with 30 paid stays."""
		unpaid, part = factories.a_subscription(self.cooperative), factories.a_subscription(self.cooperative)
		young = factories.a_subscription(self.cooperative)
		factories.pay(part, 30)
		for subscription in (unpaid, part):
			subscription.db_set("due_date", add_days(today(), -11))
		young.db_set("due_date", add_days(today(), -9))
		self.assertGreaterEqual(expiry.expire_all(), 1)
		states = {
			s.name: frappe.db.get_value("Membership Application", s.application, "status")
			for s in (unpaid, part, young)
		}
		self.assertEqual(states, {unpaid.name: "Expired", part.name: "Approved", young.name: "Approved"})

	def test_too_many_open_requests_wait_for_the_manager_and_the_visitor_learns_nothing(self):
		"""At most one open request: the second of the same visitor is stored as Blocked, the answer is the usual one."""
		self.cooperative.max_open_applications = 1
		self.cooperative.save()
		email = f"eva.{factories.unique()}@example.com"
		frappe.flags.in_web_form = True
		self.addCleanup(frappe.flags.pop, "in_web_form", None)
		first = factories.an_application(self.cooperative, email=email)
		second = factories.an_application(self.cooperative, email=email, quantity=5)
		self.assertEqual((first.status, second.status), ("Pending", "Blocked"))

	def test_many_are_approved_and_one_bad_row_is_listed(self):
		"""Two good requests and one whose class closed meanwhile: two approved, the third says why, the user is told."""
		good = [factories.an_application(self.cooperative) for _ in range(2)]
		closed = factories.a_share_class(self.cooperative, "Z")
		bad = factories.an_application(self.cooperative, shares={closed.name: 1})
		closed.disabled = 1
		closed.save()
		outcome = approvals.approve_many([good[0].name, bad.name, "no such request", good[1].name])
		self.assertEqual(outcome["approved"], [a.name for a in good])
		self.assertEqual(set(outcome["failed"]), {bad.name, "no such request"})
		self.assertIn("Part Z", outcome["failed"][bad.name])
		self.assertEqual(frappe.db.get_value("Membership Application", bad.name, "status"), "Pending")
		self.assertTrue(frappe.db.exists("Notification Log", {"document_name": bad.name}))


class TestReduceToPaid(SettlementCase):
	"""On the host's default books."""

	def test_two_of_three_shares(self):
		"""Three shares at 25 asked, 60 paid: two shares in the register as of the payment, 10 stay as credit."""
		subscription = factories.a_subscription()
		factories.pay(subscription, 60, "2026-03-01")
		subscription.reduce_to_paid()
		self.assert_state(subscription, "Paid", 50, 2)
		self.assertEqual((subscription.amount, str(subscription.effective_date)), (50, "2026-03-01"))

	def test_less_than_a_share_is_refused(self):
		subscription = factories.a_subscription()
		factories.pay(subscription, 20)
		with self.assertRaisesRegex(frappe.ValidationError, "no whole share"):
			subscription.reduce_to_paid()
		self.assert_state(subscription, "Partly Paid", 20, 0)

	def test_the_last_lines_are_given_up_first(self):
		self.assertEqual(affordable([(2, 25), (4, 10)], 75), [2, 2])
		self.assertEqual(affordable([(2, 25), (4, 10)], 30), [1, 0])
		self.assertEqual(affordable([(3, 0.1)], 0.3), [3])
