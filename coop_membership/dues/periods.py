"""Which days dues pay for, and how much of a year they cost. Pure: no database, no clock.

A period of months or years ends on the day before the one that bears the number of its first; where a month has no
such day it ends on the month's last day, as article 641 of the French code of civil procedure counts. So a period that
follows begins on the next day, and no day is paid twice or by nobody.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CALENDAR_YEAR, ROLLING = "Calendar year", "Rolling"
MONTH, YEAR = "Month", "Year"


@dataclass(frozen=True)
class Period:
	"""From the first to the last day, both included."""

	from_date: datetime.date
	to_date: datetime.date


def period(kind: str, first_day: datetime.date, interval: int = 1, interval_unit: str = YEAR) -> Period:
	"""The period that begins on a day: `interval` years to 31 December, or `interval` months or years from that day.

	Raises ValueError for an interval below 1 or an unknown kind or unit.
	"""
	if interval < 1 or kind not in (CALENDAR_YEAR, ROLLING) or interval_unit not in (MONTH, YEAR):
		raise ValueError(f"no such period: {kind}, {interval} {interval_unit}")
	if kind == CALENDAR_YEAR:
		return Period(first_day, datetime.date(first_day.year + interval - 1, 12, 31))
	months = interval * (12 if interval_unit == YEAR else 1)
	return Period(first_day, _day_before_anniversary(first_day, months))


def next_first_day(
	last_day: datetime.date, today: datetime.date, kind: str, interval: int = 1, interval_unit: str = YEAR
) -> datetime.date:
	"""The first day of the period that follows one: the day after its last, or today when that period is over as well.

	Nobody is asked for days that nobody has had.
	"""
	following = last_day + datetime.timedelta(days=1)
	return following if period(kind, following, interval, interval_unit).to_date >= today else today


@dataclass(frozen=True)
class Break:
	"""Days without dues, both ends included; `to_date` None: until further notice."""

	from_date: datetime.date
	to_date: datetime.date | None = None

	def has(self, day: datetime.date) -> bool:
		return self.from_date <= day and (self.to_date is None or day <= self.to_date)


def after_pauses(first_day: datetime.date, pauses: Iterable[Break]) -> datetime.date | None:
	"""The first day, this one or a later one, that is in no pause; None while one goes on until further notice."""
	for pause in sorted(pauses, key=lambda one: one.from_date):
		if pause.has(first_day):
			if pause.to_date is None:
				return None
			first_day = pause.to_date + datetime.timedelta(days=1)
	return first_day


def _day_before_anniversary(day: datetime.date, months: int) -> datetime.date:
	year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
	last = calendar.monthrange(year, month + 1)[1]
	if day.day > last:
		return datetime.date(year, month + 1, last)
	return datetime.date(year, month + 1, day.day) - datetime.timedelta(days=1)


def price_of(
	price: float, kind: str, first_day: datetime.date, interval: int = 1, prorate: bool = False
) -> float:
	"""What the period that begins on a day costs, in the currency of `price`.

	Prorated, a calendar year costs a twelfth for each month that is left, the one of the first day included; cents are
	rounded half up. Rolling periods are always whole.
	"""
	if not prorate or kind != CALENDAR_YEAR:
		return round(float(price), 2)
	months = interval * 12
	share = Decimal(str(price)) * (months - first_day.month + 1) / months
	return float(share.quantize(Decimal("0.01"), ROUND_HALF_UP))
