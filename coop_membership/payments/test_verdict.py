"""Pure tests of what the money makes of a demand; no site is needed."""

import unittest

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.accounting.paid import Paid
from coop_membership.payments.verdict import LATER, Asked, verdict
from coop_membership.states.demands import CANCELLED, OPEN, PAID, PARTLY_PAID, REVERSED

CENTS = st.integers(0, 20_000).map(lambda cents: cents / 100)
BOOKS = st.builds(Paid, amount=CENTS, withdrawn=st.booleans())
DEMANDS = st.builds(Asked, amount=CENTS.filter(bool), paid=CENTS, fulfilled=st.booleans())


class TestVerdict(unittest.TestCase):
	def test_each_state_once(self):
		"""75 asked for: nothing, a part, all, too much; then credited; then taken back after the shares were issued."""
		asked, issued = Asked(75), Asked(75, 75, fulfilled=True)
		for paid, demand, expected in (
			(Paid(0), asked, OPEN),
			(Paid(74.99), asked, PARTLY_PAID),
			(Paid(75), asked, PAID),
			(Paid(80), asked, PAID),
			(Paid(0, withdrawn=True), asked, CANCELLED),
			(Paid(75, withdrawn=True), asked, CANCELLED),
			(Paid(0), issued, REVERSED),
			(Paid(75, withdrawn=True), issued, REVERSED),
		):
			self.assertEqual(verdict(paid, demand), expected, (paid, demand))

	@given(BOOKS, DEMANDS)
	def test_what_stays_is_never_called_open(self, paid, asked):
		"""Once shares are in the register, the state is Paid or Payment Reversed, whatever the books say."""
		if asked.fulfilled:
			self.assertIn(verdict(paid, asked), (PAID, REVERSED))

	@given(BOOKS, DEMANDS)
	def test_an_older_snapshot_never_takes_a_state_back(self, paid, asked):
		"""Not fresh: either the same verdict as a fresh look, or none at all when it would be a step back."""
		found = verdict(paid, asked, fresh=False)
		self.assertIn(found, (LATER, verdict(paid, asked)))
		if found != LATER and found != PAID:
			self.assertFalse(asked.fulfilled or paid.amount < asked.paid)

	@given(BOOKS, DEMANDS)
	def test_paid_means_all_of_it_and_not_withdrawn(self, paid, asked):
		self.assertEqual(verdict(paid, asked) == PAID, paid.amount >= asked.amount and not paid.withdrawn)
