"""How much dues ask for: the plan's price, one of its tariffs, what the member chose, or nothing. Pure: no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TOO_LOW, NOT_FREE, NO_TARIFF, NEEDS_PROOF = "too_low", "not_free", "no_tariff", "needs_proof"
TOO_HIGH, MOST = "too_high", 100_000  # more than that is a slip of the hand, or to be talked about


class Refused(ValueError):
	"""What was asked for is not to be had; `code` says why."""

	def __init__(self, code: str):
		super().__init__(code)
		self.code = code


@dataclass(frozen=True)
class Prices:
	"""What a plan costs. `tariffs` {title: price}; `proved`: titles that need a proof."""

	price: float
	is_free: bool = False
	minimum: float = 0
	tariffs: Mapping[str, float] = field(default_factory=dict)
	proved: frozenset[str] = frozenset()


def price(prices: Prices, tariff: str = "", chosen: float = 0, may_without_proof: bool = False) -> float:
	"""The price of a whole period. `may_without_proof`: a manager looked at the proof. Raises Refused.

	A tariff is a price of its own; a chosen amount counts where the member chooses, and is never below the least one.
	"""
	if tariff:
		if tariff not in prices.tariffs:
			raise Refused(NO_TARIFF)
		if tariff in prices.proved and not may_without_proof:
			raise Refused(NEEDS_PROOF)
		asked = prices.tariffs[tariff]
	else:
		asked = prices.price
	if not chosen:
		return round(float(asked), 2)
	if not prices.is_free:
		raise Refused(NOT_FREE)
	if chosen < (asked if tariff else prices.minimum):
		raise Refused(TOO_LOW)
	if chosen > max(MOST, asked):
		raise Refused(TOO_HIGH)
	return round(float(chosen), 2)
