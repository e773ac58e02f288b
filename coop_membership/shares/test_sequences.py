"""Two hundred random sequences of everything that moves shares, each followed by a simple model of shares and money.

What the model forbids must be refused; after every step all that the model says is compared, and the check of the
register finds nothing. A failure names its sequence and what was done in it; the same seed does the same again.
"""

from __future__ import annotations

import copy
import datetime
import random
from collections import defaultdict
from dataclasses import dataclass, field

import frappe
from frappe.utils import flt, getdate

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.accounting.choice import books_of
from coop_membership.register import integrity, ledger, registers
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

# a whole walk takes seconds on MariaDB; the embedded host takes them all
IS_QUICK = frappe.conf.db_type == "sqlite"
SEQUENCES, LONG, SEED = (200 if IS_QUICK else 20), (60 if IS_QUICK else 30), 20261125
START = datetime.date(2024, 1, 2)
PRICE = 25


@dataclass
class Asked:
	"""A request for shares of class A: what pays it, by day, and whether its shares were issued."""

	member: str
	quantity: int
	paid: list[tuple[datetime.date, float]] = field(default_factory=list)
	issued: bool = False

	@property
	def amount(self) -> float:
		return self.quantity * PRICE

	@property
	def due(self) -> float:
		return self.amount - sum(amount for _day, amount in self.paid)

	@property
	def status(self) -> str:
		if not self.due:
			return "Paid"
		if self.issued:
			return "Payment Reversed"
		return "Partly Paid" if self.paid else "Open"


class Model:
	"""Who holds what, whether anybody ever held less than nothing, and where the money is."""

	def __init__(self):
		self.lines: list[tuple[datetime.date, str, str, int, str]] = []  # day, member, class, shares, cause
		self.asked: dict[str, Asked] = {}
		self.credit: dict[str, float] = defaultdict(float)

	def add(self, day, cause, *changes) -> None:
		self.lines += [(day, member, share_class, shares, cause) for member, share_class, shares in changes]

	def held(self, on=None) -> dict[tuple[str, str], int]:
		total: dict = defaultdict(int)
		for day, member, share_class, shares, _cause in self.lines:
			if on is None or day <= on:
				total[member, share_class] += shares
		return {key: shares for key, shares in total.items() if shares}

	def holds(self, member: str) -> int:
		return sum(shares for (holder, _class), shares in self.held().items() if holder == member)

	def pay(self, name: str, day, amount: float, share_class: str) -> None:
		"""Money pays a request; what completes it issues the shares, once, and what is too much is credit."""
		asked = self.asked[name]
		part = min(amount, asked.due)
		self.credit[asked.member] += amount - part
		asked.paid.append((day, part))
		if not asked.due and not asked.issued:
			asked.issued = True
			self.add(max(day for day, _part in asked.paid), name, (asked.member, share_class, asked.quantity))

	def without(self, cause) -> Model:
		other = copy.deepcopy(self)
		other.lines = [line for line in self.lines if line[4] != cause]
		return other

	def moved(self, cause, day) -> Model:
		other = copy.deepcopy(self)
		other.lines = [(day, *line[1:]) if line[4] == cause else line for line in self.lines]
		return other

	def day_of(self, cause):
		return next((line[0] for line in self.lines if line[4] == cause), None)

	def is_possible(self) -> bool:
		total: dict = defaultdict(int)
		for _day, member, share_class, shares, _cause in sorted(self.lines, key=lambda line: line[0]):
			total[member, share_class] += shares
			if total[member, share_class] < 0:
				return False
		return True


def by_day(paid: list[tuple[datetime.date, float]]) -> dict[datetime.date, float]:
	"""What was paid on each day: a transfer that changes hands may become two documents."""
	found: dict[datetime.date, float] = {}
	for day, amount in paid:
		found[day] = found.get(day, 0) + amount
	return found


class TestSequences(FrappeTestCase):
	"""Three founders hold 8 shares each; two of them and two candidates are asked for two shares more."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(ELSEWHERE)
		cls.a = factories.class_of(cls.cooperative)
		cls.b = factories.a_share_class(cls.cooperative, "B", 2 * PRICE).name
		cls.began, cls.names = Model(), {}
		founders = [
			cls.founder(name, START + datetime.timedelta(days=number)) for number, name in enumerate("FGH")
		]
		cls.founders = [member.name for member in founders]
		for member in founders[:2]:
			cls.ask(
				first_name=member.first_name, **factories.the_same(member, "last_name", "email", "birth_date")
			)
		for name in ("Cy", "Di"):
			cls.ask(first_name=name)
		cls.members = list(cls.names)

	@classmethod
	def founder(cls, name: str, day: datetime.date):
		member = factories.a_member(cls.cooperative, on=str(day), quantity=8, first_name=name)
		cls.names[member.name] = name
		cls.began.add(day, member.name, (member.name, cls.a, 8))
		return member

	@classmethod
	def ask(cls, **person) -> None:
		subscription = factories.a_subscription(cls.cooperative, quantity=2, **person)
		cls.names.setdefault(subscription.member, person["first_name"])
		cls.began.asked[subscription.name] = Asked(subscription.member, 2)

	def setUp(self):
		frappe.flags.mute_member_mails = True
		self.addCleanup(frappe.flags.pop, "mute_member_mails", None)

	def begin(self, number: int) -> None:
		self.random = random.Random(SEED + number)
		self.model = copy.deepcopy(self.began)
		self.day = START + datetime.timedelta(days=8)
		self.done: list[str] = []  # transactions executed
		self.payments: dict[
			str, tuple[str, tuple]
		] = {}  # recorded and never corrected: request, (day, amount)
		self.log: list[str] = []

	def next_day(self) -> datetime.date:
		"""Every operation has a day of its own; the days between are for corrections."""
		self.day += datetime.timedelta(days=2)
		return self.day

	def says(self, *words) -> str:
		return " ".join(self.names.get(word, str(word)) for word in words)

	def tried(self, is_possible: bool, words: str, action) -> bool:
		"""Do what the model finds possible, or see it refused with nothing changed; True when it was done."""
		self.log.append(f"{words}{'' if is_possible else ' (refused)'}")
		frappe.db.savepoint("step")
		try:
			action()
		except frappe.ValidationError as refusal:
			self.assertFalse(is_possible, f"{self.log}: {refusal}")
			frappe.db.rollback(save_point="step")
			frappe.clear_messages()
			return False
		self.assertTrue(is_possible, f"{self.log}: was not refused")
		return True

	# --- the steps ---

	def step_subscribe(self):
		"""A founder who holds shares asks for one more."""
		member = self.random.choice(self.founders)
		if self.model.holds(member):
			person = factories.the_same(frappe.get_doc("Member", member))
			subscription = factories.a_subscription(self.cooperative, quantity=1, **person)
			self.model.asked[subscription.name] = Asked(member, 1)
			self.log.append(self.says(member, "asks for one more"))

	def step_pay(self):
		name = self.random.choice(list(self.model.asked))
		asked, day = self.model.asked[name], self.next_day()
		if not asked.due:
			return
		amount = self.random.choice([PRICE, asked.due])
		payment = frappe.get_doc("Share Subscription", name).record_payment(amount, str(day))
		self.payments[payment] = (name, (day, amount))
		self.model.pay(name, day, amount, self.a)
		self.log.append(self.says(asked.member, "pays", amount))

	def step_reverse(self):
		"""A payment is cancelled by hand: the shares stay, and a task asks for a correction."""
		if not self.payments:
			return
		payment = self.random.choice(list(self.payments))
		name, paid = self.payments.pop(payment)
		frappe.get_doc("Member Payment", payment).cancel()
		factories.settle(name)
		self.model.asked[name].paid.remove(paid)
		self.log.append(self.says(self.model.asked[name].member, "reversed", paid[1]))

	def step_correct(self):
		"""A payment goes to another request, or on account; or what was issued for money that is gone is taken back."""
		name = self.random.choice(
			[name for name, asked in self.model.asked.items() if asked.paid or asked.issued] or [""]
		)
		if not name:
			return
		asked = self.model.asked[name]
		demand = frappe.get_doc("Share Subscription", name)
		matches = books_of(demand).matches(demand)
		match = self.random.choice(matches) if matches else None
		others = [other for other in self.model.asked if other != name]
		right = self.random.choice([*others, None]) if match else None
		free = match and books_of(demand).free_of(*match.key, demand)
		changes_hands = right and self.model.asked[right].member != asked.member
		more = free.amount if free and changes_hands else 0
		after = self.model.without(name) if asked.issued else copy.deepcopy(self.model)
		is_possible = after.is_possible() and not (right and not self.model.asked[right].due)
		document = frappe.get_doc("Share Subscription", right) if right else None

		def act():
			back = self.random.random() < 0.5
			factories.a_correction(demand, document, payment=match and match.key, take_numbers_back=int(back))

		whose = self.model.asked[right].member if right else "account"
		if not self.tried(is_possible, self.says("corrected", asked.member, "→", whose), act):
			return
		self.model = after
		asked = self.model.asked[name]
		asked.issued = False
		if not match:
			return
		self.payments.pop(match.payment, None)
		asked.paid.remove((match.paid_on, match.amount))
		if right:
			self.model.credit[asked.member] -= more  # one transfer, of one payer
			self.model.pay(right, match.paid_on, match.amount + more, self.a)
		else:
			self.model.credit[asked.member] += match.amount

	def step_transaction(self):
		kind = self.random.choice(["Sell Back", "Transfer", "Conversion", "Gift"])
		giver, receiver = self.random.choice(self.members), self.random.choice(self.founders)
		quantity, day = self.random.randint(1, 9), self.next_day()
		source = self.random.choice([self.a, self.a, self.b])
		into = self.b if source == self.a else self.a
		new = quantity / 2 if source == self.a else quantity * 2
		changes = {
			"Transfer": [(receiver, source, quantity)],
			"Conversion": [(giver, into, int(new))],
		}.get(kind, [])
		is_possible = self.model.held().get((giver, source), 0) >= quantity
		if kind == "Conversion":
			is_possible = is_possible and new == int(new)
		if kind == "Transfer":
			is_possible = is_possible and giver != receiver and bool(self.model.holds(receiver))
		values = {"share_class": source}
		if kind == "Transfer":
			values["receiver"] = receiver
		if kind == "Conversion":
			values["to_share_class"] = into
		made = []

		def act():
			member = frappe.get_doc("Member", giver)
			transaction = factories.a_transaction(member, kind, quantity, **values)
			made.append(factories.executed(transaction, on=str(day)))

		words = self.says(kind, giver, quantity, "B" if source == self.b else "A", receiver)
		if self.tried(is_possible, words, act):
			self.done.append(made[0].name)
			self.model.add(day, made[0].name, (giver, source, -quantity), *changes)

	def step_take_back(self):
		if not self.done:
			return
		name = self.random.choice(self.done)
		after = self.model.without(name)
		document = frappe.get_doc("Share Transaction", name)
		if self.tried(after.is_possible(), self.says("takes back", name), document.cancel):
			self.model = after
			self.done.remove(name)

	def step_correct_date(self):
		"""Of a transaction, or of shares that were subscribed for."""
		causes = self.done + [name for name, asked in self.model.asked.items() if asked.issued]
		if not causes:
			return
		name = self.random.choice(causes)
		days = (self.day - START).days // 2
		day = START + datetime.timedelta(days=2 * self.random.randint(1, days) + 1)
		if any(line[0] == day for line in self.model.lines):
			return
		after = self.model.moved(name, day)
		entry = frappe.get_doc("Share Register Entry", ledger.entries_of(name)[0].name)
		words = self.says("date of", name, self.model.day_of(name), "→", day)
		if self.tried(after.is_possible(), words, lambda: entry.correct_date(str(day), "Erreur")):
			self.model = after

	# --- what is compared ---

	def compare(self):
		found = registers.held(self.cooperative.name)
		shown = {(m, c): holding.quantity for m, classes in found.items() for c, holding in classes.items()}
		self.assertEqual(shown, self.model.held(), self.log)
		for name, asked in self.model.asked.items():
			if asked.status == "Payment Reversed":
				factories.settle(name)  # as the worker does: only a fresh look at the books may say so
			demand = frappe.get_doc("Share Subscription", name)
			day = self.model.day_of(name) if asked.issued else None
			effective = demand.effective_date and getdate(demand.effective_date)
			said = (demand.status, flt(demand.paid_amount), effective)
			self.assertEqual(said, (asked.status, asked.amount - asked.due, day), self.log)
			matched = [(match.paid_on, match.amount) for match in books_of(demand).matches(demand)]
			self.assertEqual(by_day(matched), by_day(asked.paid), self.log)
		for name in self.members:
			member = frappe.get_doc("Member", name)
			shares = self.model.holds(name)
			self.assertEqual(member.total_shares, shares, self.log)
			self.assertEqual(member.status == "Active", bool(shares), self.log)
			self.assertEqual(books_of(member).credit(member), self.model.credit[name], self.log)
		self.assertEqual(integrity.check(self.cooperative.name), [], self.log)

	def compare_each_day(self):
		for day in sorted({line[0] for line in self.model.lines}):
			expected = self.model.held(day)
			for member in self.members:
				mine = {c: shares for (m, c), shares in expected.items() if m == member}
				self.assertEqual(ledger.holdings(member, day), mine, (self.log, day))

	def walk(self, number: int, steps: int) -> None:
		"""One sequence, of which nothing remains."""
		weighted = (
			[self.step_pay] * 6
			+ [self.step_correct] * 4
			+ [self.step_transaction] * 5
			+ [self.step_take_back, self.step_correct_date] * 2
			+ [self.step_reverse, self.step_reverse, self.step_subscribe]
		)
		self.begin(number)
		frappe.db.savepoint("sequence")
		try:
			for _step in range(steps):
				said = len(self.log)
				while len(self.log) == said:  # a step that has nothing to do is none
					self.random.choice(weighted)()
				self.compare()
			self.compare_each_day()
		finally:
			frappe.db.rollback(save_point="sequence")
			frappe.clear_document_cache("Cooperative", self.cooperative.name)

	def test_two_hundred_sequences(self):
		"""Two to five steps each, in any order: register, members, money and model agree after every one of them, and on
		every day in the end; and nothing the check asks about is broken."""
		for number in range(SEQUENCES):
			with self.subTest(sequence=number):
				self.walk(number, 2 + number % 4)

	def test_a_long_one(self):
		"""The same over many steps on one register."""
		self.walk(SEQUENCES, LONG)
