"""Whose dues count for whom, as arithmetic."""

from __future__ import annotations

import datetime
import unittest

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.register.covering import Cover, Dues, counting, first_ones

DAY = datetime.timedelta(days=1)
TODAY = datetime.date(2026, 11, 26)
YEAR_END = datetime.date(2026, 12, 31)
DAYS = st.dates(datetime.date(2025, 1, 1), datetime.date(2028, 12, 31))


def dues(covers: int = 3, paid_on=datetime.date(2026, 1, 5), last_day=YEAR_END, **values) -> Dues:
	return Dues("Anna", paid_on, last_day, covers=covers, **values)


def cover(member: str, first=datetime.date(2026, 3, 1), last=None) -> Cover:
	return Cover("Anna", member, first, last)


class TestCovering(unittest.TestCase):
	def days(self, member: str, found: list[Dues], covers: list[Cover], day=TODAY):
		return [(one.paid_on, one.last_day) for one in counting(member, found, covers, day)]

	def test_table(self):
		"""Anna paid on 5 January for 2026; Bo is covered from 1 March on: what counts for Bo, and since when."""
		for title, anna, bo, expected in (
			("from the first day of the cover", dues(), cover("Bo"), [(datetime.date(2026, 3, 1), YEAR_END)]),
			("from the payment", dues(paid_on=TODAY), cover("Bo"), [(TODAY, YEAR_END)]),
			(
				"until the last day of the cover",
				dues(),
				cover("Bo", last=TODAY - DAY),
				[(datetime.date(2026, 3, 1), TODAY - DAY)],
			),
			("a plan for one", dues(1), cover("Bo"), []),
			("a cover called off on its first day", dues(), cover("Bo", TODAY, TODAY - DAY), []),
			("a cover of the year after", dues(), cover("Bo", YEAR_END + DAY), []),
			("paid after the cover had ended", dues(paid_on=TODAY), cover("Bo", last=TODAY - DAY), []),
			(
				"paid after the last day",
				dues(paid_on=TODAY, last_day=TODAY - 9 * DAY),
				cover("Bo"),
				[(TODAY, TODAY - 9 * DAY)],
			),
			("asked for and not paid", dues(paid_on=None, renews=True), cover("Bo"), [(None, YEAR_END)]),
			(
				"asked for after the cover",
				dues(paid_on=None, renews=True),
				cover("Bo", last=TODAY - DAY),
				[],
			),
		):
			with self.subTest(title):
				self.assertEqual(self.days("Bo", [anna], [bo]), expected)

	def test_first_come(self):
		"""Dues for three cover the first two; renewed for two, one of them; Anna's own always count for her."""
		covers = [cover("Cleo", TODAY), cover("Bo"), cover("Dan", TODAY - 9 * DAY)]
		for people, covered in ((4, "Bo Dan Cleo"), (3, "Bo Dan"), (2, "Bo"), (1, ""), (0, "")):
			with self.subTest(people=people):
				there = [one.member for one in first_ones(dues(people), covers, TODAY)]
				self.assertEqual(there, covered.split())
				self.assertEqual(self.days("Anna", [dues(people)], covers), [(dues().paid_on, YEAR_END)])

	def test_nobody_elses(self):
		self.assertEqual(self.days("Eve", [dues()], [cover("Bo")]), [])

	@given(
		st.integers(0, 6),
		st.lists(st.tuples(st.sampled_from("BCDEF"), DAYS, st.integers(-1, 900) | st.none()), max_size=8),
		DAYS,
		DAYS,
	)
	def test_never_more_people_and_never_other_days(self, people, written, paid_on, day):
		"""On any day dues count for as many as they say at most, and for each only within the cover and the dues."""
		covers = list(
			{
				(who, first): cover(who, first, None if length is None else first + length * DAY)
				for who, first, length in written
			}.values()
		)
		paid = dues(people, paid_on)
		there = {who for who in "BCDEF" if any(one.has(day) for one in covers if one.member == who)}
		served = {who for who in there if counting(who, [paid], [c for c in covers if c.has(day)], day)}
		self.assertLessEqual(len(served), max(people - 1, 0))
		for who in "BCDEF":
			for one in counting(who, [paid], covers, day):
				self.assertTrue(
					any(
						c.member == who
						and c.from_date <= one.paid_on
						and (not c.to_date or one.last_day <= c.to_date)
						for c in covers
					)
				)
				self.assertLessEqual(one.last_day, paid.last_day)
				self.assertGreaterEqual(one.paid_on, paid.paid_on)
