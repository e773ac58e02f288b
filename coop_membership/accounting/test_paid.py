"""Pure tests of what counts as paid; no site is needed."""

import datetime
import unittest
from unittest.mock import Mock

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.accounting.paid import Paid
from coop_membership.states import demands as states

DAY = datetime.date(2026, 3, 1)
PAYMENTS = st.lists(
	st.tuples(
		st.dates(DAY, DAY + datetime.timedelta(60)), st.integers(-5_000, 20_000).map(lambda c: c / 100)
	),
	max_size=8,
)


class TestPaid(unittest.TestCase):
	def test_the_payment_that_completes_it_makes_the_date(self):
		"""75 due: 30 on 1 March, 45 on 5 March, 10 too much on 9 March: complete on the 5th."""
		payments = [(DAY + datetime.timedelta(days), amount) for days, amount in ((8, 10), (0, 30), (4, 45))]
		self.assertEqual(Paid.sum_of(75, payments), Paid(85, datetime.date(2026, 3, 5)))

	def test_money_that_went_back_takes_the_date_along(self):
		"""75 on 1 March, back on 2 March, again on 9 March: complete on the 9th, not on the 1st."""
		payments = [(DAY, 75), (DAY + datetime.timedelta(1), -75), (DAY + datetime.timedelta(8), 75)]
		self.assertEqual(Paid.sum_of(75, payments).completed_on, DAY + datetime.timedelta(8))

	@given(PAYMENTS, st.integers(1, 30_000).map(lambda cents: cents / 100))
	def test_a_date_exactly_when_it_is_complete(self, payments, due):
		paid = Paid.sum_of(due, payments)
		self.assertAlmostEqual(paid.amount, sum(amount for _day, amount in payments), places=2)
		self.assertEqual(paid.completed_on is not None, paid.amount >= due)

	@given(PAYMENTS)
	def test_the_order_in_which_they_are_entered_is_nothing(self, payments):
		self.assertEqual(Paid.sum_of(50, payments), Paid.sum_of(50, payments[::-1]))


class TestStates(unittest.TestCase):
	def test_what_each_state_means(self):
		"""A table: due, waiting for money, paid, withdrawn."""
		for status, expected in {
			states.OPEN: (True, True, False, False),
			states.PARTLY_PAID: (True, True, False, False),
			states.PAID: (False, False, True, False),
			states.REVERSED: (False, True, False, False),
			states.EXPIRED: (False, False, False, False),
			states.CANCELLED: (False, False, False, True),
		}.items():
			demand = Mock(docstatus=1, status=status)
			found = tuple(
				ask(demand) for ask in (states.is_due, states.is_waiting, states.is_paid, states.is_withdrawn)
			)
			self.assertEqual(found, expected, status)
