"""Paying online through the host's real Payment Request, with a gateway that exists in these tests only."""

from __future__ import annotations

import unittest
from unittest.mock import patch

import frappe

from coop_membership import signing
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.in_erpnext import online
from coop_membership.dues import dues
from coop_membership.joining import reception
from coop_membership.joining.test_confirmation import by_a_visitor, open_page
from coop_membership.messages import events
from coop_membership.payments import recording
from coop_membership.portal import payment_end
from coop_membership.setup import email_templates
from coop_membership.tests import factories, gateway
from coop_membership.tests.case import FrappeTestCase
from coop_membership.www import membership_payment


class OnlineCase(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		if not gateway.is_possible():
			raise unittest.SkipTest("no payment gateways here")
		gateway.an_account()
		cls.cooperative = factories.a_cooperative()

	def setUp(self):
		self.gateway = gateway.Gateway()
		self.gateway.asked_for = factories.unique()
		patcher = patch(gateway.LOOK_UP, return_value=self.gateway)
		patcher.start()
		self.addCleanup(patcher.stop)

	def request_of(self, subscription) -> str:
		"""Name of the Payment Request behind the payment address."""
		self.assertTrue(subscription.payment_url())
		return frappe.get_all(
			"Payment Request",
			{"reference_name": subscription.sales_invoice, "docstatus": 1},
			pluck="name",
			order_by="creation desc",
		)[0]

	def payments_of(self, subscription) -> int:
		return frappe.db.count(
			"Payment Entry Reference", {"reference_name": subscription.sales_invoice, "docstatus": 1}
		)

	def is_listed(self, subscription) -> bool:
		return bool(
			frappe.db.exists("ToDo", {"reference_name": subscription.name, "role": "Membership Manager"})
		)

	def outcome(self, subscription) -> str:
		return factories.settle(subscription.name)


class TestPayingOnline(OnlineCase):
	"""Camille pays her shares at the gateway; what the gateway says is believed once, and only if it fits."""

	def setUp(self):
		super().setUp()
		self.subscription = factories.a_subscription(self.cooperative)
		self.subscription.reload()

	def test_success(self):
		"""She pays 75 euros: one payment, and her shares."""
		request = self.request_of(self.subscription)
		self.gateway.says(request, "Completed")
		self.assertEqual(self.outcome(self.subscription), "Paid")
		self.assertEqual(frappe.db.get_value("Payment Request", request, "status"), "Paid")
		self.assertEqual(frappe.session.user, "Administrator")

	def test_the_gateway_repeats_itself(self):
		"""The page and the webhook both report, one of them late: still one payment."""
		request = self.request_of(self.subscription)
		for status in ("Authorized", "Completed", "Completed"):
			self.gateway.says(request, status)
		self.outcome(self.subscription)
		self.gateway.says(request, "Completed")
		self.assertEqual(self.payments_of(self.subscription), 1)
		self.assertFalse(self.is_listed(self.subscription))

	def test_failure_then_the_same_request(self):
		"""Her card is refused; she tries again on the same request and it works."""
		request = self.request_of(self.subscription)
		self.gateway.says(request, "Failed")
		self.assertEqual(self.payments_of(self.subscription), 0)
		self.assertEqual(online.state_of(self.subscription), online.FAILED)
		self.assertEqual(self.request_of(self.subscription), request)
		self.gateway.says(request, "Completed")
		self.assertEqual(self.outcome(self.subscription), "Paid")

	def test_dues(self):
		"""She pays 60 euros of dues the same way, twice said by the gateway: one payment, dues paid, the shares wait on."""
		plan = factories.a_plan(self.cooperative, factories.unique())
		membership = dues.create(frappe.get_doc("Member", self.subscription.member), plan.name)
		self.assertEqual(online.read_key(membership.payment_page().split("key=")[1]).name, membership.name)
		request = self.request_of(membership)
		for _call in range(2):
			self.gateway.says(request, "Completed")
		self.assertEqual(factories.settle(membership.name, doctype="Membership"), "Paid")
		self.assertEqual(self.payments_of(membership), 1)
		self.assertEqual(online.state_of(membership.reload() or membership), online.PAID)
		self.assertEqual(self.outcome(self.subscription), "Open")

	def test_cancelled(self):
		"""She goes back from the gateway's page: nothing is booked, she may start again."""
		request = self.request_of(self.subscription)
		self.gateway.says(request, "Cancelled")
		self.assertEqual((self.payments_of(self.subscription), self.outcome(self.subscription)), (0, "Open"))
		self.assertEqual(self.request_of(self.subscription), request)

	def test_wrong_amount_or_currency(self):
		"""The gateway took 7.50 euros, or 75 dollars: nobody believes it, a manager looks."""
		if self.gateway.passes_reference:
			self.skipTest("Dokos books payments itself")
		for wrong in ({"amount": 7.5}, {"currency": "USD"}):
			subscription = factories.a_subscription(self.cooperative)
			subscription.reload()
			self.gateway.says(self.request_of(subscription), "Completed", **wrong)
			self.assertEqual(self.payments_of(subscription), 0)
			self.assertTrue(self.is_listed(subscription))

	def test_amount_changed_meanwhile(self):
		"""25 euros came by bank transfer: the next link asks for 50; who pays the old 75 is listed."""
		old = self.request_of(self.subscription)
		factories.pay(self.subscription, 25)
		new = self.request_of(self.subscription)
		self.assertNotEqual(old, new)
		self.assertEqual(frappe.db.get_value("Payment Request", new, "grand_total"), 50)
		self.assertEqual(frappe.db.get_value("Payment Request", old, "docstatus"), 2)
		if not self.gateway.passes_reference:
			self.gateway.says(old, "Completed")
			self.assertEqual(self.payments_of(self.subscription), 1)
			self.assertTrue(self.is_listed(self.subscription))
		self.gateway.says(new, "Completed")
		self.assertEqual(self.outcome(self.subscription), "Paid")

	def of_the_member(self):
		return frappe.get_doc("Member", self.subscription.member)

	def assertNothingToBook(self, subscription):
		"""The managers hear of the credit, and that alone."""
		tasks = frappe.get_all("ToDo", {"reference_name": subscription.name}, pluck="description")
		self.assertFalse([task for task in tasks if "was not booked" in task])

	def test_paid_in_part_meanwhile(self):
		"""25 came by bank transfer while she was at the gateway, where she paid the 75 that were asked: the shares are paid,
		25 are her credit, once however often the gateway says so.
		"""
		if self.gateway.passes_reference:
			self.skipTest("Dokos books payments itself")
		request = self.request_of(self.subscription)
		factories.pay(self.subscription, 25)
		for _call in range(2):
			self.gateway.says(request, "Completed")
		self.assertEqual(self.outcome(self.subscription), "Paid")
		self.assertEqual(books_of(self.subscription).credit(self.of_the_member()), 25)
		self.assertEqual(frappe.db.get_value("Payment Request", request, "status"), "Paid")
		self.assertEqual(self.payments_of(self.subscription), 2)
		self.assertNothingToBook(self.subscription)
		entry = frappe.get_doc("Payment Entry", {"reference_no": request})
		account = frappe.db.get_value("Payment Request", request, "payment_account")
		self.assertEqual((entry.paid_to, entry.paid_amount), (account, 75))

	def test_more_than_the_demand_asks(self):
		"""The gateway took 150 for shares of 75 while dues of 60 are open: both are paid, 15 are credit."""
		if self.gateway.passes_reference:
			self.skipTest("Dokos books payments itself")
		plan = factories.a_plan(self.cooperative, factories.unique())
		membership = dues.create(self.of_the_member(), plan.name)
		self.gateway.says(self.request_of(self.subscription), "Completed", amount=150)
		self.assertEqual(self.outcome(self.subscription), "Paid")
		self.assertEqual(factories.settle(membership.name, doctype="Membership"), "Paid")
		self.assertEqual(books_of(self.subscription).credit(self.of_the_member()), 15)
		self.assertNothingToBook(self.subscription)

	def test_paid_wholly_meanwhile(self):
		"""The transfer of 75 was there first: what the gateway took is her credit."""
		if self.gateway.passes_reference:
			self.skipTest("Dokos books payments itself")
		request = self.request_of(self.subscription)
		factories.pay(self.subscription)
		self.outcome(self.subscription)
		self.gateway.says(request, "Completed")
		self.assertEqual(books_of(self.subscription).credit(self.of_the_member()), 75)
		self.assertNothingToBook(self.subscription)

	def test_booking_fails(self):
		"""The money is at the gateway, but no entry can be made: the request stays open, and a manager looks."""
		if self.gateway.passes_reference:
			self.skipTest("Dokos books payments itself")
		request = self.request_of(self.subscription)
		cls = type(frappe.get_doc("Payment Request", request))
		with patch.object(cls, "set_as_paid", side_effect=frappe.ValidationError("closed period")):
			self.gateway.says(request, "Completed")
		self.assertNotEqual(frappe.db.get_value("Payment Request", request, "status"), "Paid")
		self.assertTrue(self.is_listed(self.subscription))

	def test_a_host_that_knows_how(self):
		"""Where another app supplies the method, ours stays out of the way."""
		if self.gateway.passes_reference:
			self.skipTest("Dokos knows how")
		request = self.request_of(self.subscription)
		cls = type(frappe.get_doc("Payment Request", request))
		with patch.object(cls, "on_payment_authorized", lambda *_: None, create=True):
			self.gateway.says(request, "Completed")
		self.assertEqual(self.payments_of(self.subscription), 0)

	def test_other_requests_are_not_ours(self):
		"""A request of the shop is left to the shop."""
		request = self.request_of(self.subscription)
		frappe.db.set_value("Sales Invoice", self.subscription.sales_invoice, "share_subscription", None)
		document = frappe.get_doc("Payment Request", request)
		self.assertIsNone(online.authorized(document, "Completed", recording.receive))

	def test_paid_or_elsewhere(self):
		"""Nothing is due, or the books are kept elsewhere: no address."""
		factories.pay(self.subscription)
		self.assertIsNone(self.subscription.payment_url())
		elsewhere = factories.a_subscription(factories.a_cooperative(accounting=ELSEWHERE))
		self.assertIsNone(elsewhere.payment_url())
		self.assertIsNone(elsewhere.payment_page())

	def test_page(self):
		"""The page shows the amount to who holds the link, and sends on to the gateway."""
		key = self.subscription.payment_page().partition("key=")[2]
		with factories.as_user("Guest"):
			self.assertIn("75", " ".join(open_page(membership_payment, key).texts))
			self.assertRaises(frappe.Redirect, open_page, membership_payment, key, "POST")
			self.assertIn("not complete", open_page(membership_payment, "x", "POST").title)
			other = signing.sign("confirm", self.subscription.name, 1)
			self.assertIn("not complete", open_page(membership_payment, other).title)
		request = self.request_of(self.subscription)
		self.gateway.says(request, "Failed")
		self.assertEqual(open_page(membership_payment, key).button, "Try again")
		self.gateway.says(request, "Completed")
		self.assertIn("arrived", open_page(membership_payment, key).title)

	def test_back_from_the_gateway(self):
		"""However the payment ends, she comes back to our page; after a failure it offers to try again."""
		self.request_of(self.subscription)
		back_to = self.gateway.asked["redirect_to"]
		key = self.subscription.payment_page().partition("key=")[2]
		self.assertIn("/membership-payment?key=", back_to)
		before = frappe.local.form_dict
		self.addCleanup(setattr, frappe.local, "form_dict", before)
		for end, query in (("payment-success", ""), ("payment-failed", "&failed=1")):
			frappe.local.form_dict = frappe._dict(redirect_to=back_to)
			page = payment_end.PaymentEnd(end)
			self.assertTrue(page.can_render())
			there = page.render().headers["Location"]
			self.assertTrue(there.startswith("/membership-payment?key="), there)
			self.assertTrue(there.endswith(query), there)
		self.assertEqual(open_page(membership_payment, key).button, "Pay online")
		self.assertEqual(open_page(membership_payment, key, failed=1).button, "Try again")

	def test_other_payments_end_where_they_did(self):
		"""A payment of the shop, or none at all: the gateways' own pages; and no way to lead anybody elsewhere."""
		before = frappe.local.form_dict
		self.addCleanup(setattr, frappe.local, "form_dict", before)
		for redirect_to in (None, "", "/orders/SO-1?key=x", "https://evil.example/page?key=x"):
			frappe.local.form_dict = frappe._dict(redirect_to=redirect_to)
			self.assertFalse(payment_end.PaymentEnd("payment-failed").can_render())
		frappe.local.form_dict = frappe._dict(redirect_to="https://evil.example/membership-payment?key=x")
		self.assertTrue(
			payment_end.PaymentEnd("payment-failed").render().headers["Location"].startswith("/membership-")
		)
		self.assertFalse(payment_end.PaymentEnd("me").can_render())

	def test_link_in_the_mail(self):
		"""The capital release request has a button to pay online."""
		template = frappe.get_doc("Email Template", events.TEMPLATE_PREFIX + "Capital Release Request")
		template.update(
			{"use_html": 1, "response_html": email_templates.text_of("Capital Release Request")[1]}
		)
		template.save()  # as it is shipped; this site may have an older one
		self.subscription.resend("Capital Release Request")
		messages = frappe.get_all("Email Queue", {"reference_name": self.subscription.name}, pluck="message")
		texts = [message.replace("=\r\n", "").replace("=\n", "") for message in messages]
		self.assertTrue(any("membership-payment" in text for text in texts))


class TestAutomatic(OnlineCase):
	"""A cooperative that approves whoever pays."""

	def test_joins_by_paying(self):
		"""Nadia applies and is approved at once; she pays, has her shares, and the manager is told."""
		manager = factories.a_user("Membership Manager")
		cooperative = factories.a_cooperative(approval="Automatic when paid")
		application = by_a_visitor(cooperative)
		self.assertEqual(application.status, "Approved")
		page = application.as_dict()["__onload"]["payment_page"]
		self.assertIn("/membership-payment?key=", page)
		again = by_a_visitor(cooperative, **factories.the_same(application, "email", "birth_date"))
		self.assertEqual(again.name, application.name)
		subscription = frappe.get_doc("Share Subscription", {"application": application.name})
		self.assertEqual(frappe.db.get_value("Member", subscription.member, "status"), "Candidate")
		self.gateway.says(self.request_of(subscription), "Completed")
		self.assertEqual(self.outcome(subscription), "Paid")
		self.assertEqual(frappe.db.get_value("Member", subscription.member, "status"), "Active")
		self.assertEqual(frappe.db.get_value("Membership Application", application.name, "status"), "Paid")
		self.assertTrue(
			frappe.db.exists("Notification Log", {"for_user": manager, "document_name": subscription.name})
		)

	def test_after_confirmation(self):
		"""With double opt-in the approval waits for the confirmation."""

		application = by_a_visitor(factories.a_cooperative(approval="Automatic when paid", confirm_email=1))
		self.assertEqual(application.status, "To Confirm")
		with factories.as_user("Guest"):
			reception.confirm(application)
		self.assertEqual(
			frappe.db.get_value("Membership Application", application.name, "status"), "Approved"
		)

	def test_no_gateway(self):
		"""Nobody can pay online: the request waits for a manager."""
		application = by_a_visitor(
			factories.a_cooperative(approval="Automatic when paid", accounting=ELSEWHERE)
		)
		self.assertEqual(application.status, "Pending")
