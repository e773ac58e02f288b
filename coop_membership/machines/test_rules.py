"""Which rights count on which day, whatever was given, withdrawn or needed first. No site needed."""

from __future__ import annotations

import datetime
import unittest

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.machines import rules
from coop_membership.machines.rules import Held

DAYS = st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 12, 31))
NAMES = st.sampled_from("abcdef")
HELD = st.builds(Held, NAMES, DAYS, st.none() | DAYS, st.none() | DAYS)
FIRST = st.dictionaries(NAMES, st.lists(NAMES, max_size=3), max_size=6)


def day(text: str) -> datetime.date:
	return datetime.date.fromisoformat(text)


class TestRules(unittest.TestCase):
	def test_the_last_day(self):
		"""A right of six months from 31 August lasts until the end of February; one of a day until tomorrow."""
		for ends, number, unit, expected in (
			(rules.NEVER, 0, rules.MONTH, None),
			(rules.AFTER, 6, rules.MONTH, day("2026-02-28")),
			(rules.AFTER, 1, rules.DAY, day("2025-09-01")),
			(rules.UNUSED, 2, rules.YEAR, day("2027-08-31")),
			(rules.ON_DATE, 0, rules.MONTH, day("2026-12-31")),
		):
			found = rules.last_day(ends, day("2025-08-31"), number, unit, day("2026-12-31"))
			self.assertEqual(found, expected, (ends, number, unit))
		self.assertEqual(rules.later(day("2024-02-29"), 1, rules.YEAR), day("2025-02-28"))

	def test_both_ends_count_and_the_day_of_withdrawal_does_not(self):
		held = Held("saw", day("2026-01-10"), day("2026-03-10"), day("2026-02-01"))
		self.assertEqual(
			[rules.counts(held, day(f"2026-{one}")) for one in ("01-09", "01-10", "01-31", "02-01", "03-10")],
			[False, True, True, False, False],
		)

	def test_what_is_needed_first(self):
		"""The laser needs safety and drawing, drawing needs safety: safety once, before both."""
		first = {"laser": ["drawing", "safety"], "drawing": ["safety"]}
		self.assertEqual(rules.all_needed(["laser"], first), ["safety", "drawing", "laser"])
		self.assertFalse(rules.has_circle(first))
		self.assertTrue(rules.has_circle({**first, "safety": ["laser"]}))

	def test_why_not(self):
		"""Never had, ended, withdrawn: of two times the later one tells."""
		rows = [
			Held("saw", day("2025-01-01"), day("2025-12-31")),
			Held("lathe", day("2025-01-01"), None, day("2025-02-01")),
			Held("lathe", day("2025-03-01"), day("2025-06-01")),
		]
		found = rules.missing(["saw", "lathe", "oven"], rows, day("2026-01-05"))
		self.assertEqual(
			[(one.code, one.right) for one in found],
			[(rules.ENDED, "saw"), (rules.ENDED, "lathe"), (rules.MISSING, "oven")],
		)

	@given(FIRST, st.lists(NAMES, max_size=4))
	def test_each_once_and_nothing_forgotten(self, first, needs):
		found = rules.all_needed(needs, first)
		self.assertEqual(len(found), len(set(found)))
		self.assertLessEqual(set(needs), set(found))
		for right in found:
			self.assertLessEqual(set(first.get(right, ())), set(found))
		if not rules.has_circle(first):
			for right in found:
				for one in first.get(right, ()):
					self.assertLess(found.index(one), found.index(right))

	@given(st.lists(NAMES, max_size=4), st.lists(HELD, max_size=8), DAYS)
	def test_missing_is_what_does_not_count(self, needed, held, on):
		"""And what counts, counts until the day that is told and not on the next one."""
		lacking = {one.right for one in rules.missing(needed, held, on)}
		self.assertEqual(
			lacking,
			{right for right in needed if not any(h.right == right and rules.counts(h, on) for h in held)},
		)
		last = rules.until(needed, held, on)
		if not lacking and last:
			quiet = [Held(one.right, one.since, one.until) for one in held if rules.counts(one, on)]
			self.assertFalse(rules.missing(needed, quiet, last))
			self.assertTrue(rules.missing(needed, quiet, last + datetime.timedelta(days=1)))
