"""The calendar of reminders, against the dates of the users' document and over every awkward end of month."""

import unittest
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.accounting.instalments import late_terms, payments_of_terms, together
from coop_membership.dunning.rules import schedule
from coop_membership.dunning.rules.schedule import (
	END_OF_MONTH,
	NET_DAYS,
	PREVIOUS_NOTICE,
	LastNotice,
	Level,
	due_date_of_level,
	first_day,
	level_after,
)

THREE_TIMES = [Level(1, NET_DAYS, 10), Level(2, END_OF_MONTH, 30), Level(3, PREVIOUS_NOTICE, 10)]
TWO_TIMES = [Level(1, END_OF_MONTH, 30), Level(2, PREVIOUS_NOTICE, 60)]
USERS_OWN = [Level(1, NET_DAYS, 7), Level(2, PREVIOUS_NOTICE, 15)]

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
delays = st.integers(0, 400)
plain = st.sampled_from([NET_DAYS, END_OF_MONTH])


def next_level(levels, last_notice: LastNotice | None, due_date: date, control_date: date) -> Level | None:
	"""The level to remind a document with on `control_date`, as a run finds it; None when nothing is due that day."""
	level = level_after(levels, last_notice and last_notice.level)
	return level if level and first_day(level, last_notice, due_date) <= control_date else None


class TestTheUsersDates(unittest.TestCase):
	"""Invoice due on 6 December 2017 (seed 004; peers.md 5.9)."""

	due = date(2017, 12, 6)

	def test_three_time_policy(self):
		"""Level 1 on 16 December, level 2 on 31 January, level 3 ten days after level 2 was run."""
		self.assertEqual(due_date_of_level(self.due, NET_DAYS, 10), date(2017, 12, 16))
		self.assertEqual(due_date_of_level(self.due, END_OF_MONTH, 30), date(2018, 1, 31))
		self.assertEqual(
			due_date_of_level(self.due, PREVIOUS_NOTICE, 10, date(2018, 1, 31)), date(2018, 2, 10)
		)

	def test_two_time_policy(self):
		"""Level 1 on 31 January, level 2 sixty days later: 1 April."""
		self.assertEqual(due_date_of_level(self.due, END_OF_MONTH, 30), date(2018, 1, 31))
		self.assertEqual(
			due_date_of_level(self.due, PREVIOUS_NOTICE, 60, date(2018, 1, 31)), date(2018, 4, 1)
		)

	def test_the_run_of_the_document(self):
		"""The run of 17 January 2018 reminds at level 1 under the users' own policy and the three time one."""
		for policy in (USERS_OWN, THREE_TIMES):
			self.assertEqual(next_level(policy, None, self.due, date(2018, 1, 17)).level, 1)
		self.assertIsNone(next_level(TWO_TIMES, None, self.due, date(2018, 1, 17)))

	def test_first_and_last_day(self):
		"""A week after 6 December is the 13th: nothing on the 12th. Level 2 is 15 days after the run, not the mail."""
		self.assertIsNone(next_level(USERS_OWN, None, self.due, date(2017, 12, 12)))
		self.assertEqual(next_level(USERS_OWN, None, self.due, date(2017, 12, 13)).level, 1)
		first = LastNotice(1, date(2018, 1, 17))
		self.assertIsNone(next_level(USERS_OWN, first, self.due, date(2018, 1, 31)))
		self.assertEqual(next_level(USERS_OWN, first, self.due, date(2018, 2, 1)).level, 2)
		self.assertIsNone(next_level(USERS_OWN, LastNotice(2, date(2018, 2, 1)), self.due, date(2030, 1, 1)))


class TestComputations(unittest.TestCase):
	def test_table(self):
		"""Ends of months, leap years, turns of the year; with several runs for the level after a reminder."""
		cases = [
			# due date, computation, delay, previous run, first day
			(date(2023, 1, 31), NET_DAYS, 30, None, date(2023, 3, 2)),
			(date(2024, 1, 31), NET_DAYS, 30, None, date(2024, 3, 1)),
			(date(2024, 2, 28), NET_DAYS, 1, None, date(2024, 2, 29)),
			(date(2023, 2, 28), NET_DAYS, 1, None, date(2023, 3, 1)),
			(date(2023, 2, 28), NET_DAYS, 365, None, date(2024, 2, 28)),
			(date(2023, 12, 31), NET_DAYS, 0, None, date(2023, 12, 31)),
			(date(2024, 1, 30), END_OF_MONTH, 30, None, date(2024, 2, 29)),
			(date(2023, 1, 30), END_OF_MONTH, 30, None, date(2023, 3, 31)),
			(date(2024, 2, 29), END_OF_MONTH, 0, None, date(2024, 2, 29)),
			(date(2100, 1, 29), END_OF_MONTH, 30, None, date(2100, 2, 28)),
			(date(2000, 1, 29), END_OF_MONTH, 30, None, date(2000, 2, 29)),
			(date(2023, 12, 1), END_OF_MONTH, 30, None, date(2023, 12, 31)),
			(date(2023, 12, 2), END_OF_MONTH, 30, None, date(2024, 1, 31)),
			(date(2023, 11, 30), END_OF_MONTH, 60, None, date(2024, 1, 31)),
			(date(2023, 1, 1), PREVIOUS_NOTICE, 10, date(2024, 2, 20), date(2024, 3, 1)),
			(date(2023, 1, 1), PREVIOUS_NOTICE, 10, date(2023, 2, 20), date(2023, 3, 2)),
			(date(2023, 1, 1), PREVIOUS_NOTICE, 60, date(2023, 12, 31), date(2024, 2, 29)),
		]
		for due, computation, delay, previous, expected in cases:
			with self.subTest(due=due, computation=computation, delay=delay, previous=previous):
				self.assertEqual(due_date_of_level(due, computation, delay, previous), expected)

	def test_a_previous_notice_is_needed_for_a_date_counted_from_it(self):
		with self.assertRaises(ValueError):
			due_date_of_level(date(2024, 1, 1), PREVIOUS_NOTICE, 10)
		with self.assertRaises(ValueError):
			due_date_of_level(date(2024, 1, 1), "Whenever", 10)

	@given(days, delays)
	def test_end_of_month_is_the_last_day_and_never_before_net_days(self, due, delay):
		net, end = due_date_of_level(due, NET_DAYS, delay), due_date_of_level(due, END_OF_MONTH, delay)
		self.assertEqual((end + timedelta(days=1)).day, 1)
		self.assertLessEqual(net, end)
		self.assertEqual((net.year, net.month), (end.year, end.month))

	@given(plain, days, days, delays)
	def test_who_was_due_earlier_is_never_reminded_later(self, computation, one, other, delay):
		early, late = sorted([one, other])
		self.assertLessEqual(
			due_date_of_level(early, computation, delay), due_date_of_level(late, computation, delay)
		)


def policies():
	"""Policies as a treasurer can make them: numbers with gaps, the lowest level never counted from a reminder."""
	lowest = st.builds(Level, st.integers(1, 9), plain, delays)
	rest = st.lists(
		st.builds(
			Level, st.integers(10, 99), st.sampled_from([NET_DAYS, END_OF_MONTH, PREVIOUS_NOTICE]), delays
		),
		max_size=5,
		unique_by=lambda level: level.level,
	)
	return st.builds(lambda first, others: [*others, first], lowest, rest)


class TestLevels(unittest.TestCase):
	@given(policies(), days, st.lists(st.integers(0, 120), max_size=12))
	def test_levels_never_skip_nor_repeat(self, levels, due, gaps):
		"""However the runs fall, a document gets the levels in their order, each once, none before its day."""
		last, run, given_levels = None, due, []
		for gap in gaps:
			run += timedelta(days=gap)
			level = next_level(levels, last, due, run)
			if level:
				self.assertLessEqual(schedule.first_day(level, last, due), run)
				given_levels.append(level.level)
				last = LastNotice(level.level, run)
		self.assertEqual(given_levels, sorted(row.level for row in levels)[: len(given_levels)])

	@given(policies(), days, st.integers(0, 2000), st.integers(0, 2000))
	def test_what_is_due_stays_due(self, levels, due, days_late, later):
		"""A level that is due on one day is the one that is due on any later day."""
		run = due + timedelta(days=days_late)
		level = next_level(levels, None, due, run)
		if level:
			self.assertEqual(next_level(levels, None, due, run + timedelta(days=later)), level)

	@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5)), max_size=30))
	def test_highest_level_of_each_debtor(self, chosen):
		highest = schedule.highest_levels(chosen)
		self.assertEqual(set(highest), {debtor for debtor, _level in chosen})
		for debtor, level in chosen:
			self.assertLessEqual(level, highest[debtor])
			self.assertIn((debtor, highest[debtor]), chosen)


class TestTolerance(unittest.TestCase):
	def test_equal_is_chased(self):
		"""Tolerance 0.10: ten cents are chased, nine are not."""
		self.assertFalse(schedule.is_tolerated(0.10, 0.10))
		self.assertTrue(schedule.is_tolerated(0.09, 0.10))

	def test_in_another_currency(self):
		"""Tolerance 10 EUR; one dollar is worth 0.80 EUR: 12 USD are 9.60 EUR, 12.50 USD are 10 EUR."""
		self.assertTrue(schedule.is_tolerated(12, 10, 0.8))
		self.assertFalse(schedule.is_tolerated(12.5, 10, 0.8))


class TestStaleData(unittest.TestCase):
	def test_wait_when_the_bank_is_silent(self):
		"""At most 5 days old: the fifth day still counts, the sixth waits; with nothing at all there is
		nothing to trust.
		"""
		today = date(2024, 3, 6)
		self.assertFalse(schedule.is_stale(date(2024, 3, 1), today, 5))
		self.assertTrue(schedule.is_stale(date(2024, 2, 29), today, 5))
		self.assertTrue(schedule.is_stale(None, today, 5))
		self.assertFalse(schedule.is_stale(None, today, 0))


class TestScheduledRuns(unittest.TestCase):
	def test_weekly(self):
		"""Every Tuesday; a Tuesday without a server is made up for on the day after, once."""
		tuesday = date(2024, 3, 5)
		self.assertTrue(schedule.is_run_day("Weekly", tuesday, "Tuesday", last_run=date(2024, 2, 27)))
		self.assertFalse(schedule.is_run_day("Weekly", tuesday, "Tuesday", last_run=tuesday))
		wednesday = date(2024, 3, 6)
		self.assertTrue(schedule.is_run_day("Weekly", wednesday, "Tuesday", last_run=date(2024, 2, 27)))
		self.assertFalse(schedule.is_run_day("Weekly", wednesday, "Tuesday", last_run=tuesday))

	def test_monthly(self):
		"""On the 31st means the last day in February; on the 1st of March, the run of February may still be due."""
		leap_day = date(2024, 2, 29)
		self.assertEqual(schedule.scheduled_day("Monthly", leap_day, day_of_month=31), leap_day)
		self.assertEqual(schedule.scheduled_day("Monthly", date(2024, 3, 1), day_of_month=31), leap_day)
		self.assertTrue(
			schedule.is_run_day("Monthly", date(2024, 3, 1), day_of_month=31, last_run=date(2024, 1, 31))
		)

	def test_no_schedule(self):
		self.assertFalse(schedule.is_run_day(None, date(2024, 3, 5)))

	@given(st.sampled_from(schedule.WEEKDAYS), days)
	def test_a_weekly_run_falls_on_its_day_within_the_week(self, weekday, today):
		day = schedule.scheduled_day("Weekly", today, weekday)
		self.assertEqual(schedule.WEEKDAYS[day.weekday()], weekday)
		self.assertIn((today - day).days, range(7))

	@given(st.integers(1, 31), days)
	def test_a_monthly_run_happens_each_month(self, day_of_month, today):
		day = schedule.scheduled_day("Monthly", today, day_of_month=day_of_month)
		self.assertIn((today - day).days, range(31))
		self.assertTrue(day.day == day_of_month or day == schedule.end_of_month(day))


class TestTerms(unittest.TestCase):
	"""90 in three terms of 30, due at the end of January, February and March."""

	terms = [(date(2026, 1, 31), 30), (date(2026, 2, 28), 30), (date(2026, 3, 31), 30)]

	def late(self, outstanding: float, day: date) -> list:
		return late_terms(self.terms, outstanding, day)

	def test_table(self):
		january, february, march = (due for due, _amount in self.terms)
		cases = [
			("nothing due yet", 90, date(2026, 1, 30), []),
			("the first one", 90, date(2026, 1, 31), [(january, 30)]),
			("two, nothing paid", 90, date(2026, 3, 1), [(january, 30), (february, 30)]),
			("two, 10 paid", 80, date(2026, 3, 1), [(january, 20), (february, 30)]),
			("two, 30 paid: the first one is settled", 60, date(2026, 3, 1), [(february, 30)]),
			("two, 60 paid: nothing is late", 30, date(2026, 3, 1), []),
			("all, 85 paid", 5, date(2026, 4, 1), [(march, 5)]),
			("more is open than the terms say: the oldest one", 91, date(2026, 1, 31), [(january, 31)]),
		]
		for what, outstanding, day, expected in cases:
			with self.subTest(what):
				self.assertEqual(self.late(outstanding, day), expected)

	def test_together(self):
		"""One line of a letter: due since the oldest late term, with all that is late."""
		self.assertEqual(together(self.late(80, date(2026, 3, 1))), (date(2026, 1, 31), 50))

	def test_which_payment_came_for_which_term(self):
		"""20 in time and 45 on 3 March: 10 of them end the first term, 30 are the second, 5 begin the third."""
		(january, february, march), paid_on = self.terms, date(2026, 3, 3)
		came = payments_of_terms(self.terms, [(paid_on, 45), (date(2026, 1, 5), 20)])
		self.assertEqual(
			came,
			[
				(january, ((date(2026, 1, 5), 20), (paid_on, 10))),
				(february, ((paid_on, 30),)),
				(march, ((paid_on, 5),)),
			],
		)

	@given(
		st.lists(st.tuples(days, st.integers(1, 100_000)), min_size=1, max_size=6),
		st.lists(st.tuples(days, st.integers(1, 100_000)), max_size=6),
	)
	def test_payments_are_shared_out(self, terms, payments):
		"""No term gets more than its amount; together they get what was paid, or all that was asked."""
		terms = [(due, cents / 100) for due, cents in terms]
		payments = [(day, cents / 100) for day, cents in payments]
		found = payments_of_terms(terms, payments)
		self.assertEqual(sorted(terms), [term for term, _came in found])
		for (_due, amount), came in found:
			self.assertLessEqual(round(sum(part for _day, part in came), 2), amount)
		total = round(sum(part for _term, came in found for _day, part in came), 2)
		due, paid = (round(sum(amount for _day, amount in rows), 2) for rows in (terms, payments))
		self.assertEqual(total, min(due, paid))

	@given(st.lists(st.tuples(days, st.integers(1, 100_000)), min_size=1, max_size=6), st.data())
	def test_what_is_open_is_shared_out(self, terms, data):
		"""When all terms are due, their open parts are what is open; before that they are less, and never negative."""
		amounts = [(due, cents / 100) for due, cents in terms]
		outstanding = data.draw(st.integers(1, sum(cents for _due, cents in terms))) / 100
		everything = late_terms(amounts, outstanding, date(2099, 1, 1))
		self.assertAlmostEqual(sum(amount for _due, amount in everything), outstanding, 2)
		day = data.draw(days)
		late = late_terms(amounts, outstanding, day)
		self.assertEqual(late, [row for row in everything if row[0] <= day])
		self.assertTrue(all(amount > 0 for _due, amount in late))
