"""What the page of dues says they cost is what is asked for once its button is pressed."""

from __future__ import annotations

from datetime import date
from unittest.mock import patch

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.dues import breaks, dues, renewal
from coop_membership.dues.periods import CALENDAR_YEAR, ROLLING
from coop_membership.portal import dues as portal
from coop_membership.portal.pages.dues import Dues
from coop_membership.prints.wording import money
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

NOVEMBER = date(2026, 11, 14)
TEMPLATE = "templates/includes/portal/dues.html"


class TestPrices(FrappeTestCase):
	"""On 14 November. Inès holds shares and has never paid dues."""

	def setUp(self):
		self.cooperative = factories.a_cooperative(ELSEWHERE, portal_account="On approval")
		self.ines = factories.a_member(self.cooperative, first_name="Inès")
		for module in (renewal, dues):
			day = patch.object(
				module, "getdate", lambda *said: frappe.utils.getdate(*said) if said else NOVEMBER
			)
			day.start()
			self.addCleanup(day.stop)

	def words(self) -> dict:
		with factories.as_user(self.ines.user):
			return Dues().words(frappe.get_doc("Member", self.ines.name))

	def page(self) -> str:
		with factories.as_user(self.ines.user):
			member = frappe.get_doc("Member", self.ines.name)
			shown = frappe._dict(only_looks=False, member=member.name)
			return frappe.render_template(
				TEMPLATE, {"my": frappe._dict(Dues().words(member)), "portal": shown}
			)

	def asked_after(self, plan, **chosen) -> str:
		"""Press the button; what is asked for then, as the page writes amounts."""
		with factories.as_user(self.ines.user):
			portal.renew(plan=plan.name, member=self.ines.name, **chosen)
		asked = renewal.open_dues(frappe.get_doc("Member", self.ines.name))
		said = money(asked.amount, "EUR")
		asked.cancel()
		return said

	def test_each_kind_of_plan(self):
		"""Whole, for two months of a year, with an entry fee, by a tariff: the button says what will be asked."""
		tariffs = [{"title": "Solidaire", "price": 12}, {"title": "Étudiant", "price": 6, "needs_proof": 1}]
		for values, expected in (
			({"period": ROLLING, "price": 24}, "€24.00"),
			({"period": CALENDAR_YEAR, "price": 24, "prorate": 1}, "€4.00"),
			({"period": CALENDAR_YEAR, "price": 24, "prorate": 1, "entry_fee": 5}, "€9.00"),
			({"period": CALENDAR_YEAR, "price": 24, "prorate": 1, "tariffs": tariffs}, "€4.00"),
		):
			with self.subTest(**values):
				plan = factories.a_plan(
					self.cooperative, title=f"Formule {factories.unique()}", on_website=1, **values
				)
				[shown] = [one for one in self.words()["plans"] if one["name"] == plan.name]
				self.assertEqual(shown["asked"], expected)
				self.assertEqual(self.asked_after(plan), expected)
				for one in shown["tariffs"]:
					self.assertIn(self.asked_after(plan, tariff=one["title"]), one["label"])
				self.assertNotIn("Étudiant", [one["title"] for one in shown["tariffs"]])

	def test_a_tariff_that_was_given(self):
		"""A manager has seen her student card: the page shows that price alone, and it is what is asked."""
		tariffs = [{"title": "Étudiant", "price": 6, "needs_proof": 1}]
		plan = factories.a_plan(self.cooperative, price=24, prorate=1, tariffs=tariffs, on_website=1)
		self.ines.db_set("dues_tariff", "Étudiant")
		[shown] = self.words()["plans"]
		self.assertEqual((shown["asked"], shown["tariffs"]), ("€1.00", []))
		self.assertEqual(self.asked_after(plan), "€1.00")

	def test_who_is_exempt(self):
		plan = factories.a_plan(self.cooperative, price=24, on_website=1)
		breaks.add(self.ines, breaks.EXEMPTION, "2026-01-01", None, "Bénévole")
		self.assertEqual(self.words()["plans"][0]["asked"], "€0.00")
		with factories.as_user(self.ines.user):
			portal.renew(plan=plan.name, member=self.ines.name)
		self.assertTrue(renewal.paid_until(self.ines))

	def test_words_for_who_never_paid(self):
		"""Pays, and renews nothing; once dues are asked for there is nothing to choose; once they are paid one renews."""
		plan = factories.a_plan(self.cooperative, price=24, prorate=1, on_website=1)
		before = self.page()
		for words in ("Pay my dues", "(€4.00)", "Choose below"):
			self.assertIn(words, before)
		self.assertNotIn("€24.00", before)
		with factories.as_user(self.ines.user):
			portal.renew(plan=plan.name, member=self.ines.name)
		asked = self.page()
		self.assertIn("€4.00", asked)
		for words in ("Choose below", "Pay my dues", 'action="coop_membership.portal.dues.renew"'):
			self.assertNotIn(words, asked)
		renewal.open_dues(self.ines).record_payment(4, NOVEMBER)
		self.assertIn("Renew", self.page())
		self.assertNotIn("Pay my dues", self.page())
