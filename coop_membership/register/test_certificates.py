"""What a certificate says: pure lots, and both prints on a site."""

from __future__ import annotations

import datetime
from decimal import Decimal

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.register.certificates import certificate, lots
from coop_membership.register.movements import Movement
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


def moved(number: int, quantity: int, day: str, **values) -> tuple[str, Movement]:
	price = Decimal(25)
	movement = Movement(
		cooperative="C",
		number=number,
		entry_type="Subscription",
		effective_date=datetime.date.fromisoformat(day),
		share_class="A",
		quantity=quantity,
		unit_price=price,
		amount=quantity * price,
		**values,
	)
	return f"E{number}", movement


def lines(*movements) -> list[tuple[str, int, int]]:
	return [(str(lot.effective_date), lot.quantity, int(lot.value)) for lot in lots(movements, "M")]


class TestLots(FrappeTestCase):
	def test_each_date_has_its_line_and_one_date_has_one(self):
		found = lines(
			moved(1, 4, "2026-01-01", to_member="M"),
			moved(2, 1, "2026-03-01", to_member="M"),
			moved(3, 2, "2026-03-01", to_member="M"),
		)
		self.assertEqual(found, [("2026-01-01", 4, 100), ("2026-03-01", 3, 75)])

	def test_the_latest_shares_leave_first(self):
		found = lines(
			moved(1, 4, "2026-01-01", to_member="M"),
			moved(2, 2, "2026-03-01", to_member="M"),
			moved(3, 3, "2026-04-01", from_member="M", to_member="N"),
		)
		self.assertEqual(found, [("2026-01-01", 3, 75)])

	def test_a_reversal_takes_back_its_own_lot(self):
		found = lines(
			moved(1, 4, "2026-01-01", to_member="M"),
			moved(2, 4, "2026-03-01", to_member="M"),
			moved(3, 4, "2026-04-01", from_member="M", reverses="E1"),
		)
		self.assertEqual(found, [("2026-03-01", 4, 100)])


class TestPrints(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(
			ELSEWHERE, bic="PSSTFRPPPAR", postal_address="12 rue du Marché\n35000 Rennes"
		)

	def printed(self, document, print_format: str, language: str = "fr") -> str:
		before, frappe.local.lang = frappe.local.lang, language
		try:
			return frappe.get_print(document.doctype, document.name, print_format=print_format)
		finally:
			frappe.local.lang = before

	def test_capital_release_request(self):
		subscription = factories.a_subscription(self.cooperative, quantity=4)
		html = self.printed(subscription, "Capital Release Request")
		for words in (
			"Demande de libération de capital",
			"12 rue du Marché",
			"Camille Durand",
			"100,00\xa0€",
			self.cooperative.iban,
			"PSSTFRPPPAR",
			subscription.payment_reference,
			"data:image/png;base64,",
		):
			self.assertIn(words, html)
		factories.pay(subscription)
		self.assertNotIn("data:image/png;base64,", self.printed(subscription, "Capital Release Request"))

	def test_no_code_outside_the_euro(self):
		self.assertFalse(frappe.db.get_value("Currency", "CHF") is None)
		franken = factories.a_cooperative(ELSEWHERE, currency="CHF")
		self.assertEqual(factories.a_subscription(franken).payment_qr(), "")

	def test_a_bic_with_spaces_is_stored_and_printed_in_one_form(self):
		"""GEBA BE BB is right: stored as GEBABEBB, and the request is printed with its code, as PDF too."""
		cooperative = factories.a_cooperative(ELSEWHERE, bic="geba BE BB ")
		self.assertEqual(cooperative.bic, "GEBABEBB")
		subscription = factories.a_subscription(cooperative)
		self.assertIn("data:image/png;base64,", self.printed(subscription, "Capital Release Request"))

	def test_a_code_that_cannot_be_made_is_left_out_of_the_page(self):
		"""What was stored before anybody checked it: a wrong IBAN, a wrong BIC, an amount beyond the standard. The page
		says what to pay, without a code."""
		for doctype, field, value in (
			("Cooperative", "iban", "FR14 2004"),
			("Cooperative", "bic", "PSST FR"),
			("Share Subscription", "outstanding_amount", 2_000_000_000),
		):
			with self.subTest(field):
				cooperative = factories.a_cooperative(ELSEWHERE, bic="PSSTFRPPPAR")
				subscription = factories.a_subscription(cooperative)
				name = cooperative.name if doctype == "Cooperative" else subscription.name
				frappe.db.set_value(doctype, name, field, value)
				frappe.clear_document_cache(doctype, name)
				html = self.printed(subscription, "Capital Release Request")
				self.assertNotIn("data:image/png;base64,", html)
				self.assertIn(subscription.name, html)

	def test_certificate_now_and_as_of_a_day(self):
		member = factories.a_member(self.cooperative, quantity=4, on="2026-03-14")
		factories.more_shares(member, 2, on="2026-06-02")
		html = self.printed(frappe.get_doc("Member", member.name), "Share Certificate")
		for words in (
			"Certificat de parts",
			"Camille Durand",
			"14/03/2026",
			"150,00\xa0€",
			"Odile Marchand",
		):
			self.assertIn(words, html)
		early = certificate(member.name, "2026-05-01")
		self.assertEqual((early.total_shares, early.total_value, len(early.lines)), (4, 100, 1))
		self.assertEqual(certificate(member.name).total_shares, 6)
