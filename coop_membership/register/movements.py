"""The arithmetic of a share register: movements in, holdings and proofs out. Pure: no database, no clock.

A register is an ordered list of movements. Everything else (who holds what on a date, the capital, whether
somebody ever held less than nothing, whether a line was altered) is computed from it, here.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

HASHED_DECIMALS = Decimal("0.01")
CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False)  # made once: a register has many entries


@lru_cache(maxsize=4096)
def cents(amount: Decimal | float | str | None) -> Decimal:
	"""An amount with two decimals, whatever type the database gives; few amounts come back in most lines of a register."""
	return Decimal(str(amount or 0)).quantize(HASHED_DECIMALS)


@dataclass(frozen=True)
class Movement:
	"""One numbered line of the register. An empty member is the cooperative itself.

	`quantity` shares of `share_class` leave `from_member` and reach `to_member`; in a conversion the member gives
	them back and receives `to_quantity` shares of `to_share_class`. Amounts are in the cooperative's currency.
	"""

	cooperative: str
	number: int
	entry_type: str
	effective_date: datetime.date
	share_class: str
	quantity: int
	unit_price: Decimal
	amount: Decimal
	from_member: str = ""
	to_member: str = ""
	to_share_class: str = ""
	to_quantity: int = 0
	to_unit_price: Decimal = Decimal(0)
	reference: str = ""
	reverses: str = ""

	@classmethod
	def of(cls, values: Mapping) -> Movement:
		"""A movement from a database row: empty values and number types are made equal on every database."""
		plain = {name: values.get(name) for name in cls.__dataclass_fields__}
		for name in ("unit_price", "amount", "to_unit_price"):
			plain[name] = cents(plain[name])
		for name in ("number", "quantity", "to_quantity"):
			plain[name] = int(plain[name] or 0)
		if isinstance(plain["effective_date"], str):
			plain["effective_date"] = datetime.date.fromisoformat(plain["effective_date"][:10])
		return cls(**{name: "" if value is None else value for name, value in plain.items()})

	@property
	def deltas(self) -> Iterator[tuple[str, str, int, Decimal]]:
		"""What changes: (member, share class, shares, value), one line per member and class touched."""
		if self.to_share_class:
			member = self.from_member or self.to_member
			yield member, self.share_class, -self.quantity, -self.amount
			yield member, self.to_share_class, self.to_quantity, self.to_quantity * self.to_unit_price
			return
		if self.from_member:
			yield self.from_member, self.share_class, -self.quantity, -self.amount
		if self.to_member:
			yield self.to_member, self.share_class, self.quantity, self.amount

	def reversal(self, number: int, effective_date: datetime.date, name: str) -> Movement:
		"""The movement that takes this one back: the same shares the other way."""
		values = asdict(self) | {
			"number": number,
			"entry_type": "Reversal",
			"effective_date": effective_date,
			"reverses": name,
			"from_member": self.to_member,
			"to_member": self.from_member,
		}
		if self.to_share_class:
			values |= {
				"from_member": self.from_member,
				"to_member": self.to_member,
				"share_class": self.to_share_class,
				"quantity": self.to_quantity,
				"unit_price": self.to_unit_price,
				"amount": self.to_quantity * self.to_unit_price,
				"to_share_class": self.share_class,
				"to_quantity": self.quantity,
				"to_unit_price": self.unit_price,
			}
		return Movement(**values)


@dataclass(frozen=True)
class Holding:
	"""Shares of one class and what was paid for them."""

	quantity: int = 0
	value: Decimal = Decimal(0)

	def __add__(self, other: Holding) -> Holding:
		return Holding(self.quantity + other.quantity, self.value + other.value)


def holdings(
	movements: Iterable[Movement], on_date: datetime.date | None = None
) -> dict[str, dict[str, Holding]]:
	"""Who holds what: {member: {share class: Holding}}, at the end of `on_date` (None: after all movements).

	A member or class with nothing left is not listed.
	"""
	result: dict[str, dict[str, Holding]] = defaultdict(lambda: defaultdict(Holding))
	for movement in movements:
		if on_date and movement.effective_date > on_date:
			continue
		for member, share_class, quantity, value in movement.deltas:
			result[member][share_class] += Holding(quantity, value)
	kept = {m: {c: h for c, h in classes.items() if h.quantity} for m, classes in result.items()}
	return {member: classes for member, classes in kept.items() if classes}


def overdrawn(movements: Iterable[Movement]) -> list[tuple[Movement, str, str, int]]:
	"""Movements after which somebody holds less than no shares, by effective date: (movement, member, class, held)."""
	held: dict[tuple[str, str], int] = defaultdict(int)
	problems = []
	for movement in sorted(movements, key=lambda m: (m.effective_date, m.number)):
		for member, share_class, quantity, _value in movement.deltas:
			held[member, share_class] += quantity
		for member, share_class in {(m, c) for m, c, quantity, _v in movement.deltas if quantity < 0}:
			if held[member, share_class] < 0:
				problems.append((movement, member, share_class, held[member, share_class]))
	return problems


def digest(
	values: Mapping | Movement, previous_hash: str, written: Mapping[str, object] | None = None
) -> str:
	"""SHA-256 of a movement's canonical JSON and the digest before it; any altered line breaks the chain after it.

	`values` is a Movement or a database row of one. `written` is what the entry says besides the movement: who wrote it when,
	because of what, under which name. Entries of the first version were hashed without it.
	"""
	payload = _texts(vars(values) if isinstance(values, Movement) else values)
	if written is not None:
		for name, value in written.items():
			payload[f"written_{name}"] = str(value or "")
	payload["previous"] = previous_hash or ""
	return hashlib.sha256(CANONICAL.encode(payload).encode()).hexdigest()


def _texts(values: Mapping) -> dict[str, str]:
	"""Each value of a movement as the text that is hashed, the same from every database. One literal: a register has many."""
	of = values.get
	return {
		"cooperative": of("cooperative") or "",
		"number": str(int(of("number") or 0)),
		"entry_type": of("entry_type") or "",
		"effective_date": str(of("effective_date") or "")[:10],
		"share_class": of("share_class") or "",
		"quantity": str(int(of("quantity") or 0)),
		"unit_price": _money(of("unit_price")),
		"amount": _money(of("amount")),
		"from_member": of("from_member") or "",
		"to_member": of("to_member") or "",
		"to_share_class": of("to_share_class") or "",
		"to_quantity": str(int(of("to_quantity") or 0)),
		"to_unit_price": _money(of("to_unit_price")),
		"reference": of("reference") or "",
		"reverses": of("reverses") or "",
	}


@lru_cache(maxsize=4096)
def _money(amount: Decimal | float | str | None) -> str:
	return f"{cents(amount):.2f}"


def gaps(numbers: Iterable[int], first: int | None = None) -> list[int]:
	"""Numbers that are missing or used twice between the first and the last of them."""
	listed = sorted(numbers)
	if not listed:
		return []
	expected = set(range(listed[0] if first is None else first, listed[-1] + 1))
	twice = {number for number, following in pairwise(listed) if number == following}
	return sorted((expected - set(listed)) | twice)
