"""Whole numbers and amounts as people and spreadsheets write them: read when only one reading is possible. Pure.

`1.000` is a thousand in Liège and one in London: it is asked.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from coop_membership.values import Wrong, text

HIGHEST = 2**31 - 1  # an Int column of MariaDB
HIGHEST_PRICE = Decimal(10**12)
MINUS = re.compile("[\u2212\u2010-\u2013]")
SPACED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[ '’][0-9]{3})+(?:[.,][0-9]{1,2})?")
EITHER = re.compile(r"[+-]?[0-9]{1,3}[.,][0-9]{3}")
GROUPED = re.compile(
	r"([+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,([0-9]{1,2}))?|([+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?"
)
PLAIN = re.compile(r"[+-]?[0-9]{1,13}(?:[.,][0-9]{1,2})?")
CURRENCY = re.compile(r"^(?:€|EUR|CHF|Fr\.)\s*|\s*(?:€|EUR|CHF|Fr\.)$", re.IGNORECASE)


class Ambiguous(Exception):
	"""The number has two readings."""


def whole(written: object) -> int:
	"""A whole number: 12, 1 000, 1'000, 1.000.000, 12,00. Raises Wrong: `number_wrong`, `number_ambiguous`."""
	found = _typed(written)
	try:
		number = _number(written, found)
	except Ambiguous:
		raise Wrong("number_ambiguous", text=found[:40]) from None
	except (InvalidOperation, ValueError):
		number = None
	if number is None or number != number.to_integral_value() or abs(number) > HIGHEST:
		raise Wrong("number_wrong", text=found[:40])
	return int(number)


def amount(written: object) -> Decimal:
	"""An amount that is not negative: 25, 25.5, 25,50, 1 234,50, 1.234,50, 1,234.50, 1'234.50, with or without €.

	Raises Wrong: `amount_wrong`, `amount_ambiguous`.
	"""
	found = _typed(written)
	shown = found[:40]
	try:
		value = _number(written, CURRENCY.sub("", found))
		rounded = value.quantize(Decimal("0.01"))
	except Ambiguous:
		raise Wrong("amount_ambiguous", text=shown) from None
	except (InvalidOperation, ValueError):
		raise Wrong("amount_wrong", text=shown) from None
	if value != rounded or not 0 <= value < HIGHEST_PRICE:
		raise Wrong("amount_wrong", text=shown)
	return rounded


def _typed(written: object) -> str:
	return text.code(written) if isinstance(written, str) else str(written)


def _number(written: object, found: str) -> Decimal:
	if isinstance(written, bool):
		raise ValueError
	if isinstance(written, int | float | Decimal):
		return Decimal(str(written))
	found = MINUS.sub("-", found)
	if EITHER.fullmatch(found):
		raise Ambiguous
	if SPACED.fullmatch(found):
		return Decimal(re.sub("[ '’]", "", found).replace(",", "."))
	if match := GROUPED.fullmatch(found):
		units, cents = match[1] or match[3], match[2] or match[4] or "0"
		return Decimal(f"{re.sub('[.,]', '', units)}.{cents}")
	if not PLAIN.fullmatch(found):
		raise ValueError
	return Decimal(found.replace(",", "."))
