"""Joining with a tariff, or an amount of one's own: what the form offers, what the server takes, and what is then to be paid."""

from __future__ import annotations

import frappe
from frappe.utils import flt

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.dues.periods import ROLLING
from coop_membership.joining import automatic, identity_documents
from coop_membership.joining.test_file_kinds import A_PDF
from coop_membership.messages import mail
from coop_membership.portal import api, offer
from coop_membership.register import standing
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

APPLICATION, DUES = "Membership Application", "Membership"


class TestTariffs(FrappeTestCase):
	"""An association: 60 a rolling year, from 20 on as one chooses; 30 for students with a proof, 100 for friends; entry 5."""

	def setUp(self):
		self.club = factories.a_cooperative(ELSEWHERE, kind=standing.WITH_DUES)
		self.plan = factories.a_plan(
			self.club,
			period=ROLLING,
			on_website=1,
			entry_fee=5,
			free_amount=1,
			minimum_amount=20,
			tariffs=[
				{"title": "Students", "price": 30, "needs_proof": 1},
				{"title": "Friends", "price": 100},
			],
		)

	def sent(self, **values):
		"""What a website sends for somebody new; returns the request."""
		email = f"ines.{factories.unique()}@example.com"
		person = {
			"applicant_type": "Individual",
			"first_name": "Inès",
			"last_name": "Rousseau",
			"birth_date": "1991-06-24",
			"email": email,
			"address_line1": "3 rue des Lilas",
			"postcode": "35000",
			"city": "Rennes",
			"country": "France",
		}
		consents = [row.key for row in frappe.get_doc("Cooperative", self.club.name).consents if row.required]
		asked = {"cooperative": self.club.name, "plan": self.plan.name, "consents": consents}
		api.receive({**person, **asked, **values})
		return frappe.get_last_doc(APPLICATION, {"email": email})

	def asked(self, application):
		application.approve()
		return frappe.get_doc(DUES, {"application": application.name})

	def test_what_is_offered(self):
		[plan] = offer.plans(self.club.name)
		self.assertEqual((plan["free_amount"], plan["minimum_amount"], plan["covers"]), (True, 20, 1))
		self.assertEqual(
			[(one["name"], one["price_now"], one["needs_proof"]) for one in plan["tariffs"]],
			[("Students", 30, True), ("Friends", 100, False)],
		)

	def test_what_is_then_to_be_paid(self):
		"""The plan's price, a tariff's, or the own amount, each with the entry fee of 5; renewed at the same tariff."""
		for values, amount, tariff in (
			({}, 65, None),
			(
				{"chosen_amount": "", "tariff": "", "tariff_proof": ""},
				65,
				None,
			),  # as the form sends what nobody wrote
			({"tariff": "Friends"}, 105, "Friends"),
			({"tariff": "Students", "tariff_proof": "Shown at the office"}, 35, "Students"),
			({"chosen_amount": "45,50"}, 50.5, None),
			({"chosen_amount": 20}, 25, None),
			({"tariff": "Friends", "chosen_amount": "150"}, 155, "Friends"),
		):
			with self.subTest(**values):
				application = self.sent(**values)
				self.assertEqual(flt(application.amount), amount)
				asked = self.asked(application)
				self.assertEqual((flt(asked.amount), asked.tariff), (amount, tariff))
				self.assertEqual(frappe.db.get_value("Member", asked.member, "dues_tariff"), tariff)

	def test_refused(self):
		"""Below the least amount, a tariff without its proof, or one of nobody's: nothing is kept, and a code says why."""
		fixed = factories.a_plan(self.club, "Fixe", 40, on_website=1)
		for values, code in (
			({"chosen_amount": "19,99"}, "too_low"),
			({"tariff": "Friends", "chosen_amount": "99"}, "too_low"),
			({"chosen_amount": -5}, "too_low"),
			({"chosen_amount": 999_999_999}, "too_high"),
			({"tariff": "Students"}, "needs_proof"),
			({"tariff": "Nobody"}, "no_tariff"),
			({"tariff": "Students", "tariff_proof": "Trust me"}, "proof_unknown"),
			({"plan": fixed.name, "chosen_amount": "10"}, "not_free"),
			({"plan": fixed.name, "tariff": "Students", "tariff_proof": "Sent online"}, "no_tariff"),
			({"chosen_amount": "1.000"}, None),
			({"chosen_amount": "lots"}, None),
			({"amount": 1}, "field_unknown"),
		):
			with self.subTest(**values):
				frappe.local.response.pop("problems", None)
				before = frappe.db.count(APPLICATION)
				self.assertRaises(frappe.ValidationError, self.sent, **values)
				self.assertEqual(frappe.db.count(APPLICATION), before)
				if code:
					codes = [one["code"] for one in frappe.local.response.get("problems", ())]
					self.assertEqual(codes, [code])

	def test_a_proof_sent_online(self):
		"""She is asked for it by mail, sends it through the link, and a manager sees it before the request is approved."""
		application = self.sent(tariff="Students", tariff_proof="Sent online")
		self.assertEqual(application.id_document, identity_documents.ASKED)
		[letter] = mail.queued(application, ["Identity Document"])
		self.assertIn("Students", frappe.db.get_value("Email Queue", letter.name, "message"))
		self.assertIn("Students", identity_documents.what(application))
		identity_documents.receive(application, A_PDF)
		application.reload()
		self.assertEqual(application.id_document, identity_documents.RECEIVED)
		self.assertEqual(flt(self.asked(application).amount), 35)
		other = self.sent(tariff="Students", tariff_proof="Shown at the office")
		self.assertFalse(other.id_document)

	def test_a_payment_alone_proves_nothing(self):
		"""Where who pays is approved, a tariff with a proof waits for a manager; the others do not."""
		self.club.db_set("approval", "Automatic when paid")
		frappe.clear_document_cache("Cooperative", self.club.name)
		with_proof = self.sent(tariff="Students", tariff_proof="Shown at the office")
		original = automatic.is_set
		automatic.is_set = lambda cooperative: True
		try:
			self.assertFalse(automatic.applies_to(with_proof))
			self.assertTrue(automatic.applies_to(self.sent(tariff="Friends")))
		finally:
			automatic.is_set = original

	def test_once_decided(self):
		"""Neither tariff nor amount changes after the approval."""
		application = self.sent(tariff="Friends")
		application.approve()
		application.reload()
		application.tariff = "Students"
		self.assertRaises(frappe.ValidationError, application.save)
