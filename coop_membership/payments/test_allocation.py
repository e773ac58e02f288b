"""Pure tests of the rule by which a payment pays what is open."""

import unittest
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.accounting.open_items import OpenItem
from coop_membership.payments.allocation import allocate, named_in

SHARES = OpenItem("Share Subscription", "SUB-1", 75, date(2026, 3, 1))
DUES = OpenItem("Membership", "DUES-1", 60, date(2026, 2, 1))
FEE = OpenItem("Dunning Letter", "DL-1", 5, date(2026, 4, 1), asked_with=(SHARES.key,), is_booked=False)


def paid(amount: float, *items: OpenItem, named=None):
	found = allocate(amount, items, named)
	return [(part.item.document, part.amount) for part in found.parts], found.credit


class TestAllocation(unittest.TestCase):
	def test_135_for_shares_of_75_and_dues_of_60(self):
		"""Both are settled, whichever of them the payment names, and none."""
		for named in (SHARES.key, DUES.key, None):
			parts, credit = paid(135, SHARES, DUES, named=named)
			self.assertEqual((dict(parts), credit), ({"SUB-1": 75, "DUES-1": 60}, 0))

	def test_what_is_named_comes_first_though_other_things_are_due_before(self):
		"""80 with the reference of the shares: 75 for them, 5 towards the dues, which were due a month before."""
		self.assertEqual(paid(80, DUES, SHARES, named=SHARES.key), ([("SUB-1", 75), ("DUES-1", 5)], 0))

	def test_nothing_named_the_oldest_first(self):
		self.assertEqual(paid(80, SHARES, DUES), ([("DUES-1", 60), ("SUB-1", 20)], 0))

	def test_the_fee_of_what_is_named_before_anything_else(self):
		"""80 for shares of 75 whose reminder asks for 5 more: the fee, before dues that were due earlier; no credit."""
		self.assertEqual(paid(80, DUES, SHARES, FEE, named=SHARES.key), ([("SUB-1", 75), ("DL-1", 5)], 0))
		self.assertEqual(paid(5, DUES, FEE, named=SHARES.key), ([("DL-1", 5)], 0))

	def test_the_fee_of_something_else_waits_for_its_day(self):
		"""Named are the dues: then the shares of 1 March, then their reminder's fee of 1 April."""
		self.assertEqual(
			paid(141, FEE, SHARES, DUES, named=DUES.key), ([("DUES-1", 60), ("SUB-1", 75), ("DL-1", 5)], 1)
		)

	def test_on_one_day_the_debt_before_the_fee(self):
		fee = OpenItem("Sales Invoice", "A", 5, SHARES.due_date, asked_with=(SHARES.key,))
		self.assertEqual(paid(76, fee, SHARES), ([("SUB-1", 75), ("A", 1)], 0))

	def test_nothing_open_is_credit(self):
		self.assertEqual(paid(30), ([], 30))
		self.assertEqual(paid(30, OpenItem("Membership", "PAID", 0, date(2026, 1, 1))), ([], 30))

	def test_a_name_that_is_not_open_is_none(self):
		self.assertEqual(paid(10, DUES, named=("Membership", "OLD")), ([("DUES-1", 10)], 0))

	def test_cents_are_not_lost_to_fractions(self):
		"""0.10 of 0.30 three times, which in binary fractions is not 0.30."""
		items = [OpenItem("Membership", str(day), 0.1, date(2026, 1, day)) for day in (1, 2, 3)]
		self.assertEqual(paid(0.3, *items), ([("1", 0.1), ("2", 0.1), ("3", 0.1)], 0))


cents = st.integers(0, 10_000_000).map(lambda number: number / 100)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
names = st.integers(0, 4).map(lambda number: ("Membership", f"D{number}"))


@st.composite
def open_items(draw):
	keys = draw(st.lists(names, unique=True, max_size=5))
	demands = [OpenItem(*key, draw(cents), draw(days)) for key in keys]
	about = st.lists(st.sampled_from(keys), min_size=1, max_size=3) if keys else st.nothing()
	fees = draw(st.lists(st.tuples(about, cents, days), max_size=3)) if keys else []
	return demands + [
		OpenItem("Dunning Letter", f"L{number}", amount, day, tuple(asked), False)
		for number, (asked, amount, day) in enumerate(fees)
	]


class TestInvariants(unittest.TestCase):
	@given(cents, open_items(), st.none() | names)
	def test_no_cent_is_lost_or_made(self, amount, items, named):
		"""Parts and credit are the payment; nothing gets more than is open; credit only when nothing is open any more."""
		found = allocate(amount, items, named)
		self.assertAlmostEqual(sum(part.amount for part in found.parts) + found.credit, amount, places=6)
		paid_of = {part.item.key: part.amount for part in found.parts}
		self.assertEqual(len(paid_of), len(found.parts))
		for part in found.parts:
			self.assertTrue(0 < part.amount <= part.item.open)
		if found.credit:
			for item in items:
				self.assertEqual(paid_of.get(item.key, 0), item.open)

	@given(cents, open_items(), st.none() | names)
	def test_the_order_in_which_items_are_read_does_not_matter(self, amount, items, named):
		self.assertEqual(allocate(amount, items, named), allocate(amount, items[::-1], named))

	@given(cents, open_items(), names)
	def test_only_the_last_part_is_not_whole(self, amount, items, named):
		found = allocate(amount, items, named)
		for part in found.parts[:-1]:
			self.assertEqual(part.amount, part.item.open)

	@given(cents, cents, open_items(), st.none() | names)
	def test_two_payments_pay_what_one_of_both_would(self, first, second, items, named):
		"""Money that comes in two parts with the same reference ends where one sum would."""
		both = allocate(round(first + second, 2), items, named)
		earlier = allocate(first, items, named)
		paid_of = {part.item.key: part.amount for part in earlier.parts}
		left = [
			OpenItem(
				item.document_type,
				item.document,
				round(item.open - paid_of.get(item.key, 0), 2),
				item.due_date,
				item.asked_with,
				item.is_booked,
			)
			for item in items
		]
		later = allocate(second, left, named)
		for part in later.parts:
			paid_of[part.item.key] = round(paid_of.get(part.item.key, 0) + part.amount, 2)
		self.assertEqual(paid_of, {part.item.key: part.amount for part in both.parts})
		self.assertAlmostEqual(earlier.credit + later.credit, both.credit, places=6)


class TestNamed(unittest.TestCase):
	def test_the_reference_in_what_a_payer_wrote(self):
		"""With other words around it, spaced as banks do, in small letters; two references, or none, name nothing."""
		references = {SHARES.key: "+++123/4567/89002+++", DUES.key: "RF18 0000 SUB1"}
		for text, named in (
			("Parts 123/4567/89002 merci", SHARES.key),
			("***123/4567/89002***", SHARES.key),
			("rf180000sub1", DUES.key),
			("123456789002 RF180000SUB1", None),
			("", None),
			(None, None),
		):
			with self.subTest(text):
				self.assertEqual(named_in(text, references), named)
