"""Amounts, dates and numbers of things, as people read them."""

from __future__ import annotations

import unittest

from coop_membership.prints import wording

THIN, FIXED = "\u202f", "\u00a0"  # French spaces: between thousands, and before a sign


class TestWording(unittest.TestCase):
	def test_french(self):
		"""A letter in French says 5 025,00 € and 75,00 €, 3 January 2026 in figures in a table and in words in a text."""
		with wording.language("fr"):
			self.assertEqual(wording.money(5025, "EUR"), f"5{THIN}025,00{FIXED}€")
			self.assertEqual(wording.money(75, "EUR"), f"75,00{FIXED}€")
			self.assertEqual(wording.short_date("2026-01-03"), "03/01/2026")
			self.assertEqual(wording.long_date("2026-01-03"), "3 janvier 2026")
			self.assertEqual(wording.long_date("2026-12-01"), "1er décembre 2026")
			self.assertEqual(wording.long_date("2026-12-11"), "11 décembre 2026")

	def test_a_short_date_never_leaves_the_order_open(self):
		"""English writes 1/3/26 for two different days: the month's name says which."""
		with wording.language("en"):
			self.assertEqual(wording.short_date("2026-01-03"), "Jan 3, 2026")
		with wording.language("nl"):
			self.assertEqual(wording.short_date("2026-01-03"), "03-01-2026")

	def test_none_is_one_in_french_and_many_in_english(self):
		counts = (0, 1, 2)
		with wording.language("fr"):
			self.assertEqual(
				[wording.count(number, "{0} relance", "{0} relances") for number in counts],
				["0 relance", "1 relance", "2 relances"],
			)
		with wording.language("en"):
			self.assertEqual(
				[wording.count(number, "{0} letter", "{0} letters") for number in counts],
				["0 letters", "1 letter", "2 letters"],
			)
