"""A guest joins in a browser, on a phone and at a desk. Needs a served site, as test_http_join.py does."""

from __future__ import annotations

import os
import shutil
import unittest

import frappe
from frappe.tests.utils import FrappeTestCase

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import factories

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1200, "height": 900}}


class TestJoinInBrowser(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		cls.url = os.environ.get("COOP_SITE_URL")
		if not cls.url or not CHROMIUM:
			raise unittest.SkipTest("no served site (COOP_SITE_URL) or no Chromium")
		try:
			from playwright.sync_api import sync_playwright
		except ImportError:
			raise unittest.SkipTest("Playwright is not installed") from None
		super().setUpClass()
		consents = [
			{"key": "rules", "title": "I accept the rules", "text": f"<p>{'Be kind. ' * 40}</p>"},
			{"key": "news", "title": "Send me news", "required": 0},
		]
		cls.cooperative = factories.a_cooperative(ELSEWHERE, consents=consents)
		cls.part_a = factories.a_share_class(cls.cooperative, "A", is_default=1, minimum_quantity=2).name
		cls.part_b = factories.a_share_class(cls.cooperative, "B", 100, maximum_quantity=5).name
		factories.a_share_class(cls.cooperative, "O", 250, for_individuals=0)
		frappe.db.commit()  # the server reads the same database
		frappe.clear_cache()
		cls.playwright = sync_playwright().start()
		cls.browser = cls.playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)

	@classmethod
	def tearDownClass(cls):
		cls.browser.close()
		cls.playwright.stop()
		factories.forget(cls.cooperative)
		super().tearDownClass()

	def open(self, language: str = "en", **screen):
		context = self.browser.new_context(locale=language, **screen)
		self.addCleanup(context.close)
		page = context.new_page()
		self.errors = []
		page.on("pageerror", lambda error: self.errors.append(str(error)))
		page.goto(
			f"{self.url}/join?cooperative={self.cooperative.name}&_lang={language}",
			wait_until="domcontentloaded",
		)
		page.wait_for_selector(".join-total strong")
		return page

	def fill(self, page, email: str) -> None:
		for field, text in (
			("first_name", "Inès"),
			("last_name", "O'Brien-Ménard"),
			("birth_date", "1990-02-28"),
			("email", email),
			("address_line1", "3 rue des Lilas"),
			("postcode", "35000"),
			("city", "Rennes"),
		):
			page.fill(f"#join-{field}", text)

	def application(self, email: str):
		frappe.db.rollback()  # a new look at what the server wrote
		return frappe.get_doc("Membership Application", {"email": email})

	def test_on_a_phone(self):
		page = self.open(**PHONE)
		self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 375)
		self.assertIn("€50.00", page.inner_text(".join-total"))
		page.click(".join-stepper button:last-child")
		self.assertIn("€75.00", page.inner_text(".join-total"))
		email = f"ines.{factories.unique()}@example.com"
		self.fill(page, email)
		page.select_option("#join-country", "Belgium")
		page.check("input[value=rules]")
		page.click(".submit-btn")
		page.wait_for_selector(".success-page:not(.hide)")
		said = page.inner_text(".success-page")
		for words in ("Thank you, Inès!", "3 × Part A, €75.00 in total", email, "What happens next?"):
			self.assertIn(words, said)
		application = self.application(email)
		self.assertEqual(
			(application.status, application.source, application.country), ("Pending", "Website", "Belgium")
		)
		self.assertEqual([(row.share_class, row.quantity) for row in application.shares], [(self.part_a, 3)])
		self.assertEqual([row.key for row in application.consents], ["rules"])
		self.assertFalse(self.errors)

	def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(self):
		page = self.open(**DESK)
		email = f"ines.{factories.unique()}@example.com"
		self.fill(page, email)
		page.fill("#join-city", "")
		page.click(".submit-btn")
		self.assertIn("City is missing. Please fill it in.", page.inner_text("[data-fieldname=city]"))
		self.assertIn("Please read and accept: I accept the rules.", page.inner_text(".join-problems"))
		page.fill("#join-city", "Rennes")
		page.check("input[value=rules]")
		page.fill("#join-iban", "FR00 1234")  # found by the server
		page.click(".submit-btn")
		page.wait_for_selector("[data-fieldname=iban] .join-problem")
		self.assertIn("This is not a valid IBAN.", page.inner_text("[data-fieldname=iban]"))
		self.assertEqual(page.inner_text(".join-problems ul").count("\n"), 0)
		self.assertEqual(page.input_value("#join-last_name"), "O'Brien-Ménard")
		page.fill("#join-iban", "")
		page.click(".submit-btn")
		page.wait_for_selector(".success-page:not(.hide)")
		self.assertTrue(self.application(email))
		self.assertFalse(self.errors)

	def test_classes_follow_who_applies(self):
		page = self.open(**DESK)
		self.assertEqual(page.locator(".join-classes .join-choice").count(), 2)
		self.assertFalse(page.is_visible("#join-organisation_name"))
		page.check("input[value=Organisation]")
		self.assertEqual(page.locator(".join-classes .join-choice").count(), 3)
		self.assertTrue(page.is_visible("#join-organisation_name"))
		page.check(f"input[value='{self.part_b}']")
		page.fill("#join-quantity", "6")
		page.click(".submit-btn")
		self.assertIn("At most 5 shares of Part B can be subscribed.", page.inner_text(".join-problems"))
		self.assertIn("Organisation name is missing.", page.inner_text(".join-problems"))

	def test_in_french(self):
		page = self.open("fr", **PHONE)
		self.assertIn(f"Rejoindre {self.cooperative.title}", page.inner_text("h1"))
		self.assertIn("Prénom", page.inner_text("[data-fieldname=first_name]"))
		self.assertEqual(page.input_value("#join-language"), "fr")
		self.assertIn("Belgique", page.inner_text("#join-country"))
		page.click(".submit-btn")
		self.assertIn("Prénom manque. Remplissez ce champ.", page.inner_text(".join-problems"))
		page.click("a[hreflang=en]")
		page.wait_for_selector(".join-total strong")
		self.assertIn(f"Join {self.cooperative.title}", page.inner_text("h1"))

	def test_people_do_not_see_the_trap(self):
		page = self.open(**DESK)
		box = page.locator("[data-fieldname=website]").first.bounding_box()
		self.assertLess(box["x"] + box["width"], 0)
