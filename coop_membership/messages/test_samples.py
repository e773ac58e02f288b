"""Mails to look at before anybody gets them."""

from __future__ import annotations

import re

from jinja2 import Environment, FileSystemLoader, meta

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.desk import mails
from coop_membership.messages import samples
from coop_membership.messages.events import EVENTS
from coop_membership.messages.standard_texts import FOLDER, text_of
from coop_membership.prints import wording
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

SHOWN = sorted(EVENTS.keys() - {samples.LETTER})
EVERY_MAIL = {"_", "doc", "person", "cooperative"}
# what is said of some only, and would contradict the rest of the example
OF_OTHERS = {"covered_by", "dues_alone", "is_done", "organisation", "sends_proof", "without_shares"}
HOLES = re.compile(
	r"\{[{%]|\bNone\b|\bundefined\b|(?<![\d.,])0[,.]00|(?<![\d.,/:#-])\b0\b(?![\d.,:/-])"
	r"|\b(?:au|du|avant le|jusqu'au|until|by|from)\s*[,.:]|,\s*,|\(\s*\)|«\s*»|“”"
)


class TestSamples(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE, language="fr")
		factories.a_plan(cls.cooperative)

	def test_no_mail_has_a_hole(self):
		"""A manager opens each mail of a cooperative that has no member yet, in French and in English: it reads as its person
		would read it, without a field left raw, a date that is none, a number or an amount of nothing.
		"""
		for language in ("fr", "en"):
			self.cooperative.db_set("language", language)
			for event in SHOWN:
				with self.subTest(event, language=language):
					mail = mails.preview(self.cooperative.name, event)
					read = f"{mail['subject']}\n" + re.sub(r"<[^>]*>", "", mail["message"])
					self.assertEqual(HOLES.findall(read), [], read)
					self.assertIn("Camille", mail["message"] + mail["about"])

	def test_everything_that_a_mail_says_has_a_value(self):
		"""Whoever writes a new variable into a text says what it is in the example."""
		environment = Environment(loader=FileSystemLoader(FOLDER.parent.parent))
		with wording.language("fr"):
			for event in SHOWN:
				said = samples.sample_values(self.cooperative, event)
				source = "\n".join(text_of(event)) + '{% include "templates/includes/payment_details.html" %}'
				names = meta.find_undeclared_variables(environment.parse(source)) - EVERY_MAIL
				for name in names - OF_OTHERS:
					with self.subTest(event, name=name):
						self.assertTrue(said.get(name))

	def test_of_what_the_cooperative_offers(self):
		"""Two shares at 40 € and dues of 30 € are what the example asks for: both parts, and what they come to."""
		cooperative = factories.a_cooperative(ELSEWHERE, language="fr")
		factories.a_share_class(cooperative, "S", 40, title="Part sociale")
		factories.a_plan(cooperative, title="Cotisation de soutien", price=30)
		text = mails.preview(cooperative.name, "Application Received")["message"].replace("\xa0", " ")
		for said in ("2 × Part sociale : 80,00 €", "Cotisation de soutien : 30,00 €", "Total : 110,00 €"):
			self.assertIn(said, text)

	def test_a_mistake_in_the_template_is_told(self):
		name = next(row.email_template for row in self.cooperative.emails if row.event == "Waiting List")
		template = frappe.get_doc("Email Template", name)
		right = template.response_html
		self.addCleanup(lambda: template.db_set("response_html", right))
		template.db_set("response_html", "<p>{{ doc.</p>")
		with self.assertRaisesRegex(frappe.ValidationError, "TemplateSyntaxError"):
			mails.preview(self.cooperative.name, "Waiting List")

	def test_a_test_goes_to_oneself_only(self):
		"""The member gets nothing: the mail leaves for the manager who looks at it, and says that it is a test."""
		manager = factories.a_user("Membership Manager")
		with factories.as_user(manager):
			self.assertEqual(mails.send_test(self.cooperative.name, "Application Received"), manager)
		queued = frappe.get_last_doc("Email Queue")
		self.assertEqual([row.recipient for row in queued.recipients], [manager])
		self.assertFalse(queued.reference_name)
