"""A mail in plain words: fields in brackets instead of a template language, which nobody can smuggle in."""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.desk import mails
from coop_membership.messages import own_texts, samples
from coop_membership.messages.events import EVENTS
from coop_membership.messages.standard_texts import text_of
from coop_membership.prints import wording
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class TestOwnTexts(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_each_standard_text_in_plain_words(self):
		"""Nothing of the template language is left to read, in French or in English, and saved as it is it has lost
		none of its fields.
		"""
		for event in EVENTS.keys() - {samples.LETTER}:
			for language in ("fr", "en"):
				with self.subTest(event, language=language), wording.language(language):
					words = own_texts.words_of(*text_of(event), text_of(event))
					self.assertTrue(words.known, event)
					for sign in ("{{", "{%", "_("):
						self.assertNotIn(sign, words.subject + words.body)
					_subject, template = own_texts.to_template(words.subject, words.body, text_of(event))
					used = set(own_texts.FIELD.findall(words.body))
					self.assertLessEqual(used, set(words.fields))
					for name in used:
						self.assertIn(words.fields[name], template)
					again = own_texts.words_of(words.subject, template, text_of(event))
					self.assertEqual((again.known, again.fields), (True, words.fields))

	def test_written_by_a_manager(self):
		"""She writes “Salut [Prénom], bienvenue chez [Structure] !”: the person reads it with her own name. Another
		cooperative keeps the standard text, and so does this one again with one click.
		"""
		cooperative = factories.a_cooperative(ELSEWHERE, language="fr")
		other = factories.a_cooperative(ELSEWHERE, language="fr")
		for one in (cooperative, other):
			factories.an_application(one, first_name="Inès", language="fr")
		event = "Application Received"
		with factories.as_user(factories.a_user("Membership Manager")):
			words = mails.text(cooperative.name, event)
			self.assertIn("Prénom", words["fields"])
			self.assertIn("Bonjour [Prénom],", words["message"])
			written = {
				"subject": "Reçu par [Structure]",
				"message": "<p>Salut [Prénom] ! [Inconnu] {{ 7 * 7 }}</p>",
			}
			draft = mails.preview(cooperative.name, event, **written)
			mails.save_text(cooperative.name, event, **written)
			saved = mails.preview(cooperative.name, event)
			self.assertEqual(draft["message"], saved["message"])
			self.assertEqual(saved["subject"], f"Reçu par {cooperative.title}")
			for said in ("Salut Camille !", "[Inconnu]", "7 * 7"):
				self.assertIn(said, saved["message"])
			self.assertNotIn("49", saved["message"])
			self.assertNotIn("Salut", mails.preview(other.name, event)["message"])
			self.assertTrue(mails.text(cooperative.name, event)["own"])
			mails.send_test(cooperative.name, event, **written)
			mails.standard_text(cooperative.name, event)
			self.assertNotIn("Salut", mails.preview(cooperative.name, event)["message"])

	def test_a_template_of_an_administrator(self):
		"""What is written in the template language is not shown as plain words, and stays until somebody saves."""
		own = ("{{ doc.name }}", "<p>{% set x = 1 %}{{ frappe.utils.today() }}</p>")
		words = own_texts.words_of(*own, text_of("Refused"))
		self.assertFalse(words.known)
		self.assertNotIn("{{", words.body)
