"""Two hundred random steps on one register, each followed by a simple model; what the model forbids must be refused.

The model is a list of (day, member, class, shares, what caused it). Everything it says is compared after each step.
"""

import datetime
import random
from collections import defaultdict

import frappe
from frappe.tests.utils import FrappeTestCase

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.register import integrity, ledger, registers
from coop_membership.tests import factories

STEPS, SEED = 200, 20261125
START = datetime.date(2024, 1, 2)


class Model:
	"""Who holds what, and whether anybody ever held less than nothing."""

	def __init__(self):
		self.lines: list[tuple[datetime.date, str, str, int, str]] = []

	def add(self, day, cause, *changes) -> None:
		self.lines += [(day, member, share_class, shares, cause) for member, share_class, shares in changes]

	def held(self, on=None) -> dict[tuple[str, str], int]:
		total: dict = defaultdict(int)
		for day, member, share_class, shares, _cause in self.lines:
			if on is None or day <= on:
				total[member, share_class] += shares
		return {key: shares for key, shares in total.items() if shares}

	def without(self, cause) -> "Model":
		other = Model()
		other.lines = [line for line in self.lines if line[4] != cause]
		return other

	def moved(self, cause, day) -> "Model":
		other = Model()
		other.lines = [(day, *line[1:]) if line[4] == cause else line for line in self.lines]
		return other

	def is_possible(self) -> bool:
		total: dict = defaultdict(int)
		for _day, member, share_class, shares, _cause in sorted(self.lines, key=lambda line: line[0]):
			total[member, share_class] += shares
			if total[member, share_class] < 0:
				return False
		return True


class TestSequences(FrappeTestCase):
	def setUp(self):
		frappe.flags.mute_member_mails = True
		self.addCleanup(frappe.flags.pop, "mute_member_mails", None)
		self.random = random.Random(SEED)
		self.cooperative = factories.a_cooperative(ELSEWHERE)
		self.classes = [
			factories.class_of(self.cooperative),
			factories.a_share_class(self.cooperative, "B", 50).name,
		]
		self.model, self.day = Model(), START
		self.board = factories.a_board_member()
		self.members = [self.joins() for _number in range(4)]
		self.done: list[str] = []

	def next_day(self) -> datetime.date:
		"""Every operation has a day of its own; the days between are for corrections."""
		self.day += datetime.timedelta(days=2)
		return self.day

	def joins(self):
		member = factories.a_member(
			self.cooperative, on=str(self.next_day()), quantity=8, first_name=factories.unique()
		)
		self.model.add(self.day, member.name, (member.name, self.classes[0], 8))
		return member

	def refused(self, action, *args) -> bool:
		frappe.db.savepoint("step")
		try:
			action(*args)
			return False
		except frappe.ValidationError:
			frappe.db.rollback(save_point="step")
			frappe.clear_messages()
			return True

	def step_more(self):
		member, quantity = self.random.choice(self.members), self.random.randint(1, 6)
		if not any(holder == member.name for holder, _class in self.model.held()):
			return  # who has left applies anew
		subscription = factories.more_shares(member, quantity, on=str(self.next_day()))
		self.model.add(self.day, subscription.name, (member.name, self.classes[0], quantity))

	def step_transaction(self):
		kind = self.random.choice(["Sell Back", "Transfer", "Conversion", "Gift"])
		giver, receiver = self.random.sample(self.members, 2)
		quantity, day = self.random.randint(1, 9), self.next_day()
		source = self.random.choice(self.classes)
		into = self.classes[1 - self.classes.index(source)]
		held = self.model.held()
		new = quantity / 2 if source == self.classes[0] else quantity * 2
		changes = {
			"Transfer": [(receiver.name, source, quantity)],
			"Conversion": [(giver.name, into, int(new))],
		}.get(kind, [])
		possible = held.get((giver.name, source), 0) >= quantity
		if kind == "Conversion":
			possible = possible and new == int(new)
		if kind == "Transfer":
			possible = possible and any(holder == receiver.name for holder, _class in held)
		values = {"share_class": source}
		if kind == "Transfer":
			values["receiver"] = receiver.name
		if kind == "Conversion":
			values["to_share_class"] = into
		made = []

		def act():
			made.append(
				factories.executed(factories.a_transaction(giver, kind, quantity, **values), on=str(day))
			)

		self.assertEqual(self.refused(act), not possible, (kind, giver.name, quantity, held))
		if possible:
			self.done.append(made[0].name)
			self.model.add(day, made[0].name, (giver.name, source, -quantity), *changes)

	def step_take_back(self):
		if not self.done:
			return
		name = self.random.choice(self.done)
		after = self.model.without(name)
		document = frappe.get_doc("Share Transaction", name)
		self.assertEqual(self.refused(document.cancel), not after.is_possible(), name)
		if after.is_possible():
			self.model = after
			self.done.remove(name)

	def step_correct_date(self):
		if not self.done:
			return
		name = self.random.choice(self.done)
		days = (self.day - START).days // 2
		day = START + datetime.timedelta(days=2 * self.random.randint(1, days) + 1)
		if any(line[0] == day for line in self.model.lines):
			return
		after = self.model.moved(name, day)
		entry = frappe.get_doc("Share Register Entry", ledger.entries_of(name)[0].name)
		self.assertEqual(self.refused(entry.correct_date, str(day), "Erreur"), not after.is_possible(), name)
		if after.is_possible():
			self.model = after

	def compare(self):
		held = registers.held(self.cooperative.name)
		shown = {(m, c): holding.quantity for m, classes in held.items() for c, holding in classes.items()}
		self.assertEqual(shown, self.model.held())

	def test_two_hundred_steps(self):
		"""Joining, more shares, every kind of transaction, taking back, other dates, in any order: register, members and
		model agree after every step, on every day in the end, and nothing the check asks about is broken."""
		steps = (
			[self.step_more] * 3
			+ [self.step_transaction] * 6
			+ [self.step_take_back] * 2
			+ [self.step_correct_date]
		)
		for number in range(STEPS):
			self.random.choice(steps)()
			self.compare()
			if number % 50 == 49:
				self.assertEqual(integrity.check(self.cooperative.name), [])
		for day in sorted({line[0] for line in self.model.lines}):
			expected = self.model.held(day)
			for member in self.members:
				mine = {c: shares for (m, c), shares in expected.items() if m == member.name}
				self.assertEqual(ledger.holdings(member.name, day), mine, (member.name, day))
