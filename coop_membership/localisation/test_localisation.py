"""Pure tests of the country rules."""

import unittest

from coop_membership.localisation import registration_number


class TestRegistrationNumber(unittest.TestCase):
	def test_one_number_typed_in_many_ways_is_one_number(self):
		"""The users' case: the same organisation, its number written differently each time."""
		for country, kept, ways in (
			("Belgium", "0477472701", ("BE 0477.472.701", "0477472701", "477 472 701", "be0477472701")),
			("France", "732829320", ("732 829 320", "732.829.320")),
			("France", "73282932000074", ("732 829 320 00074",)),
			("France", "W751234567", ("w751234567", "W75 123 4567")),
			("Switzerland", "CHE-100.155.212", ("CHE100155212", "che-100.155.212")),
			("Germany", "HRB12345", ("HRB 12345",)),
		):
			for way in ways:
				with self.subTest(country=country, way=way):
					self.assertEqual(registration_number(country, way), kept)

	def test_wrong_check_digits_and_lengths_are_refused(self):
		for country, text in (
			("Belgium", "0477472702"),
			("Belgium", "12"),
			("France", "732829321"),
			("France", "W12"),
			("Switzerland", "CHE-100.155.213"),
		):
			with self.subTest(country=country, text=text), self.assertRaises(ValueError):
				registration_number(country, text)
