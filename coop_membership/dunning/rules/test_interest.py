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

	def test_what_was_paid_meanwhile_bears_interest_until_then(self):
		"""1 000 due a year ago, 500 paid after 300 days, at 10 %: 500 for 365 days and 500 for 300, 91.10; not 50.00.
		Paid before or on the due date, nothing; after the control date, as if open."""
		control = date(2024, 1, 1)
		for day, expected in (
			(self.due + timedelta(days=300), 91.10),
			(self.due + timedelta(days=1), 50.14),
			(self.due, 50.0),
			(self.due - timedelta(days=40), 50.0),
			(control, 100.0),
			(control + timedelta(days=9), 100.0),
		):
			with self.subTest(day):
				late = (500, self.due, ((day, 500),))
				self.assertEqual(charge(LEGAL_INTEREST, [late], control, rate=10), expected)
		thirds = ((self.due + timedelta(days=100), 300), (self.due + timedelta(days=200), 200))
		self.assertEqual(charge(LEGAL_INTEREST, [(500, self.due, thirds)], control, rate=10), 69.18)

	def test_a_percentage_is_of_what_is_open(self):
		late = (500, self.due, ((self.due + timedelta(days=300), 500),))
		self.assertEqual(charge(PERCENT, [late], date(2024, 1, 1), rate=5), 25)

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

	@given(money, money, rates, days, st.integers(0, 3000), st.integers(0, 3000))
	def test_a_payment_never_makes_it_dearer(self, balance, amount, rate, due, first, more):
		"""Between what the rest alone costs and what nothing paid would, and dearer the later it came."""
		day, control = due + timedelta(days=first), due + timedelta(days=first + more)
		found = interest.legal_interest(balance, due, rate, control, ((day, amount),))
		self.assertGreaterEqual(found, interest.legal_interest(balance, due, rate, control))
		self.assertLessEqual(
			found, interest.legal_interest(round(balance + amount, 2), due, rate, control) + 0.001
		)
		later = interest.legal_interest(balance, due, rate, control, ((day + timedelta(days=1), amount),))
		self.assertGreaterEqual(later, found)
