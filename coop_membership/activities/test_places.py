"""Places, positions and repetitions. No site needed."""

from __future__ import annotations

import datetime
import unittest

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.activities import places

WAITING = st.lists(st.integers(1, 5), max_size=8).map(
	lambda seats: [(f"R{number}", one) for number, one in enumerate(seats)]
)


class TestPlaces(unittest.TestCase):
	def test_the_edges(self):
		"""No places said: everybody. The last seat for one, not for two; none while somebody waits."""
		self.assertTrue(places.has_room(0, 500, 3))
		self.assertTrue(places.has_room(20, 19, 1))
		self.assertFalse(places.has_room(20, 19, 2))
		self.assertFalse(places.has_room(20, 20, 1))
		self.assertFalse(places.has_room(20, 18, 1, waiting=1))
		self.assertTrue(places.falls_short(5, 4))
		self.assertFalse(places.falls_short(5, 5))

	def test_who_moves_up(self):
		"""Two seats are free. Three wait with one guest each before one alone: the first pair gets both."""
		waiting = [("a", 2), ("b", 2), ("c", 1)]
		self.assertEqual(places.promoted(20, 18, waiting), ["a"])
		self.assertEqual(places.promoted(20, 19, waiting), ["c"])
		self.assertEqual(places.promoted(0, 19, waiting), ["a", "b", "c"])

	@given(st.integers(1, 30), st.integers(0, 40), WAITING)
	def test_never_too_many_and_nobody_left_who_fits(self, capacity, taken, waiting):
		moved = places.promoted(capacity, taken, waiting)
		seats = dict(waiting)
		left = max(capacity - taken, 0) - sum(seats[name] for name in moved)
		self.assertGreaterEqual(left, 0)
		self.assertEqual(moved, [name for name, _seats in waiting if name in moved])
		self.assertFalse([name for name, needed in waiting if name not in moved and needed <= left])

	def test_each_week_at_the_same_hour(self):
		six = datetime.datetime(2026, 3, 26, 18)
		found = places.repeated(six, six + datetime.timedelta(hours=2), 7, 2)
		self.assertEqual([str(one) for one, _end in found], ["2026-04-02 18:00:00", "2026-04-09 18:00:00"])
