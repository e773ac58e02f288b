"""Fees and interest of late payment."""

import unittest
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.dunning.rules import interest
from coop_membership.dunning.rules.interest import FIXED, LEGAL_INTEREST, PERCENT, charge

money = st.decimals("0.01", "99999.99", places=2).map(float)
rates = st.decimals("0", "25", places=2).map(float)
days = st.dates(date(2000, 1, 1), date(2090, 12, 31))


class TestCharges(unittest.TestCase):
	due = date(2023, 1, 1)

	def test_fixed_fee_is_asked_once_per_letter(self):
		"""A letter about two invoices with a fee of 10 asks 10, not 20."""
		self.assertEqual(charge(FIXED, [(100, self.due), (50, self.due)], date(2023, 2, 1), fee=10), 10)

	def test_percent_of_what_is_open(self):
		"""5 % of 100 and of 50.10: 5 and 2.505, rounded half up to 2.51."""
		self.assertEqual(
			charge(PERCENT, [(100, self.due), (50.10, self.due)], date(2023, 2, 1), rate=5), 7.51
		)

	def test_legal_interest_by_the_day(self):
		"""1 000 at 10 % a year: 100 for 365 days, 0.27 for one, nothing on the due date or before."""
		for day, expected in [
			(date(2024, 1, 1), 100.0),
			(date(2023, 1, 2), 0.27),
			(date(2023, 1, 1), 0.0),
			(date(2022, 12, 1), 0.0),
		]:
			self.assertEqual(charge(LEGAL_INTEREST, [(1000, self.due)], day, rate=10), expected)

	def test_leap_day_is_a_day(self):
		"""From 1 January 2024 to 1 January 2025 are 366 days: 100.27."""
		self.assertEqual(interest.legal_interest(1000, date(2024, 1, 1), 10, date(2025, 1, 1)), 100.27)

	def test_no_kind_no_charge(self):
		self.assertEqual(charge(None, [(100, self.due)], date(2024, 1, 1), fee=10, rate=10), 0)

	def test_a_credit_earns_nothing(self):
		self.assertEqual(charge(PERCENT, [(-100, self.due)], date(2024, 1, 1), rate=10), 0)
		self.assertEqual(charge(FIXED, [(100, self.due)], date(2024, 1, 1), fee=-5), 0)

	@given(money, rates, days, st.integers(0, 3000), st.integers(0, 3000))
	def test_interest_grows_with_time_and_is_never_compound(self, balance, rate, due, first, more):
		"""Two periods cost what one period of both costs, give or take the rounding."""
		middle, end = due + timedelta(days=first), due + timedelta(days=first + more)
		whole = interest.legal_interest(balance, due, rate, end)
		parts = interest.legal_interest(balance, due, rate, middle) + interest.legal_interest(
			balance, middle, rate, end
		)
		self.assertAlmostEqual(whole, parts, delta=0.011)
		self.assertGreaterEqual(whole, interest.legal_interest(balance, due, rate, middle))
