"""The texts of a policy, written in plain words: what a debtor would get, before anybody does."""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.dunning.letters import texts
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.dunning_factories import a_policy
from coop_membership.tests.security import rules

LETTER = "Bonjour [Nom],\nVous devez [Montant] ([Référence de paiement]). Questions : [E-mail de contact]. [Autre] {{ doc.name }} <b>"


class TestTexts(FrappeTestCase):
	def setUp(self):
		self.cooperative = factories.a_cooperative(ELSEWHERE, language="fr", country="France")
		self.policy = a_policy(cooperative=self.cooperative.name)
		self.policy.levels[0].letter_text = LETTER
		self.policy.save()

	def written(self, **values) -> dict:
		given = {
			"level": self.policy.levels[0].level,
			"letter_text": LETTER,
			"email_text": "Cher [Name]",
			**values,
		}
		return self.policy.preview_texts(**given)

	def test_fields_are_filled_in_whatever_language_they_were_written_in(self):
		"""In French, with fields in French and English: name, amount and reference of an invented debtor; brackets around
		anything else, markup and templates stay text."""
		found = self.written()
		self.assertIn("<p>Bonjour Camille Durand,</p>", found["letter"])
		self.assertRegex(found["letter"], r"Vous devez 75,00\s€")
		self.assertIn("[Autre] {{ doc.name }} &lt;b&gt;", found["letter"])
		self.assertIn("Cher Camille Durand", found["mail"])
		self.assertIn(self.cooperative.title, found["subject"])

	def test_a_real_letter_says_the_same(self):
		"""The fields of a letter that was sent are filled in when it is printed."""
		letter = frappe._dict(
			party_name="Ada",
			total_due=12,
			currency="EUR",
			payment_reference="RF18",
			control_date="2026-03-01",
		)
		said = texts.in_language("[Nom] [Name] : [Montant]", "fr", texts.fields_of(letter, None))
		self.assertRegex(said[0], r"Ada Ada : .*12[.,]00")

	def test_a_test_goes_to_oneself(self):
		user = factories.a_user(rules.DUNNING_MANAGER)
		with factories.as_user(user):
			policy = frappe.get_doc("Dunning Policy", self.policy.name)
			level = policy.levels[0].level
			address = policy.send_test(level=level, letter_text="Bonjour", email_text="Bonjour")
		self.assertEqual(address, user)
		queued = frappe.get_last_doc("Email Queue")
		self.assertEqual([row.recipient for row in queued.recipients], [user])

	def test_what_can_not_be_shown(self):
		"""A level that is not saved; a user of the reminders who may not write policies; nothing changes."""
		with self.assertRaisesRegex(frappe.ValidationError, "no level 9"):
			self.written(level=9)
		with (
			factories.as_user(factories.a_user(rules.DUNNING_USER)),
			self.assertRaises(frappe.PermissionError),
		):
			self.written()
