"""What a member sees after logging in, over HTTP: My membership, and the host's own pages of invoices."""

from __future__ import annotations

import frappe

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.accounting.in_erpnext.items import service_item
from coop_membership.portal import sign_up
from coop_membership.tests import factories
from coop_membership.tests.web import WebCase


class TestPortal(WebCase):
	"""Two people are approved and get their accounts; each asks for the other's things."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(portal_account="On approval")
		cls.subscriptions = [
			factories.a_subscription(cls.cooperative, first_name=name) for name in ("Inès", "Omar")
		]
		cls.members = [frappe.get_doc("Member", one.member) for one in cls.subscriptions]
		for member, subscription in zip(cls.members, cls.subscriptions, strict=True):
			subscription.reload()
			cls.let_in(member.user)

	def setUp(self):
		self.me, self.other = self.members
		self.mine, self.others = self.subscriptions
		self.session = self.logged_in(self.me.user)

	def get(self, path: str, **parameters):
		return self.session.get(self.url + path, params=parameters, timeout=120)

	def test_my_membership(self):
		"""She sees what she has to pay; the other's page is refused, and a guest logs in first and comes back."""
		seen = self.get("/membership/payments")
		self.assertEqual(seen.status_code, 200)
		self.assertIn(self.mine.payment_reference, seen.text)
		self.assertNotIn(self.others.payment_reference, seen.text)
		refused = self.get("/membership/payments", member=self.other.name)
		self.assertEqual(refused.status_code, 403)
		for secret in (self.other.display_name, self.others.payment_reference):
			self.assertNotIn(secret, refused.text)
		led = self.get("/my-membership", member=self.me.name)  # the address of before
		self.assertTrue(led.url.endswith(f"/membership?member={self.me.name}"), led.url)
		self.session.cookies.clear()
		led = self.get("/membership", member=self.me.name)
		self.assertRegex(led.url, r"/login\?redirect-to=%2Fmembership%3Fmember%3D")

	def test_more_shares(self):
		"""The form for the chosen member; not for another's, and not for guests."""
		cooperative = self.cooperative.name
		form = self.get("/join", cooperative=cooperative, member=self.me.name)
		self.assertEqual(form.status_code, 200)
		self.assertIn(self.me.email, form.text)
		refused = self.get("/join", cooperative=cooperative, member=self.other.name)
		self.assertEqual(refused.status_code, 403)
		self.assertNotIn(self.other.email, refused.text)
		self.session.cookies.clear()
		self.assertIn("/login?", self.get("/join", cooperative=cooperative, member=self.me.name).url)

	def test_certificate_of_another(self):
		"""Nobody downloads another's certificate, guests none at all."""
		path = "/api/method/coop_membership.portal.my_membership.certificate"
		self.assertEqual(self.get(path, member=self.other.name).status_code, 403)
		self.session.cookies.clear()
		self.assertEqual(self.get(path, member=self.me.name).status_code, 403)

	def test_menu(self):
		"""The page is in the host's menu of the portal."""
		self.assertIn('href="/membership"', self.get("/membership").text)

	def test_invoices(self):
		"""The host's list shows her invoice only; its page and its PDF open for her, the other's for nobody but them."""
		if not host.has_erpnext():
			self.skipTest("no invoices here")
		listed = self.get("/invoices")
		self.assertEqual(listed.status_code, 200)
		self.assertIn(self.mine.sales_invoice, listed.text)
		self.assertNotIn(self.others.sales_invoice, listed.text)
		self.assertEqual(self.get(f"/invoices/{self.mine.sales_invoice}").status_code, 200)
		self.assertEqual(self.get(f"/invoices/{self.others.sales_invoice}").status_code, 403)
		pdf = self.pdf(self.mine.sales_invoice)
		self.assertTrue(pdf.content.startswith(b"%PDF"), pdf.text[:500])
		self.assertEqual(self.pdf(self.others.sales_invoice).status_code, 403)

	def pdf(self, invoice: str):
		return self.get(
			"/api/method/frappe.utils.print_format.download_pdf",
			doctype="Sales Invoice",
			name=invoice,
			format="Standard",
		)

	def test_orders_and_quotations(self):
		"""Made by the shop, they stand on the host's pages of the member whose customer they name, and are linked."""
		if not host.has_erpnext():
			self.skipTest("no orders here")
		for route, doctype in (("/orders", "Sales Order"), ("/quotations", "Quotation")):
			mine, others = (self.shop(doctype, member) for member in (self.me, self.other))
			listed = self.get(route)
			self.assertEqual(listed.status_code, 200)
			self.assertIn(mine, listed.text)
			self.assertNotIn(others, listed.text)
			self.assertEqual(self.get(f"{route}/{mine}").status_code, 200)
			self.assertEqual(self.get(f"{route}/{others}").status_code, 403)
			self.assertIn(f'href="{route}"', self.get("/membership/payments").text)

	def shop(self, doctype: str, member) -> str:
		"""A submitted order or quotation of a member's Customer."""

		item = service_item("COOP-TEST-SOAP", "Soap")
		party = (
			{"customer": member.customer, "delivery_date": frappe.utils.today()}
			if doctype == "Sales Order"
			else {"quotation_to": "Customer", "party_name": member.customer}
		)
		document = frappe.get_doc(
			{
				"doctype": doctype,
				"company": factories.COMPANY,
				"currency": "EUR",
				"selling_price_list": frappe.db.get_value("Price List", {"selling": 1}),
				"conversion_rate": 1,
				"plc_conversion_rate": 1,
				**party,
				"items": [{"item_code": item, "qty": 1, "rate": 4}],
			}
		)
		document.insert()
		document.submit()
		self.commit()
		self.addCleanup(self.commit)
		self.addCleanup(factories.wipe, doctype, {"name": document.name})
		return document.name


class TestSignUpPage(WebCase):
	"""The host's login page leads to the form while a cooperative says so."""

	def page(self) -> str:
		return self.send("GET", "/login", headers={"Accept": "text/html"}).text

	def test_replaced_and_back(self):
		cooperative = self.a_cooperative(ELSEWHERE)
		others = frappe.get_all("Cooperative", {"replaces_signup": 1}, pluck="name")
		for name in others:
			self.addCleanup(self.switch, name, 1)
			self.switch(name, 0)
		self.addCleanup(self.sign_up_open, frappe.db.get_single_value("Website Settings", "disable_signup"))
		self.sign_up_open(0)
		self.assertNotIn("/join", self.page())
		self.switch(cooperative.name, 1)
		ours = self.page()
		self.assertTrue(self.leads_to_the_form(ours))
		self.switch(cooperative.name, 0)
		self.assertFalse(self.leads_to_the_form(self.page()))
		self.assertNotEqual(sign_up.template(), sign_up.OURS)

	def leads_to_the_form(self, page: str) -> bool:
		"""By our template, or by Dokos's own script that goes to a form."""
		return 'href="/join"' in page or 'window.custom_signup = "join"' in page

	def switch(self, cooperative: str, on: int) -> None:
		doc = frappe.get_doc("Cooperative", cooperative)
		doc.replaces_signup = on
		doc.save()
		self.commit()

	def sign_up_open(self, disabled: int) -> None:
		frappe.db.set_single_value("Website Settings", "disable_signup", disabled)
		self.commit()
