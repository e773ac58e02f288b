"""A guest joins in a browser, on a phone and at a desk."""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import factories
from coop_membership.tests.web import DESK, PHONE, BrowserCase


class TestJoinInBrowser(BrowserCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		consents = [
			{"key": "rules", "title": "I accept the rules", "text": f"<p>{'Be kind. ' * 40}</p>"},
			{"key": "news", "title": "Send me news", "required": 0},
		]
		cls.cooperative = cls.a_cooperative(ELSEWHERE, consents=consents)
		cls.part_a = factories.a_share_class(cls.cooperative, "A", is_default=1, minimum_quantity=2).name
		cls.part_b = factories.a_share_class(cls.cooperative, "B", 100, maximum_quantity=5).name
		factories.a_share_class(cls.cooperative, "O", 250, for_individuals=0)
		cls.commit()

	def test_on_a_phone(self):
		page = self.open_form(self.cooperative, **PHONE)
		self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 375)
		self.assertIn("€50.00", page.inner_text(".join-total"))
		page.click(".join-stepper button:last-child")
		self.assertIn("€75.00", page.inner_text(".join-total"))
		email = self.fill(page, first_name="Inès", country="Belgium", postcode="1000", city="Bruxelles")
		page.check("input[value=rules]")
		said = self.submit_form(page)
		for words in ("Thank you, Inès!", "3 × Part A, €75.00 in total", email, "What happens next?"):
			self.assertIn(words, said)
		application = self.application(email)
		self.assertEqual(
			(application.status, application.source, application.country), ("Pending", "Website", "Belgium")
		)
		self.assertEqual([(row.share_class, row.quantity) for row in application.shares], [(self.part_a, 3)])
		self.assertEqual([row.key for row in application.consents], ["rules"])

	def test_with_dues(self):
		"""Two shares at 25 and dues of 60 for a year with an entry fee of 5: 115 in total; none are chosen by
		themselves.
		"""
		cooperative = self.a_cooperative(ELSEWHERE)
		factories.a_share_class(cooperative, minimum_quantity=2)
		plan = factories.a_plan(cooperative, period="Rolling", entry_fee=5)
		self.commit()
		page = self.open_form(cooperative, **PHONE)
		self.assertIn("€50.00", page.inner_text(".join-total"))
		self.assertIn("€60.00 per year, entry fee €5.00", page.inner_text(".join-dues"))
		page.check(f"input[value='{plan.name}']")
		self.assertIn("€115.00", page.inner_text(".join-total"))
		email = self.fill(page)
		self.assertIn("2 × Part A, €50.00 in total, and dues of €65.00", self.submit_form(page))
		self.assertEqual(self.application(email).plan, plan.name)

	def test_several_kinds_of_shares(self):
		"""Two of A at 25 and one of B at 100 in one request: 150 in total, two lines."""
		page = self.open_form(self.cooperative, **PHONE)
		page.click(".join-several")
		steppers = page.locator(".join-classes .join-stepper")
		self.assertEqual(steppers.count(), 2)
		steppers.nth(1).locator("button").last.click()
		self.assertIn("€150.00", page.inner_text(".join-total"))
		self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 375)
		email = self.fill(page)
		page.check("input[value=rules]")
		said = self.submit_form(page)
		for words in ("2 × Part A, 1 × Part B, €150.00 in total", "it counts once"):
			self.assertIn(words, said)
		lines = [(row.share_class, row.quantity) for row in self.application(email).shares]
		self.assertEqual(lines, [(self.part_a, 2), (self.part_b, 1)])

	def test_a_member_is_not_asked_for_what_is_known(self):
		"""Camille, logged in, sees her name and address in a few lines and no text that she accepted before; she may open
		them to change her street.
		"""
		member = factories.a_member(self.cooperative, accepted_consents="rules")
		user = self.a_user("Member")
		frappe.db.set_value("Member", member.name, "user", user)
		self.commit()
		page = self.page(user=user, **PHONE)
		page.goto(f"{self.url}/join?cooperative={self.cooperative.name}&member={member.name}")
		page.wait_for_selector(".join-total strong")
		self.assertIn("3 rue des Lilas", page.inner_text(".join-known"))
		for field in ("first_name", "email", "city"):
			self.assertFalse(page.is_visible(f"#join-{field}"), field)
		self.assertEqual(page.locator("input[value=rules]").count(), 0)
		page.click(".join-known button")
		page.fill("#join-address_line1", "5 rue des Roses")
		self.submit_form(page)
		self.look_again()
		request = frappe.get_last_doc("Membership Application", {"member": member.name, "source": "Portal"})
		self.assertEqual((request.address_line1, request.status), ("5 rue des Roses", "Pending"))

	def test_an_address_that_names_no_cooperative(self):
		page = self.page(**DESK)
		page.goto(f"{self.url}/join?cooperative=Nobody&_lang=en")
		page.wait_for_selector(".join-unknown")
		self.assertIn("The cooperative of this address is not known.", page.inner_text(".join-unknown"))

	def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(self):
		page = self.open_form(self.cooperative, **DESK)
		email = self.fill(page, last_name="O'Brien-Ménard", city="")
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
		self.submit_form(page)
		self.assertTrue(self.application(email))

	def test_classes_follow_who_applies(self):
		page = self.open_form(self.cooperative, **DESK)
		self.assertEqual(page.locator(".join-classes .join-choice").count(), 2)
		self.assertFalse(page.is_visible("#join-organisation_name"))
		page.check("input[value=Organisation]")
		self.assertEqual(page.locator(".join-classes .join-choice").count(), 3)
		self.assertTrue(page.is_visible("#join-organisation_name"))
		page.check(f"input[value='{self.part_b}']")
		page.fill("#join-quantity", "6")
		page.click(".submit-btn")
		self.assertIn("The largest number of shares of Part B is 5.", page.inner_text(".join-problems"))
		self.assertIn("Organisation name is missing.", page.inner_text(".join-problems"))

	def test_in_french(self):
		page = self.open_form(self.cooperative, "fr", **PHONE)
		self.assertIn(f"Rejoindre {self.cooperative.title}", page.inner_text("h1"))
		self.assertIn("Prénom", page.inner_text("[data-fieldname=first_name]"))
		self.assertEqual(page.input_value("#join-language"), "fr")
		self.assertIn("Belgique", page.inner_text("#join-country"))
		page.click(".submit-btn")
		self.assertIn("Le champ «\xa0Prénom\xa0» est vide. Remplissez-le.", page.inner_text(".join-problems"))
		page.click("a[hreflang=en]")
		page.wait_for_selector(".join-total strong")
		self.assertIn(f"Join {self.cooperative.title}", page.inner_text("h1"))

	def test_people_do_not_see_the_trap(self):
		page = self.open_form(self.cooperative, **DESK)
		box = page.locator("[data-fieldname=website]").first.bounding_box()
		self.assertLess(box["x"] + box["width"], 0)
