"""Mails to look at before anybody gets them."""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.desk import mails
from coop_membership.messages import samples
from coop_membership.messages.events import EVENTS
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class TestSamples(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE, language="fr")
		factories.a_member(cls.cooperative, language="fr")
		factories.an_application(cls.cooperative, language="fr")

	def test_each_mail_can_be_looked_at(self):
		"""A manager looks at each mail of a cooperative with one member and one request: it is there, or a sentence
		says that there is nothing yet that it could be about."""
		shown = set()
		for event in EVENTS.keys() - {samples.LETTER}:
			with self.subTest(event):
				try:
					mail = mails.preview(self.cooperative.name, event)
				except frappe.ValidationError as refusal:
					self.assertIn("There is no", str(refusal))
				else:
					self.assertTrue(mail["subject"] and mail["message"])
					self.assertNotIn("{{", mail["message"])
					shown.add(event)
		self.assertLessEqual(
			{"Application Received", "Capital Release Request", "Certificate", "Refused"}, shown
		)

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
