"""Pure tests of the register's arithmetic; no site is needed."""

import datetime
import unittest
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from coop_membership.register.movements import Movement, digest, gaps, holdings, overdrawn

DAY = datetime.date(2026, 1, 1)
PRICES = {"A": Decimal(25), "B": Decimal("12.50")}


def move(number: int, quantity: int = 1, day: datetime.date = DAY, **values) -> Movement:
	share_class = values.pop("share_class", "A")
	price = PRICES[share_class]
	return Movement(
		cooperative="Coop",
		number=number,
		entry_type=values.pop("entry_type", "Subscription"),
		effective_date=day,
		share_class=share_class,
		quantity=quantity,
		unit_price=price,
		amount=quantity * price,
		**values,
	)


@st.composite
def registers(draw) -> list[Movement]:
	"""Registers as the services write them: nobody gives more than they hold on the day of the entry."""
	held: dict[tuple[str, str], int] = {}
	lines = []
	day = DAY
	for number in range(1, draw(st.integers(1, 25)) + 1):
		day += datetime.timedelta(days=draw(st.integers(0, 40)))
		member = draw(st.sampled_from("XYZ"))
		share_class = draw(st.sampled_from("AB"))
		owned = held.get((member, share_class), 0)
		kind = draw(st.sampled_from(["in", "out", "transfer"])) if owned else "in"
		quantity = draw(st.integers(1, owned if kind != "in" else 9))
		values = {"share_class": share_class}
		if kind == "in":
			values["to_member"] = member
			held[member, share_class] = owned + quantity
		else:
			values |= {"from_member": member, "entry_type": "Sell Back"}
			held[member, share_class] = owned - quantity
			if kind == "transfer":
				other = draw(st.sampled_from([m for m in "XYZ" if m != member]))
				values |= {"to_member": other, "entry_type": "Transfer"}
				held[other, share_class] = held.get((other, share_class), 0) + quantity
		lines.append(move(number, quantity, day, **values))
	return lines


def capital(lines) -> Decimal:
	return sum((h.value for classes in holdings(lines).values() for h in classes.values()), Decimal(0))


class TestMovements(unittest.TestCase):
	@given(registers())
	def test_shares_are_neither_made_nor_lost(self, lines):
		"""What all members hold together is what the cooperative issued less what came back."""
		issued = sum(m.quantity for m in lines if m.to_member and not m.from_member)
		returned = sum(m.quantity for m in lines if m.from_member and not m.to_member)
		held = sum(h.quantity for classes in holdings(lines).values() for h in classes.values())
		self.assertEqual(held, issued - returned)

	@given(registers())
	def test_a_register_that_the_services_wrote_is_never_overdrawn(self, lines):
		self.assertEqual(overdrawn(lines), [])

	@given(registers(), st.data())
	def test_as_of_a_date_is_the_register_cut_at_that_date(self, lines, data):
		day = data.draw(st.sampled_from([m.effective_date for m in lines]))
		self.assertEqual(holdings(lines, day), holdings(m for m in lines if m.effective_date <= day))

	@given(registers(), st.data())
	def test_a_reversal_brings_back_the_holdings_of_before(self, lines, data):
		"""Any line followed by its reversal leaves everybody with what they had without the line."""
		taken_back = data.draw(st.sampled_from(lines))
		reversal = taken_back.reversal(len(lines) + 1, lines[-1].effective_date, "SRE-1")
		self.assertEqual(holdings([*lines, reversal]), holdings(m for m in lines if m is not taken_back))

	def test_a_conversion_keeps_the_value_and_its_reversal_undoes_it(self):
		"""2 shares A of 25 become 4 shares B of 12.50: capital 50 before, between and after."""
		bought = move(1, 2, to_member="X")
		into_b = replace(
			move(2, 2, from_member="X", to_member="X", entry_type="Conversion"),
			to_share_class="B",
			to_quantity=4,
			to_unit_price=PRICES["B"],
		)
		self.assertEqual({c: h.quantity for c, h in holdings([bought, into_b])["X"].items()}, {"B": 4})
		self.assertEqual(capital([bought, into_b]), 50)
		undone = into_b.reversal(3, DAY, "SRE-2")
		self.assertEqual(
			{c: h.quantity for c, h in holdings([bought, into_b, undone])["X"].items()}, {"A": 2}
		)

	def test_selling_before_buying_is_seen_although_the_sum_is_right(self):
		"""Bought on 10 January, sold on 5 January by a later entry: on the 5th the member held -1."""
		bought = move(1, 1, datetime.date(2026, 1, 10), to_member="X")
		sold = move(2, 1, datetime.date(2026, 1, 5), from_member="X", entry_type="Sell Back")
		[(movement, member, share_class, held)] = overdrawn([bought, sold])
		self.assertEqual((movement.number, member, share_class, held), (2, "X", "A", -1))

	@given(registers(), st.data())
	def test_any_altered_field_breaks_the_chain(self, lines, data):
		"""Changing one field of one line gives another digest, so the next line no longer follows."""
		line = data.draw(st.sampled_from(lines))
		change = data.draw(
			st.sampled_from(
				[
					{"quantity": line.quantity + 1},
					{"amount": line.amount + 1},
					{"effective_date": line.effective_date + datetime.timedelta(days=1)},
					{"to_member": "W"},
					{"number": line.number + 1},
					{"reference": "other"},
				]
			)
		)
		self.assertNotEqual(digest(line, "p"), digest(replace(line, **change), "p"))
		self.assertNotEqual(digest(line, "p"), digest(line, "q"))

	@given(registers())
	def test_a_movement_read_from_any_database_has_the_same_digest(self, lines):
		"""SQLite gives floats, text dates and None; MariaDB decimals, dates and empty text: one digest."""
		for line in lines:
			as_sqlite = vars(line) | {
				"unit_price": float(line.unit_price),
				"amount": float(line.amount),
				"effective_date": str(line.effective_date),
				"from_member": line.from_member or None,
				"to_share_class": None,
				"reverses": None,
			}
			self.assertEqual(digest(Movement.of(as_sqlite), ""), digest(line, ""))

	def test_gaps_and_doubles_are_named(self):
		self.assertEqual(gaps([1, 2, 4, 4, 6]), [3, 4, 5])
		self.assertEqual(gaps([2, 3], first=1), [1])
		self.assertEqual(gaps([]), [])
