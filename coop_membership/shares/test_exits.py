"""Pure tests of the rules for shares that leave a member; no site is needed."""

import datetime
import itertools
import unittest
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from coop_membership.register.certificates import leaving
from coop_membership.register.movements import Movement, holdings, overdrawn
from coop_membership.register.test_movements import DAY, move, registers
from coop_membership.shares.exits import (
	CONVERSION,
	GIFT,
	SELL_BACK,
	TRANSFER,
	ClassRules,
	Giver,
	Limits,
	Receiver,
	Wanted,
	check,
	converted,
	free_from,
	last_moved,
	nearest_conversion,
	taken,
	value_of,
)

A, B = ClassRules("Part A", Decimal(25)), ClassRules("Part B", Decimal(50))
LIMITS = Limits({"A": A, "B": B})
TODAY = DAY + datetime.timedelta(days=1500)
days = st.integers(0, 1400).map(lambda number: DAY + datetime.timedelta(days=number))
lots = st.lists(
	st.tuples(st.integers(1, 12), st.sampled_from([Decimal(10), Decimal(25), Decimal("12.50")])), max_size=5
)


def a_giver(*movements: Movement, reserved: int = 0, is_organisation: bool = False) -> Giver:
	paid = leaving([(str(m.number), m) for m in movements], "X", "A")
	return Giver("X", is_organisation, movements, paid, reserved)


def codes(
	wanted: Wanted, giver: Giver, receiver: Receiver | None = None, limits: Limits = LIMITS
) -> list[str]:
	return [problem.code for problem in check(wanted, giver, receiver, limits, TODAY)]


class TestRules(unittest.TestCase):
	"""X holds 4 shares of A since the first day."""

	def setUp(self):
		self.giver = a_giver(move(1, 4, to_member="X"))

	def test_nothing_stands_against_it(self):
		for kind in (SELL_BACK, GIFT):
			self.assertEqual(codes(Wanted(kind, "A", 4, DAY), self.giver), [])

	def test_quantity(self):
		self.assertEqual(codes(Wanted(SELL_BACK, "A", 0), self.giver), ["quantity_wrong"])
		self.assertEqual(codes(Wanted(SELL_BACK, "A", 5), self.giver), ["too_few"])
		self.assertEqual(codes(Wanted(SELL_BACK, "B", 1), self.giver), ["too_few"])

	def test_reserved(self):
		"""Another request has asked for 3 of the 4: 2 more are refused as asked for twice, 5 as too many at all."""
		giver = replace(self.giver, reserved=3)
		self.assertEqual(codes(Wanted(SELL_BACK, "A", 1), giver), [])
		self.assertEqual(codes(Wanted(SELL_BACK, "A", 2), giver), ["reserved"])
		self.assertEqual(codes(Wanted(SELL_BACK, "A", 5), giver), ["too_few"])

	def test_dates(self):
		"""Not ahead, not before the last movement of the same shares; those of another class don't matter."""
		tomorrow = TODAY + datetime.timedelta(days=1)
		self.assertEqual(codes(Wanted(SELL_BACK, "A", 1, tomorrow), self.giver), ["in_future"])
		later = DAY + datetime.timedelta(days=10)
		giver = a_giver(move(1, 4, to_member="X"), move(2, 1, later, share_class="B", to_member="X"))
		self.assertEqual(codes(Wanted(SELL_BACK, "A", 1, DAY), giver), [])
		giver = a_giver(move(1, 4, to_member="X"), move(2, 1, later, to_member="X"))
		self.assertEqual(codes(Wanted(SELL_BACK, "A", 1, DAY), giver), ["before_last_movement"])

	def test_the_minimum(self):
		limits = Limits({"A": replace(A, minimum=3)})
		for quantity, expected in ((1, []), (2, ["below_minimum"]), (4, [])):
			self.assertEqual(codes(Wanted(SELL_BACK, "A", quantity), self.giver, limits=limits), expected)

	def test_the_receiver(self):
		wanted, person, house = Wanted(TRANSFER, "A", 2), Receiver("Y", False), Receiver("Z", True)
		self.assertEqual(codes(wanted, self.giver, person), [])
		self.assertEqual(codes(wanted, self.giver, Receiver("X", False)), ["to_oneself"])
		for rules, receiver, expected in (
			(replace(A, for_organisations=False), house, "not_for_organisations"),
			(replace(A, for_individuals=False), person, "not_for_individuals"),
			(replace(A, maximum=1), person, "receives_too_many"),
			(replace(A, minimum=3), person, "receives_too_few"),
		):
			problems = codes(wanted, self.giver, receiver, Limits({"A": rules}))
			self.assertIn(expected, problems)
		rich = replace(person, held={"B": (1, Decimal(50))})
		self.assertEqual(codes(wanted, self.giver, rich, replace(LIMITS, maximum_amount=Decimal(100))), [])
		self.assertEqual(
			codes(wanted, self.giver, rich, replace(LIMITS, maximum_amount=Decimal(99))), ["amount_too_high"]
		)
		self.assertEqual(
			codes(wanted, self.giver, rich, replace(LIMITS, single_share_class=True)),
			["one_class_only_receiver"],
		)

	def test_a_conversion(self):
		def wanted(quantity: int, into: str = "B") -> Wanted:
			return Wanted(CONVERSION, "A", quantity, to_share_class=into)

		self.assertEqual(codes(wanted(2), self.giver), [])
		self.assertEqual(codes(wanted(2, "A"), self.giver), ["into_same_class"])
		self.assertEqual(codes(wanted(2, ""), self.giver), ["into_which_class"])
		[problem] = check(wanted(3), self.giver, None, LIMITS, TODAY)
		self.assertEqual((problem.code, problem.values["nearest"]), ("remainder", 2))
		dear = Limits({"A": A, "B": replace(B, unit_price=Decimal(1000))})
		self.assertEqual(codes(wanted(4), self.giver, limits=dear), ["never_whole"])
		single = replace(LIMITS, single_share_class=True)
		self.assertEqual(codes(wanted(2), self.giver, limits=single), ["one_class_only_conversion"])
		self.assertEqual(codes(wanted(4), self.giver, limits=single), [])
		closed = Limits({"A": A, "B": replace(B, disabled=True)})
		self.assertEqual(codes(wanted(2), self.giver, limits=closed), ["class_closed"])


class TestProperties(unittest.TestCase):
	@settings(max_examples=300, deadline=None)
	@given(registers(), st.sampled_from("XYZ"), st.sampled_from("AB"), days)
	def test_what_is_free_never_overdraws(self, lines, member, share_class, day):
		"""Whatever the register holds and on whichever day: `free_from` shares may leave, and one more may not."""
		free = free_from(lines, member, share_class, day)

		def after(quantity: int) -> list:
			gone = move(
				99, quantity, day, share_class=share_class, from_member=member, entry_type="Sell Back"
			)
			return overdrawn([*lines, gone])

		if free:
			self.assertEqual(after(free), [])
		self.assertNotEqual(after(free + 1), [])

	@settings(max_examples=300, deadline=None)
	@given(registers(), st.data())
	def test_whatever_passes_the_rules_leaves_a_sound_register(self, lines, data):
		"""A random request on a random register: if `check` finds nothing, nobody is overdrawn, the value leaves whole,
		and what stays fits the minimum."""
		rules = {
			"A": replace(A, minimum=data.draw(st.integers(0, 4))),
			"B": replace(B, unit_price=Decimal("12.50")),
		}
		limits = Limits(rules)
		moves = [(str(line.number), line) for line in lines]
		giver = Giver("X", False, lines, leaving(moves, "X", "A"))
		kind = data.draw(st.sampled_from([SELL_BACK, GIFT, TRANSFER, CONVERSION]))
		wanted = Wanted(
			kind, "A", data.draw(st.integers(-1, 15)), data.draw(days), "B" if kind == CONVERSION else ""
		)
		before = holdings(lines)
		receiver = Receiver("Y", False, {c: (h.quantity, h.value) for c, h in before.get("Y", {}).items()})
		if any(check(wanted, giver, receiver, limits, TODAY)):
			return
		new = list(lines)
		for shares, price in taken(giver.lots, wanted.quantity):
			line = move(len(new) + 1, shares, wanted.effective_date, from_member="X", entry_type=kind)
			line = replace(line, unit_price=price, amount=shares * price)
			if kind == TRANSFER:
				line = replace(line, to_member="Y")
			if kind == CONVERSION:
				line = replace(line, to_share_class="B", to_quantity=int(shares * price / Decimal("12.50")))
				line = replace(line, to_unit_price=Decimal("12.50"))
			new.append(line)
		self.assertEqual(overdrawn(new), [])
		after = holdings(new)

		def total(register) -> Decimal:
			return sum((h.value for classes in register.values() for h in classes.values()), Decimal(0))

		leaves = value_of(taken(giver.lots, wanted.quantity)) if kind in (SELL_BACK, GIFT) else Decimal(0)
		self.assertEqual(total(before) - total(after), leaves)
		stays = after.get("X", {}).get("A")
		self.assertTrue(stays is None or stays.quantity >= rules["A"].minimum)
		self.assertGreaterEqual(wanted.effective_date, last_moved(lines, "X", "A"))
		rest = leaving([(str(line.number), line) for line in new], "X", "A")
		self.assertEqual(value_of(rest), stays.value if stays else 0)

	@given(lots, st.integers(0, 70))
	def test_what_is_taken(self, lots, quantity):
		"""As many shares as asked for, or all; the first ones first; neighbours of one price in one line."""
		parts = taken(lots, quantity)
		self.assertEqual(
			sum(shares for shares, _p in parts), min(quantity, sum(shares for shares, _p in lots))
		)
		self.assertTrue(all(one[1] != other[1] for one, other in itertools.pairwise(parts)))

	@given(lots, st.integers(1, 70), st.sampled_from([Decimal(5), Decimal(30), Decimal(50), Decimal(1000)]))
	def test_a_conversion_keeps_the_value(self, lots, quantity, price):
		"""Shares and value of what is given equal those of what is received; the nearest quantity is the nearest."""
		most = sum(shares for shares, _p in lots)
		parts = converted(lots, quantity, price)
		if parts is not None:
			for shares, paid, new in parts:
				self.assertEqual(shares * paid, new * price)
			return
		possible = [n for n in range(1, most + 1) if converted(lots, n, price)]
		nearest = nearest_conversion(lots, quantity, price)
		if not possible:
			self.assertIsNone(nearest)
		else:
			self.assertEqual(abs(nearest - quantity), min(abs(n - quantity) for n in possible))


if __name__ == "__main__":
	unittest.main()
