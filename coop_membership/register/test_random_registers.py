"""Random histories: what the database computes is what the pure arithmetic says, on every day and between any two."""

import datetime
import random
from collections import defaultdict
from decimal import Decimal

import frappe

from coop_membership import bulk
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.register import ledger, registers
from coop_membership.register.movements import Movement, holdings, overdrawn
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

HISTORIES, STEPS, MEMBERS = 6, 60, 6
PRICES = (25, 12.5)
START = datetime.date(2024, 1, 1)


class History:
	"""A register in which nobody gives more than they hold; dates go back and forth, some entries are taken back."""

	def __init__(self, seed: int, cooperative: str, classes: list[str]):
		self.random, self.cooperative, self.classes = random.Random(seed), cooperative, classes
		self.members = [f"{factories.unique()}-{number}" for number in range(MEMBERS)]
		self.rows: list[frappe._dict] = []
		while len(self.rows) < STEPS:
			self.step()

	def held(self, member: str, share_class: str) -> int:
		position = holdings(map(Movement.of, self.rows)).get(member, {}).get(share_class)
		return position.quantity if position else 0

	def step(self) -> None:
		kind = self.random.choice(
			["Subscription"] * 3 + ["Sell Back", "Transfer", "Conversion", "Reversal"] * 2
		)
		member, other = self.random.sample(self.members, 2)
		share_class, into = self.random.sample(self.classes, 2)
		quantity, prices = 2 * self.random.randint(1, 3), dict(zip(self.classes, PRICES, strict=True))
		if kind == "Reversal":
			return self.take_back()
		if kind != "Subscription" and self.held(member, share_class) < quantity:
			return None
		sides = {
			"Subscription": {"to_member": member},
			"Sell Back": {"from_member": member},
			"Transfer": {"from_member": member, "to_member": other},
			"Conversion": {
				"from_member": member,
				"to_share_class": into,
				"to_quantity": int(quantity * prices[share_class] / prices[into]),
				"to_unit_price": prices[into],
			},
		}
		day = START + datetime.timedelta(days=self.random.randint(0, 700))
		return self.add(kind, day, share_class, quantity, prices[share_class], **sides[kind])

	def take_back(self) -> None:
		reversed_ = {row.reverses for row in self.rows}
		free = [row for row in self.rows if not row.reverses and row.name not in reversed_]
		if not free:
			return
		row = self.random.choice(free)
		days = self.random.choice([0, 0, 30])  # registers of before took back on a later day
		back = Movement.of(row).reversal(0, row.effective_date + datetime.timedelta(days=days), row.name)
		self.add(
			"Reversal",
			back.effective_date,
			back.share_class,
			back.quantity,
			float(back.unit_price),
			from_member=back.from_member,
			to_member=back.to_member,
			to_share_class=back.to_share_class,
			to_quantity=back.to_quantity,
			to_unit_price=float(back.to_unit_price),
			reverses=row.name,
		)

	def add(
		self, kind: str, day: datetime.date, share_class: str, quantity: int, price: float, **more
	) -> None:
		number = len(self.rows) + 1
		values = {"to_quantity": 0, "to_unit_price": 0, **{k: v or None for k, v in more.items() if v}}
		self.rows.append(
			frappe._dict(
				values,
				name=f"{self.members[0]}-E{number}",
				cooperative=self.cooperative,
				number=number,
				entry_type=kind,
				effective_date=day,
				share_class=share_class,
				quantity=quantity,
				unit_price=price,
				amount=quantity * price,
			)
		)
		if overdrawn(map(Movement.of, self.rows)):
			self.rows.pop()

	def write(self) -> None:
		bulk.insert(ledger.ENTRY, self.rows)
		people = [
			{
				"name": name,
				"cooperative": self.cooperative,
				"member_number": number,
				"display_name": name,
				"number_key": name,
				"member_type": "Individual" if number % 2 else "Organisation",
			}
			for number, name in enumerate(self.members, start=1)
		]
		bulk.insert("Member", people)


class TestRandomRegisters(FrappeTestCase):
	def histories(self):
		for seed in range(HISTORIES):
			cooperative = factories.a_cooperative(ELSEWHERE)
			a, b = factories.class_of(cooperative), factories.a_share_class(cooperative, "B", 12.5).name
			history = History(seed, cooperative.name, [a, b])
			history.write()
			yield history, [Movement.of(row) for row in history.rows]

	def days(self, history, count: int = 6) -> list[datetime.date]:
		"""Days on which something happened, and the days before."""
		days = {row.effective_date - datetime.timedelta(days=d) for row in history.rows for d in (0, 1)}
		return sorted(history.random.sample(sorted(days), count))

	def test_on_any_day(self):
		"""Holdings, capital and the classes' totals."""
		for history, movements in self.histories():
			for day in self.days(history):
				expected = holdings(movements, day)
				self.assertEqual(registers.held(history.cooperative, day), expected)
				total = sum((h.value for own in expected.values() for h in own.values()), Decimal(0))
				self.assertEqual(Decimal(str(registers.capital(history.cooperative, day))), total)
				found = registers.by_class(history.cooperative, day)
				self.assertEqual(found.get("", frappe._dict(members=0)).members, len(expected))
				for share_class in history.classes:
					own = [classes[share_class] for classes in expected.values() if share_class in classes]
					row = found.get(share_class, frappe._dict(members=0, shares=0, value=0))
					self.assertEqual(
						(row.members, row.shares, Decimal(str(row.value))),
						(len(own), sum(h.quantity for h in own), sum((h.value for h in own), Decimal(0))),
					)

	def test_between_two_days(self):
		"""What there was and what changed is what there is: of each member and class, of all, and of the people."""
		for history, movements in self.histories():
			first, last = self.days(history, 2)
			before, after = holdings(movements, first - datetime.timedelta(days=1)), holdings(movements, last)
			for member, classes in registers.positions(history.cooperative, last, first).items():
				for share_class, position in classes.items():
					was = before.get(member, {}).get(share_class)
					self.assertEqual(
						position.shares - position.came + position.went, was.quantity if was else 0
					)
					self.assertGreaterEqual(min(position.came, position.went), 0)
			moves = registers.moves_between(history.cooperative, first, last)
			for share_class in history.classes:
				change = (
					[own.get(share_class) for own in after.values()],
					[o.get(share_class) for o in before.values()],
				)
				shares, value = (
					sum(getattr(h, what) for h in change[0] if h)
					- sum(getattr(h, what) for h in change[1] if h)
					for what in ("quantity", "value")
				)
				own = [move for move in moves if move.share_class == share_class]
				self.assertEqual(sum(move.came - move.went for move in own), shares)
				self.assertAlmostEqual(sum(move.value for move in own), float(value), 2)
			found = registers.between(history.cooperative, first, last)
			for name, row in found.items():
				self.assertEqual(row.before + row.joined - row.left, row.after, name)
				held = [h for own in after.values() for c, h in own.items() if name in ("", c)]
				self.assertEqual(row.shares, sum(h.quantity for h in held), name)
				self.assertAlmostEqual(row.value, float(sum(h.value for h in held)), 2, name)
			self.assertEqual((found[""].before, found[""].after), (len(before), len(after)))

	def test_who_joined_and_left(self):
		"""The first day on which something came, the last on which something went, of entries not taken back by then."""
		for history, movements in self.histories():
			for day in self.days(history, 3):
				until = [row for row in history.rows if row.effective_date <= day]
				stand = ledger.in_force(until)
				came, went = defaultdict(list), defaultdict(list)
				for row in stand:
					came[None if row.to_share_class else row.to_member].append(row.effective_date)
					went[row.from_member].append(row.effective_date)
				found = registers.dates(history.cooperative, day)
				self.assertEqual(
					{m: d.joined_on for m, d in found.items()}, {m: min(d) for m, d in came.items() if m}
				)
				for member, dates in found.items():
					self.assertEqual(dates.left_on, max(went[member], default=None))
				shown = holdings(movements, day)
				_classes, rows = registers.of_members(history.cooperative, day, kind="Individual")
				self.assertEqual(
					[row.name for row, _d, _p in rows], [m for m in history.members[::2] if m in shown]
				)

	def test_the_balance_of_each_line(self):
		"""Line by line, in one page or in pages of seven: the capital, or what one member holds."""
		for history, movements in self.histories():
			first, last = self.days(history, 2)
			for member in (None, history.members[1]):
				expected, running = {}, Decimal(0)
				chosen = [m for m in movements if not member or member in (m.from_member, m.to_member)]
				for early in (True, False):
					for movement in chosen:
						if (movement.effective_date < first) != early or movement.effective_date > last:
							continue
						deltas = [d for d in movement.deltas if not member or d[0] == member]
						running += sum((d[2] if member else d[3] for d in deltas), 0)
						if not early:
							expected[movement.number] = float(running)
				lines = registers.operations(history.cooperative, first, last, member)
				self.assertEqual({line.number: line.running for line in lines}, expected)
				paged, after = {}, 0
				while page := registers.operations(history.cooperative, first, last, member, after, 7):
					self.assertLessEqual(len(page), 7)
					paged |= {line.number: line.running for line in page}
					after = page[-1].number
				self.assertEqual(paged, expected)
