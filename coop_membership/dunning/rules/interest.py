"""What a late payment costs: a fixed fee, a percentage, or legal interest. Pure; amounts in one currency, two decimals.

Legal interest is simple interest by the day on the open principal (an actual/365 count), from the day after the due
date to the control date included; on what was paid meanwhile, to the day of its payment included. Interest never bears
interest.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

FIXED = "Fixed"
PERCENT = "Percent"
LEGAL_INTEREST = "Legal interest"

DAYS_OF_YEAR = 365


Payment = tuple[datetime.date, float]


class Late(NamedTuple):
	"""The open balance of a document that is late since a day, and what was `paid` of it and when."""

	balance: float
	since: datetime.date
	paid: tuple[Payment, ...] = ()


def charge(
	kind: str | None,
	documents: Iterable[Late | tuple],
	control_date: datetime.date,
	fee: float = 0,
	rate: float = 0,
) -> float:
	"""What a letter about late documents charges; never negative.

	`fee` is asked once per letter when `Fixed`; `rate` is in percent of each balance, a year for `Legal interest`.
	"""
	if kind == FIXED:
		return rounded(_principal(fee))
	late = [Late(*document) for document in documents]
	if kind == PERCENT:
		return round(sum(percent(one.balance, rate) for one in late), 2)
	if kind == LEGAL_INTEREST:
		return round(
			sum(legal_interest(one.balance, one.since, rate, control_date, one.paid) for one in late), 2
		)
	return 0.0


def percent(balance: float, rate: float) -> float:
	return rounded(_principal(balance) * Decimal(str(rate)) / 100)


def legal_interest(
	balance: float,
	due_date: datetime.date,
	yearly_rate: float,
	control_date: datetime.date,
	paid: Iterable[Payment] = (),
) -> float:
	"""On what is open for all the time, on each payment for the time until it came; rounded once."""
	open_days = _principal(balance) * max((control_date - due_date).days, 0)
	for day, amount in paid:
		open_days += _principal(amount) * max((min(day, control_date) - due_date).days, 0)
	return rounded(open_days * Decimal(str(yearly_rate)) / 100 / DAYS_OF_YEAR)


def _principal(balance: float) -> Decimal:
	return max(Decimal(str(balance)), Decimal(0))


def rounded(amount: Decimal) -> float:
	"""Half a cent goes up, as on paper."""
	return float(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))
