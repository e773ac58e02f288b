"""Dues in a browser, on a phone: joining with nothing else, a tariff with its proof, renewing from the mail, a household, leaving.

With $COOP_SCREENSHOTS set, pictures are left there.
"""

from __future__ import annotations

import os
from pathlib import Path

import frappe
from frappe.utils import add_days, add_months, flt, getdate, today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.dues import dues, household, renewal
from coop_membership.portal import sections
from coop_membership.register import standing
from coop_membership.tests import factories
from coop_membership.tests.web import DESK, PHONE, BrowserCase


class TestDuesOnAPhone(BrowserCase):
	"""An association: 60 a rolling year, from 20 on as one chooses, 30 for students with a proof; 90 for a household of three."""

	def setUp(self):
		super().setUp()
		self.club = self.a_cooperative(
			ELSEWHERE, kind=standing.WITH_DUES, portal_account="On approval", language="fr"
		)
		self.single = factories.a_plan(
			self.club,
			period="Rolling",
			free_amount=1,
			minimum_amount=20,
			on_website=1,
			tariffs=[{"title": "Étudiants", "price": 30, "needs_proof": 1}],
		)
		self.family = factories.a_plan(self.club, "Foyer", 90, period="Rolling", covers=3, on_website=1)
		self.commit()

	def picture(self, page, name: str) -> None:
		if folder := os.environ.get("COOP_SCREENSHOTS"):
			page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

	def narrow(self, page) -> None:
		wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
		self.assertLessEqual(wide, 1)

	def a_payer(self, plan, first_name: str):
		"""Somebody whose dues end in a month."""
		asked = factories.an_application(self.club, shares={}, plan=plan.name, first_name=first_name)
		asked.approve()
		first = frappe.get_doc("Membership", {"application": asked.name})
		first.record_payment(first.amount, today())
		ends = add_months(today(), 1)
		first.reload()
		first.db_set({"from_date": add_months(ends, -12), "to_date": ends})
		factories.open_invitations(asked.member)
		member = frappe.get_doc("Member", asked.member)
		self.let_in(member.user)
		return member

	def test_joining_with_dues_only(self):
		"""Inès chooses the students' tariff, is told that the proof is missing, says that she shows it, and is asked for 30."""
		page = self.open_form(self.club, **PHONE)
		self.assertFalse(page.is_visible("#join-quantity"))
		page.check(f"input[value='{self.single.name}']")
		page.check("input[name=join_tariff][value='Étudiants']")
		self.assertIn("€30.00", page.inner_text(".join-total"))
		email = self.fill(page, first_name="Inès")
		page.click(".submit-btn")
		self.assertIn("Please say how you show it", page.inner_text(".join-problems"))
		page.check("input[name=join_proof][value='Shown at the office']")
		self.narrow(page)
		self.picture(page, "join-tariff-phone-en")
		self.assertIn("€30.00", self.submit_form(page))
		application = self.application(email)
		self.assertEqual((application.tariff, application.tariff_proof), ("Étudiants", "Shown at the office"))
		self.assertEqual(flt(application.amount), 30)

	def test_an_amount_of_ones_own(self):
		"""10 is too little and said beside the field; 45,50 is asked for."""
		page = self.open_form(self.club, "fr", **PHONE)
		page.check(f"input[value='{self.single.name}']")
		page.fill("#join-amount", "10")
		email = self.fill(page)
		page.click(".submit-btn")
		self.assertIn("trop bas", page.inner_text(".join-problems"))
		page.fill("#join-amount", "45,50")
		self.assertIn("45,50", page.inner_text(".join-total"))
		self.picture(page, "join-amount-phone-fr")
		self.submit_form(page)
		self.assertEqual(flt(self.application(email).amount), 45.5)

	def test_renewing_from_the_mail(self):
		"""The mail's page says what to pay without a login; paid with that reference, it thanks, and the own page has the next year."""
		ines = self.a_payer(self.single, "Inès")
		self.single.db_set("renewal_notice_days", 60)
		dues.daily()
		self.commit()
		asked = renewal.open_dues(ines)
		key = renewal.link(asked).partition("key=")[2]
		page = self.page("en", **PHONE)
		page.goto(f"{self.url}/membership-renewal?key={key}&_lang=en", wait_until="domcontentloaded")
		self.assertIn(asked.payment_reference, page.inner_text(".coop-step"))
		self.narrow(page)
		asked.record_payment(60, today(), reference=asked.payment_reference)
		self.commit()
		page.reload(wait_until="domcontentloaded")
		self.assertIn("your dues are paid", page.inner_text("h1"))
		mine = self.page("en", ines.user, **PHONE)
		mine.goto(f"{self.url}{sections.address('dues', ines.name, _lang='en')}")
		self.look_again()
		until = frappe.db.get_value("Membership", asked.name, "to_date")
		self.assertEqual(renewal.paid_until(ines), getdate(until))
		self.assertIn(str(getdate(until).year), mine.inner_text(".my-card"))

	def test_leaving(self):
		"""One button and a question: nothing is asked any more, and she stays until the last day."""
		ines = self.a_payer(self.single, "Inès")
		page = self.page("en", ines.user, **PHONE)
		page.on("dialog", lambda dialog: dialog.accept())
		page.goto(
			f"{self.url}{sections.address('dues', ines.name, _lang='en')}", wait_until="domcontentloaded"
		)
		page.locator("summary", has_text="Pause or leave").click()
		page.fill("#leaving", "I move away")
		self.press(page, "dues.leave")
		self.assertIn("not asked for dues any more", page.inner_text("#my-content"))
		self.look_again()
		now = frappe.get_doc("Member", ines.name)
		self.assertEqual((now.dues_renewal, now.status), (renewal.NO_MORE, "Active"))

	def test_a_household(self):
		"""Anna adds Bo, who waits for the mailbox; takes that back; has Cleo, covered by a manager, pay from the next year on."""
		anna, cleo = self.a_payer(self.family, "Anna"), self.a_payer(self.single, "Cléo")
		household.cover(anna, cleo)
		self.commit()
		page = self.page("fr", anna.user, **PHONE)
		page.on("dialog", lambda dialog: dialog.accept())
		page.goto(
			f"{self.url}{sections.address('dues', anna.name, _lang='fr')}", wait_until="domcontentloaded"
		)
		page.locator("summary", has_text="Ajouter une personne").click()
		page.fill("#person-first", "Bo")
		page.fill("#person-last", "Roux")
		page.fill("#person-email", f"bo.{factories.unique()}@example.com")
		self.narrow(page)
		self.picture(page, "portal-household-phone-fr")
		self.press(page, "dues.add_person")
		self.assertIn("Bo Roux", page.inner_text(".my-household"))
		self.press(page, "dues.drop_person")
		self.assertNotIn("Bo Roux", page.inner_text(".my-household"))
		self.press(page, "dues.change_head")
		self.look_again()
		self.assertEqual(household.head_of(anna.name).head, cleo.name)
		self.assertEqual(
			getdate(household.head_of(anna.name).from_date),
			getdate(add_days(renewal.paid_until(frappe.get_doc("Member", anna.name)), 1)),
		)
		desk = self.page("fr", cleo.user, **DESK)
		desk.goto(
			f"{self.url}{sections.address('dues', cleo.name, _lang='fr')}", wait_until="domcontentloaded"
		)
		desk.wait_for_selector("#my-content h1")
		self.assertIn("Anna", desk.inner_text(".my-card"))
		self.picture(desk, "portal-covered-desk-fr")

	def press(self, page, action: str) -> None:
		with page.expect_response(lambda answer: f"{action}" in answer.url) as answered:
			page.locator(f"form[data-action$='{action}'] button").first.click()
		self.assertEqual(answered.value.status, 200, action)
		page.wait_for_selector("#my-flash:not(:empty)")
