"""What a late payment costs: a fixed fee, a percentage, or legal interest. Pure; amounts in one currency, two decimals.

Legal interest is simple interest by the day on the open principal (an actual/365 count), from the day after the due
date to the control date included. Interest never bears interest.
"""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, Decimal

FIXED = "Fixed"
PERCENT = "Percent"
LEGAL_INTEREST = "Legal interest"

DAYS_OF_YEAR = 365


def charge(
	kind: str | None,
	documents: list[tuple[float, datetime.date]],
	control_date: datetime.date,
	fee: float = 0,
	rate: float = 0,
) -> float:
	"""What a letter about (open balance, due date) documents charges; never negative.

	`fee` is asked once per letter when `Fixed`; `rate` is in percent of each balance, a year for `Legal interest`.
	"""
	if kind == FIXED:
		return rounded(_principal(fee))
	if kind == PERCENT:
		return round(sum(percent(balance, rate) for balance, _due_date in documents), 2)
	if kind == LEGAL_INTEREST:
		return round(sum(legal_interest(*document, rate, control_date) for document in documents), 2)
	return 0.0


def percent(balance: float, rate: float) -> float:
	return rounded(_principal(balance) * Decimal(str(rate)) / 100)


def legal_interest(
	balance: float, due_date: datetime.date, yearly_rate: float, control_date: datetime.date
) -> float:
	days = max((control_date - due_date).days, 0)
	return rounded(_principal(balance) * Decimal(str(yearly_rate)) / 100 * days / DAYS_OF_YEAR)


def _principal(balance: float) -> Decimal:
	return max(Decimal(str(balance)), Decimal(0))


def rounded(amount: Decimal) -> float:
	"""Half a cent goes up, as on paper."""
	return float(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))
