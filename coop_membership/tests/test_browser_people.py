"""Who is who, in a browser: an organisation joins, an address is confirmed, shares are paid online, a representative
switches between herself and two organisations."""

from __future__ import annotations

import quopri
import re
import unittest

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.joining import reception
from coop_membership.tests import factories, gateway
from coop_membership.tests.web import DESK, PASSWORD, PHONE, BrowserCase


class TestPeople(BrowserCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		consents = [{"key": "rules", "title": "I accept the rules"}]
		cls.cooperative = cls.a_cooperative(
			ELSEWHERE, consents=consents, confirm_email=1, portal_account="On approval"
		)
		cls.open_to_all = factories.a_share_class(cls.cooperative, is_default=1).name
		cls.for_organisations = factories.a_share_class(cls.cooperative, "O", 250, for_individuals=0).name
		cls.commit()

	def link_in_mail(self, to: str, page: str) -> str:
		"""The address of one of our pages in the last mail to somebody."""
		self.look_again()
		queued = frappe.get_all("Email Queue Recipient", {"recipient": to}, pluck="parent")
		messages = frappe.get_all(
			"Email Queue", {"name": ["in", queued]}, pluck="message", order_by="creation desc"
		)
		texts = [quopri.decodestring(message).decode(errors="replace") for message in messages]
		path = next(found[0] for text in texts if (found := re.search(rf"/{page}\?key=[\w-]+", text)))
		return self.url + path

	def test_an_organisation_joins_on_a_phone(self):
		"""Le Potager asks for two shares of a class that only organisations see, with its number typed with spaces; its
		president confirms her address by the mail's link; the manager finds the organisation, its number and her."""
		page = self.open_form(self.cooperative, **PHONE)
		page.check("input[value=Organisation]")
		page.check(f"input[value='{self.for_organisations}']")
		page.fill("#join-quantity", "2")
		siren = factories.a_siren()
		email = self.fill(
			page,
			organisation_name="Le Potager",
			registration_number=f"{siren[:3]} {siren[3:6]} {siren[6:]}",
			organisation_email=f"potager.{factories.unique()}@example.com",
			representative_function="Présidente",
		)
		self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 375)
		page.check("input[value=rules]")
		self.assertIn("2 × Part O, €500.00 in total", self.submit_form(page))
		application = self.application(email)
		self.assertEqual(
			(application.status, application.applicant_name, application.registration_number),
			("To Confirm", "Le Potager", siren),
		)
		self.confirm(page, email)
		self.assertEqual(self.application(email).status, "Pending")
		application.reload()
		application.approve()
		self.commit()
		member = frappe.get_doc("Member", application.member)
		self.assertEqual((member.member_type, member.display_name), ("Organisation", "Le Potager"))
		self.assertEqual([row.function for row in member.representatives], ["Présidente"])

	def confirm(self, page, email: str) -> None:
		page.goto(self.link_in_mail(email, "confirm-membership"))
		self.assertIn("One click", page.inner_text(".coop-step"))
		self.assertEqual(self.application(email).status, "To Confirm")  # looking confirms nothing
		page.click(".coop-step button")
		page.wait_for_selector("text=your address is confirmed")

	def test_double_opt_in(self):
		"""Inès sends the form: her request waits. The mail's link opens a page; its button makes it Pending, once."""
		page = self.open_form(self.cooperative, **DESK)
		email = self.fill(page, first_name="Inès")
		page.check("input[value=rules]")
		self.submit_form(page)
		self.assertEqual(self.application(email).status, "To Confirm")
		link = self.link_in_mail(email, "confirm-membership")
		self.confirm(page, email)
		application = self.application(email)
		self.assertEqual(application.status, "Pending")
		page.goto(link)
		self.assertIn("confirmed already", page.inner_text(".coop-step"))
		self.assertEqual(page.locator(".coop-step button").count(), 0)

	def test_invited(self):
		"""Inès is approved and invited. The mail leads her to choose a password, and then to her membership."""
		subscription = factories.a_subscription(self.cooperative, first_name="Inès", last_name="Ménard")
		self.commit()
		email = frappe.db.get_value("Member", subscription.member, "email")
		page = self.page(**PHONE)
		page.goto(self.link_in_mail(email, "membership-account"))
		page.click(".coop-step button")
		page.wait_for_function("() => Boolean(window.test_password_strength)")
		for field in ("#new_password", "#confirm_password"):
			page.fill(field, PASSWORD)
		with page.expect_response(self.tells_the_strength):  # as a guest: later it would end the new session
			page.press("#new_password", "End")
		page.press("#confirm_password", "End")
		page.click("#update:enabled")
		page.wait_for_url("**/membership")
		self.assertEqual(page.inner_text(".my-membership h1"), "Inès Ménard")
		page.click(".my-urgent a")
		page.wait_for_url("**/membership/payments*")
		self.assertIn(subscription.payment_reference, page.inner_text("#my-content"))

	def tells_the_strength(self, answer) -> bool:
		return "test_password_strength" in f"{answer.url} {answer.request.post_data}"

	def test_a_representative_switches(self):
		"""Inès is a member, and represents Le Potager and La Chorale. She logs in on her phone, sees herself, switches to
		each, finds what is to be paid, and asks for more shares for the choir: its increase, not hers."""
		person = {
			"first_name": "Inès",
			"last_name": "Ménard",
			"email": f"ines.{factories.unique()}@example.com",
		}
		subscription = factories.a_subscription(self.cooperative, **person)
		factories.pay(subscription)
		organisations = []
		for name in ("Le Potager", "La Chorale"):
			application = factories.an_organisation(self.cooperative, organisation_name=name, **person)
			application.approve()
			organisations.append(frappe.get_doc("Membership Application", application.name))
		self.let_in(person["email"])

		page = self.page(**PHONE)
		page.goto(f"{self.url}/login?redirect-to=%2Fmembership")  # a link by mail is offered elsewhere
		page.fill("#login_email", person["email"])
		page.fill("#login_password", PASSWORD)
		page.click(".form-login .btn-login")
		page.wait_for_url("**/membership")
		page.wait_for_selector(".my-membership h1")
		self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 375)
		self.assertEqual(page.inner_text(".my-membership h1"), "Inès Ménard")
		self.assertEqual(page.locator(".my-urgent").count(), 0)
		self.assertEqual(page.locator(".my-switch a").count(), 3)
		for application in organisations:
			page.goto(f"{self.url}/membership")
			page.click(f".my-switch a:has-text('{application.organisation_name}')")
			page.wait_for_selector(f".my-membership h1:has-text('{application.organisation_name}')")
			self.assertIn("€75.00", page.inner_text(".my-urgent"))
			page.click(".my-urgent a")
			page.wait_for_url("**/membership/payments*")
			reference = frappe.db.get_value(
				"Share Subscription", {"application": application.name}, "payment_reference"
			)
			self.assertIn(reference, page.inner_text("#my-content"))
			self.assertIn("€75.00", page.inner_text("#my-content"))
		page.click(".my-menu a:has-text('Shares')")
		page.wait_for_url("**/membership/shares*")
		page.click("#my-content a[href*='/join?']")
		page.wait_for_selector(".join-total strong")
		self.assertEqual(page.input_value("#join-organisation_name"), "La Chorale")
		page.check("input[value=rules]")
		self.submit_form(page)
		self.look_again()
		increase = frappe.get_last_doc("Membership Application", {"cooperative": self.cooperative.name})
		self.assertEqual(
			(increase.member, increase.source, increase.status),
			(organisations[-1].member, "Portal", "Pending"),
		)


class TestPayingOnline(BrowserCase):
	"""Where the app `payments` is: a cooperative that approves whoever pays."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		if not (gateway.is_possible() and gateway.is_served(cls.url)):
			raise unittest.SkipTest("no payment gateways here")
		cls.account = gateway.an_account()
		cls.cooperative = cls.a_cooperative(approval="Automatic when paid", portal_account="On payment")
		factories.a_share_class(cls.cooperative, minimum_quantity=2)
		cls.commit()

	@classmethod
	def tidy_up(cls):
		super().tidy_up()
		if account := getattr(cls, "account", None):
			frappe.delete_doc("Payment Gateway Account", account, force=True)
			cls.commit()

	def test_joins_by_paying(self):
		"""Nadia applies on her phone and opens the payment by the link in the message. Her card is refused: she is back on our page, which offers
		to try again on the same request. The second time it works: she has her shares and an account."""
		page = self.open_form(self.cooperative, **PHONE)
		email = self.fill(page, first_name="Nadia")
		self.assertIn("the link to pay online", self.submit_form(page))
		reception.run(self.application(email).name)  # as the worker does
		self.commit()
		asked = {"application": self.application(email).name}
		page.goto(frappe.get_doc("Share Subscription", asked).payment_page())
		page.wait_for_selector(".coop-step button")
		self.assertIn("€50.00", page.inner_text(".coop-step"))

		page.click(".coop-step button")
		page.wait_for_selector("text=50.0 EUR")
		page.click("button[value=Failed]")
		page.wait_for_url("**/membership-payment?key=*")
		self.assertIn("The payment did not work", page.inner_text(".coop-step"))
		self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 375)

		page.click(".coop-step button:has-text('Try again')")
		page.wait_for_selector("text=50.0 EUR")
		page.click("button[value=Completed]")
		page.wait_for_url("**/membership-payment?key=*")
		self.assertIn("your payment has arrived", page.inner_text(".coop-step"))

		application = self.application(email)
		subscription = frappe.get_doc("Share Subscription", {"application": application.name})
		factories.settle(subscription.name)  # as the worker does
		self.commit()
		requests = frappe.get_all(
			"Payment Request", {"reference_name": subscription.sales_invoice}, pluck="status"
		)
		self.assertEqual(requests, ["Paid"])
		member = frappe.get_doc("Member", subscription.member)
		self.assertEqual((member.status, member.total_shares), ("Active", 2))
		self.assertEqual(member.invited_user, email)  # the account is hers once she has opened the invitation
