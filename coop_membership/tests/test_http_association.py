"""An association from its first form to its first paid member, and where a site's address alone leads; over HTTP."""

from __future__ import annotations

import json

import frappe
from frappe.utils import today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.portal import first_page
from coop_membership.register import standing
from coop_membership.tests import factories
from coop_membership.tests.web import ACCEPT, PASSWORD, PERSON, WebCase, an_address


class TestFirstMember(WebCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager = cls.a_user("Membership Manager")

	def act(self, session, doctype: str, name: str, method: str, **values):
		"""What a button of the desk does."""
		sent = {"dt": doctype, "dn": name, "method": method, "args": json.dumps(values)}
		answer = session.post(f"{self.url}/api/method/run_doc_method", data=sent, timeout=60)
		self.assertEqual(answer.status_code, 200, answer.text[:500])
		self.look_again()
		return answer.json().get("message")

	def test_from_nothing_to_the_first_paid_member(self):
		"""One form, one request from the public page, one approval, one payment of 25: member number 1 with a page of her
		own and a card as PDF, and shares nowhere.
		"""
		desk = self.logged_in(self.manager)
		form = {
			"title": f"Les Voisins {factories.unique()}",
			"kind": standing.WITH_DUES,
			"country": "France",
			"language": "fr",
			"currency": "EUR",
			"contact_email": "bonjour@voisins.example",
			"iban": factories.IBAN,
			"accounting": ELSEWHERE,
			"first_dues": 25,
			"first_dues_period": "Rolling",
			"portal_account": "On payment",
		}
		made = desk.post(f"{self.url}/api/resource/Cooperative", json=form, timeout=60)
		self.assertEqual(made.status_code, 200, made.text[:500])
		name = made.json()["data"]["name"]
		self.look_again()
		self.cooperatives.append(frappe.get_doc("Cooperative", name))
		plan = frappe.db.get_value("Membership Plan", {"cooperative": name})

		page = self.send("GET", f"/join/new?cooperative={name}", headers={"Accept": "text/html"})
		self.assertEqual(page.status_code, 200)
		self.assertIn("Cotisation annuelle", page.text)
		email = f"ines.{factories.unique()}@example.com"
		request = {
			**PERSON,
			"doctype": "Membership Application",
			"web_form_name": "join",
			"cooperative": name,
			"applicant_type": "Individual",
			"email": email,
			"language": "fr",
			"share_class": "",
			"quantity": 0,
			"plan": plan,
			"accepted_consents": "[]",
		}
		sent = self.send("POST", ACCEPT, data={"web_form": "join", "data": json.dumps(request)})
		self.assertEqual(sent.status_code, 200, sent.text[:500])
		self.look_again()
		application = frappe.db.get_value("Membership Application", {"email": email})

		self.act(desk, "Membership Application", application, "approve")
		dues = frappe.get_doc("Membership", {"application": application})
		self.assertEqual((dues.status, dues.amount), ("Open", 25))
		self.act(desk, "Membership", dues.name, "record_payment", amount=25, posting_date=today())
		member = frappe.get_doc("Member", dues.member)
		self.assertEqual((member.status, member.member_number, member.total_shares), ("Active", 1, 0))
		self.assertEqual(frappe.db.get_value("Membership Application", application, "status"), "Paid")

		self.users.append(email)
		self.let_in(email)
		answer = self.send("POST", "/api/method/login", data={"usr": email, "pwd": PASSWORD})
		self.assertEqual(answer.json()["home_page"], "/membership")
		hers = self.logged_in(email)
		own = hers.get(f"{self.url}/", timeout=60)
		self.assertEqual(own.status_code, 200)
		self.assertIn("Camille Durand", own.text)
		self.assertIn("Cotisation annuelle", hers.get(f"{self.url}/membership/dues", timeout=60).text)
		self.assertNotIn("/join?", own.text)
		card = hers.get(
			f"{self.url}/api/method/coop_membership.portal.my_membership.certificate?member={member.name}",
			timeout=60,
		)
		self.assertEqual((card.status_code, card.content[:4]), (200, b"%PDF"))

	def test_the_first_page(self):
		"""A visitor without an account finds three doors; who runs a home page of their own keeps it."""
		cooperative = self.a_cooperative(ELSEWHERE)
		factories.a_share_class(cooperative)
		self.commit()
		page = self.send("GET", f"/{first_page.ROUTE}", an_address(), headers={"Accept": "text/html"})
		self.assertEqual(page.status_code, 200)
		for door in ('href="/join', "/login?redirect-to=%2Fmembership", "/login?redirect-to=%2Fapp"):
			self.assertIn(door, page.text)
		self.assertEqual(first_page.home_page_of("Guest"), first_page.ROUTE)
		self.assertIsNone(first_page.home_page_of(self.manager))
		before = frappe.db.get_single_value("Website Settings", "home_page")
		try:
			frappe.db.set_single_value("Website Settings", "home_page", "about")
			self.assertIsNone(first_page.home_page_of("Guest"))
		finally:
			frappe.db.set_single_value("Website Settings", "home_page", before)
