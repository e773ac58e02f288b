"""What must hold for shares to leave a member: sold back, transferred, converted or given. Pure: no database, no clock.

`check` yields problems as codes with values; `refusals.py` turns each into a sentence. Sources: peers.md 1.5, without
its [B]s: the minimum counts after the operation too, part of a holding can be converted, nothing is believed twice.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from coop_membership.register.movements import Movement

SELL_BACK, TRANSFER, CONVERSION, GIFT = "Sell Back", "Transfer", "Conversion", "Gift"
TYPES = (SELL_BACK, TRANSFER, CONVERSION, GIFT)

Lots = Sequence[tuple[int, Decimal]]


@dataclass(frozen=True)
class Problem:
	"""One thing that stands in the way: a code of `refusals.MESSAGES`, and values for its sentence."""

	code: str
	values: Mapping = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class ClassRules:
	"""What a share class allows. Quantities in shares, price in the cooperative's currency; a maximum of 0 is none."""

	title: str
	unit_price: Decimal
	minimum: int = 0
	maximum: int = 0
	for_individuals: bool = True
	for_organisations: bool = True
	disabled: bool = False

	def takes(self, is_organisation: bool) -> bool:
		return self.for_organisations if is_organisation else self.for_individuals


@dataclass(frozen=True)
class Wanted:
	"""What is asked for. `effective_date` None: the day on which it is executed."""

	kind: str
	share_class: str
	quantity: int
	effective_date: datetime.date | None = None
	to_share_class: str = ""


@dataclass(frozen=True)
class Giver:
	"""Who gives shares away. `movements` are those of the register that count, in order of number; `lots` what the
	shares of the class were paid, the latest first: (shares, price of each); `reserved` shares that another request
	has asked for."""

	member: str
	is_organisation: bool
	movements: Sequence[Movement]
	lots: Lots
	reserved: int = 0


@dataclass(frozen=True)
class Receiver:
	"""Who receives shares by a transfer, and what is held before: {share class: (shares, value)}."""

	member: str
	is_organisation: bool
	held: Mapping[str, tuple[int, Decimal]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
	"""The cooperative's rules. A `maximum_amount` of 0 is none."""

	classes: Mapping[str, ClassRules]
	single_share_class: bool = False
	maximum_amount: Decimal = Decimal(0)


def check(
	wanted: Wanted, giver: Giver, receiver: Receiver | None, limits: Limits, today: datetime.date
) -> Iterator[Problem]:
	"""Everything that stands against the operation on its effective date. `receiver` only for a transfer; None while
	nobody is known yet."""
	if wanted.quantity < 1:
		yield Problem("quantity_wrong")
		return
	rules = limits.classes[wanted.share_class]
	day = wanted.effective_date or today
	yield from _date(wanted, giver, day, today)
	free = free_from(giver.movements, giver.member, wanted.share_class, day) - giver.reserved
	if wanted.quantity > free:
		code = "reserved" if giver.reserved and wanted.quantity <= free + giver.reserved else "too_few"
		yield Problem(
			code, {"title": rules.title, "free": max(free, 0), "day": day, "reserved": giver.reserved}
		)
		return
	yield from _what_stays(wanted, giver, rules)
	if wanted.kind == CONVERSION:
		yield from _conversion(wanted, giver, limits)
	if wanted.kind == TRANSFER and receiver:
		yield from _receiver(wanted, giver, receiver, limits)


def _date(wanted: Wanted, giver: Giver, day: datetime.date, today: datetime.date) -> Iterator[Problem]:
	if day > today:
		yield Problem("in_future", {"day": day})
	last = last_moved(giver.movements, giver.member, wanted.share_class)
	if last and day < last:
		yield Problem("before_last_movement", {"day": last})


def _what_stays(wanted: Wanted, giver: Giver, rules: ClassRules) -> Iterator[Problem]:
	"""All shares of a class may go; what stays must be as many as the class asks for."""
	stays = held_now(giver.movements, giver.member).get(wanted.share_class, 0) - wanted.quantity
	if 0 < stays < rules.minimum:
		yield Problem("below_minimum", {"title": rules.title, "minimum": rules.minimum, "stays": stays})


def _conversion(wanted: Wanted, giver: Giver, limits: Limits) -> Iterator[Problem]:
	into = limits.classes.get(wanted.to_share_class)
	if not into:
		yield Problem("into_which_class")
		return
	if wanted.to_share_class == wanted.share_class:
		yield Problem("into_same_class", {"title": into.title})
		return
	yield from _may_hold(into, giver.is_organisation)
	if into.disabled:
		yield Problem("class_closed", {"title": into.title})
	parts = converted(giver.lots, wanted.quantity, into.unit_price)
	if parts is None:
		nearest = nearest_conversion(giver.lots, wanted.quantity, into.unit_price)
		code = "remainder" if nearest else "never_whole"
		yield Problem(code, {"title": into.title, "nearest": nearest})
		return
	held = held_now(giver.movements, giver.member)
	new = sum(to_quantity for _q, _p, to_quantity in parts) + held.get(wanted.to_share_class, 0)
	yield from _how_many(into, new)
	held[wanted.share_class] -= wanted.quantity
	if limits.single_share_class and {name for name, shares in held.items() if shares} - {
		wanted.to_share_class
	}:
		yield Problem("one_class_only_conversion")


def _receiver(wanted: Wanted, giver: Giver, receiver: Receiver, limits: Limits) -> Iterator[Problem]:
	if receiver.member == giver.member:
		yield Problem("to_oneself")
		return
	rules = limits.classes[wanted.share_class]
	yield from _may_hold(rules, receiver.is_organisation)
	yield from _how_many(rules, receiver.held.get(wanted.share_class, (0, 0))[0] + wanted.quantity)
	value = sum((Decimal(value) for _shares, value in receiver.held.values()), Decimal(0))
	value += value_of(taken(giver.lots, wanted.quantity))
	if limits.maximum_amount and value > limits.maximum_amount:
		yield Problem("amount_too_high", {"maximum": limits.maximum_amount, "amount": value})
	others = {name for name, (shares, _value) in receiver.held.items() if shares} - {wanted.share_class}
	if limits.single_share_class and others:
		yield Problem("one_class_only_receiver")


def _may_hold(rules: ClassRules, is_organisation: bool) -> Iterator[Problem]:
	if not rules.takes(is_organisation):
		code = "not_for_organisations" if is_organisation else "not_for_individuals"
		yield Problem(code, {"title": rules.title})


def _how_many(rules: ClassRules, shares: int) -> Iterator[Problem]:
	values = {"title": rules.title, "shares": shares}
	if shares < rules.minimum:
		yield Problem("receives_too_few", values | {"minimum": rules.minimum})
	if rules.maximum and shares > rules.maximum:
		yield Problem("receives_too_many", values | {"maximum": rules.maximum})


def held_now(movements: Iterable[Movement], member: str) -> dict[str, int]:
	"""{share class: shares} that the member holds after all movements."""
	held: dict[str, int] = defaultdict(int)
	for movement in movements:
		for owner, share_class, quantity, _value in movement.deltas:
			if owner == member:
				held[share_class] += quantity
	return held


def free_from(movements: Iterable[Movement], member: str, share_class: str, day: datetime.date) -> int:
	"""How many shares of a class may go on `day`, after all that moved that day: so many are held then and after each
	later movement, in the order in which the register has them (`movements.overdrawn`).
	"""
	held, later = 0, []
	for movement in movements:
		change = sum(
			quantity
			for owner, name, quantity, _value in movement.deltas
			if (owner, name) == (member, share_class)
		)
		if movement.effective_date <= day:
			held += change
		else:
			later.append((movement.effective_date, movement.number, change))
	least = held
	for _date, _number, change in sorted(later):
		held += change
		least = min(least, held)
	return max(least, 0)


def last_moved(movements: Iterable[Movement], member: str, share_class: str) -> datetime.date | None:
	"""The latest effective date on which the member's shares of a class moved."""
	return max(
		(
			movement.effective_date
			for movement in movements
			for owner, name, _quantity, _value in movement.deltas
			if (owner, name) == (member, share_class)
		),
		default=None,
	)


def taken(lots: Lots, quantity: int) -> list[tuple[int, Decimal]]:
	"""The (shares, price of each) of `quantity` shares that leave, the first of the lots first; one line per price."""
	parts: list[tuple[int, Decimal]] = []
	for shares, price in lots:
		gone = min(shares, quantity)
		if not gone:
			continue
		quantity -= gone
		if parts and parts[-1][1] == price:
			gone += parts.pop()[0]
		parts.append((gone, price))
	return parts


def value_of(parts: Lots) -> Decimal:
	"""What so many shares were paid."""
	return sum((shares * price for shares, price in parts), Decimal(0))


def converted(lots: Lots, quantity: int, into_price: Decimal) -> list[tuple[int, Decimal, int]] | None:
	"""The movements of a conversion: (shares, price of each, shares of the new class); None when a remainder is left.

	Shares paid at different prices are converted price by price, so that the value stays the same in each movement.
	"""
	parts = []
	for shares, price in taken(lots, quantity):
		new, remainder = divmod(shares * price, into_price)
		if remainder or new < 1:
			return None
		parts.append((shares, price, int(new)))
	return parts or None


def nearest_conversion(lots: Lots, quantity: int, into_price: Decimal) -> int | None:
	"""The number of shares nearest to `quantity` that can be converted without remainder, the smaller of two; None if none."""
	most = sum(shares for shares, _price in lots)
	for distance in range(1, max(quantity, most) + 1):
		for candidate in (quantity - distance, quantity + distance):
			if 0 < candidate <= most and converted(lots, candidate, into_price):
				return candidate
	return None
