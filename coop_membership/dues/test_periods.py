"""Periods of dues over month ends, leap years and renewals."""

from __future__ import annotations

import datetime
import unittest

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.dues.periods import CALENDAR_YEAR, MONTH, ROLLING, YEAR, next_first_day, period, price_of

DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 12, 31))
INTERVALS = st.integers(1, 36)
DAY = datetime.timedelta(days=1)


def next_day(found) -> datetime.date:
	return found.to_date + DAY


def day(text: str) -> datetime.date:
	return datetime.date.fromisoformat(text)


class TestPeriods(unittest.TestCase):
	def test_table(self):
		"""(kind, first day, interval, unit) → last day."""
		for kind, first, interval, unit, last in (
			(CALENDAR_YEAR, "2026-01-01", 1, YEAR, "2026-12-31"),
			(CALENDAR_YEAR, "2026-11-23", 1, YEAR, "2026-12-31"),
			(CALENDAR_YEAR, "2026-11-23", 2, YEAR, "2027-12-31"),
			(ROLLING, "2026-11-23", 1, YEAR, "2027-11-22"),
			(ROLLING, "2024-02-29", 1, YEAR, "2025-02-28"),
			(ROLLING, "2024-02-29", 4, YEAR, "2028-02-28"),
			(ROLLING, "2026-01-31", 1, MONTH, "2026-02-28"),
			(ROLLING, "2024-01-31", 1, MONTH, "2024-02-29"),
			(ROLLING, "2026-02-28", 1, MONTH, "2026-03-27"),
			(ROLLING, "2026-03-01", 1, MONTH, "2026-03-31"),
			(ROLLING, "2026-12-01", 6, MONTH, "2027-05-31"),
		):
			with self.subTest(f"{kind} {first} {interval} {unit}"):
				self.assertEqual(period(kind, day(first), interval, unit).to_date, day(last))

	def test_what_is_no_period(self):
		for arguments in (("Weekly", 1, YEAR), (ROLLING, 0, YEAR), (ROLLING, 1, "Week")):
			with self.subTest(arguments), self.assertRaises(ValueError):
				kind, interval, unit = arguments
				period(kind, day("2026-01-01"), interval, unit)

	def test_price_of_the_rest_of_a_year(self):
		"""60 a year: who joins on 23 November pays two months, in January all of it; rolling years are whole."""
		for first, price in (("2026-11-23", 10), ("2026-01-31", 60), ("2026-12-31", 5), ("2026-07-01", 30)):
			with self.subTest(first):
				self.assertEqual(price_of(60, CALENDAR_YEAR, day(first), prorate=True), price)
		self.assertEqual(price_of(60, CALENDAR_YEAR, day("2026-11-23")), 60)
		self.assertEqual(price_of(60, ROLLING, day("2026-11-23"), prorate=True), 60)
		self.assertEqual(price_of(10, CALENDAR_YEAR, day("2026-06-15"), prorate=True), 5.83)

	@given(DAYS, INTERVALS, st.sampled_from([MONTH, YEAR]))
	def test_periods_follow_each_other(self, first, interval, unit):
		"""No day twice, none left out: one long period ends when as many short ones do, give or take a month's end."""
		found = period(ROLLING, first, interval, unit)
		self.assertGreater(found.to_date, first)
		following = period(ROLLING, next_day(found), interval, unit)
		self.assertEqual(following.from_date - DAY, found.to_date)
		months = interval * (12 if unit == YEAR else 1)
		counted = (next_day(found).year - first.year) * 12 + next_day(found).month - first.month
		self.assertIn(
			counted, (months, months + 1)
		)  # one more where the month has no such day: it ends with it

	@given(DAYS, st.integers(1, 5))
	def test_calendar_years_end_on_31_december(self, first, interval):
		found = period(CALENDAR_YEAR, first, interval)
		self.assertEqual((found.to_date.month, found.to_date.day), (12, 31))
		self.assertEqual((next_day(found).month, next_day(found).day), (1, 1))

	@given(st.decimals(0, 10_000, places=2).map(float), DAYS, st.integers(1, 3))
	def test_a_part_never_costs_more_than_the_whole(self, price, first, interval):
		part = price_of(price, CALENDAR_YEAR, first, interval, prorate=True)
		self.assertLessEqual(part, price)
		self.assertGreaterEqual(part, 0)
		self.assertEqual(
			price_of(price, CALENDAR_YEAR, first.replace(month=1), interval, True), round(price, 2)
		)


class TestRenewing(unittest.TestCase):
	def test_table(self):
		"""(kind, interval, unit, last day, today) → first day of what follows: never days that are all over."""
		for kind, interval, unit, last, now, first in (
			(CALENDAR_YEAR, 1, YEAR, "2025-12-31", "2025-11-20", "2026-01-01"),
			(CALENDAR_YEAR, 1, YEAR, "2025-12-31", "2026-12-31", "2026-01-01"),
			(CALENDAR_YEAR, 1, YEAR, "2024-12-31", "2026-11-25", "2026-11-25"),
			(CALENDAR_YEAR, 2, YEAR, "2023-12-31", "2025-12-31", "2024-01-01"),
			(ROLLING, 1, YEAR, "2025-06-30", "2026-06-30", "2025-07-01"),
			(ROLLING, 1, YEAR, "2025-06-30", "2026-07-01", "2026-07-01"),
			(ROLLING, 1, MONTH, "2026-10-31", "2026-11-25", "2026-11-01"),
			(ROLLING, 1, MONTH, "2026-09-30", "2026-11-25", "2026-11-25"),
		):
			with self.subTest(kind=kind, last=last, now=now):
				self.assertEqual(next_first_day(day(last), day(now), kind, interval, unit), day(first))

	@given(DAYS, DAYS, st.sampled_from([CALENDAR_YEAR, ROLLING]), INTERVALS)
	def test_what_follows_is_never_over_and_never_overlaps(self, last, now, kind, interval):
		first = next_first_day(last, now, kind, interval)
		self.assertGreater(first, last)
		self.assertGreaterEqual(period(kind, first, interval).to_date, now)
		self.assertIn(first, (last + DAY, now))
