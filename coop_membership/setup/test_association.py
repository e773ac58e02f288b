"""A site of associations speaks of adhérent·es and shows nothing about shares; the first type of shares changes both."""

from __future__ import annotations

from unittest.mock import patch

import frappe
from frappe import _

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.overrides import desktop
from coop_membership.prints import wording
from coop_membership.register import standing
from coop_membership.setup import association
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.test_translations import french

MEMBERS = '{"name": "Members", "title": "Members", "public": 1}'


class TestAssociation(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()
		for language in association.all_words():
			frappe.get_doc(
				{"doctype": "Translation", "language": language}
			).on_update()  # forget what was read

	def in_french(self, *words: str) -> list[str]:
		with wording.language("fr"):
			return [_(word) for word in words]

	def test_words_follow_what_the_site_is(self):
		"""With associations alone “Members” are adhérent·es; a cooperative beside them, and the site's usual words are
		back. What the site translated itself stays in both.
		"""
		own = {
			"doctype": "Translation",
			"language": "fr",
			"source_text": "Active members",
			"translated_text": "Actives",
		}
		for name in frappe.get_all(
			"Translation", {"language": "fr", "source_text": "Active members"}, pluck="name"
		):
			frappe.delete_doc("Translation", name)
		frappe.get_doc(own).insert()
		with patch.object(standing, "site_has_shares", return_value=False):
			association.follow()
			association.follow()
		self.assertEqual(
			self.in_french("Members", "Member Register", "Share requests", "Active members"),
			["Adhérent·es", "Registre des adhérent·es", "Demandes d'adhésion", "Actives"],
		)
		factories.a_share_class(factories.a_cooperative(ELSEWHERE), "Z")
		self.assertEqual(self.in_french("Members", "Active members"), ["Coopérateurs", "Actives"])

	def test_every_word_is_one_of_ours(self):
		"""Each lies over a sentence of the app, and no word of cooperators is left in what a member reads there."""
		ours = {source for source, _translation, _context in french()}
		for source, text in association.all_words()["fr"].items():
			with self.subTest(source):
				self.assertIn(source, ours)
				self.assertNotIn("coopérat", text.lower())

	def test_pages_without_shares(self):
		found = desktop.get_desktop_page(MEMBERS)
		with patch.object(standing, "site_has_shares", return_value=False):
			fewer = desktop.get_desktop_page(MEMBERS)

		def links(page: dict) -> set[str]:
			return {link.get("link_to") for card in page["cards"]["items"] for link in card["links"]}

		self.assertIn("Share Register", links(found))
		self.assertFalse(links(fewer) & desktop.ABOUT_SHARES)
		self.assertLessEqual({"Member", "Membership", "Membership Application"}, links(fewer))
		for part, key in (("shortcuts", "link_to"), ("number_cards", "number_card_name")):
			self.assertFalse(
				{row.get(key) for row in fewer[part]["items"]} & (desktop.ABOUT_SHARES | desktop.CARDS)
			)
