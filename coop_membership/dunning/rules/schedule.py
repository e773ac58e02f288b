"""When a reminder is due, and which one. Pure: dates in, dates out.

The rules are those of the users' own tool (peers.md 5.3): a policy has levels; each level waits a number of days,
counted from the due date, from the end of that month, or from the reminder before. Levels never skip.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

NET_DAYS = "Net days"
END_OF_MONTH = "End of month"
PREVIOUS_NOTICE = "Previous notice"

WEEKLY = "Weekly"
MONTHLY = "Monthly"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Key = TypeVar("Key", bound=Hashable)


class Level(NamedTuple):
	level: int
	computation: str
	delay_days: int


class LastNotice(NamedTuple):
	"""The newest reminder of a document that was really made: its level and the control date it was made on."""

	level: int
	date: datetime.date


def due_date_of_level(
	due_date: datetime.date,
	computation: str,
	delay_days: int,
	previous_date: datetime.date | None = None,
) -> datetime.date:
	"""The first day on which a level may be reminded.

	`due_date` of the document; `previous_date` is the control date of the reminder before, which the computation
	`Previous notice` needs (ValueError without it, as for an unknown computation).
	"""
	delay = datetime.timedelta(days=delay_days)
	if computation == NET_DAYS:
		return due_date + delay
	if computation == END_OF_MONTH:
		return end_of_month(due_date + delay)
	if computation == PREVIOUS_NOTICE and previous_date:
		return previous_date + delay
	raise ValueError(f"no date for {computation!r} after {previous_date}")


def end_of_month(day: datetime.date) -> datetime.date:
	return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def level_after(levels: Sequence[Level], level: int | None) -> Level | None:
	"""The level that follows `level` in order of number (the lowest when None); None after the last."""
	following = [row for row in levels if level is None or row.level > level]
	return min(following, default=None)


def first_day(level: Level, last_notice: LastNotice | None, due_date: datetime.date) -> datetime.date:
	"""The first day on which `level` may follow `last_notice`."""
	return due_date_of_level(
		due_date, level.computation, level.delay_days, last_notice.date if last_notice else None
	)


def highest_levels(chosen: Iterable[tuple[Key, int]]) -> Mapping[Key, int]:
	"""The highest of the levels chosen for each debtor: {debtor: level} from (debtor, level) pairs."""
	highest: dict[Key, int] = {}
	for debtor, level in chosen:
		if level > highest.get(debtor, level - 1):
			highest[debtor] = level
	return highest


def is_tolerated(balance: float, tolerance: float, rate: float = 1) -> bool:
	"""True when `balance` is too small to be chased; a balance equal to the tolerance is chased.

	`tolerance` is in the cooperative's currency; `rate` is the worth of one unit of the balance's currency in it.
	"""
	return round(balance * (rate or 1), 6) < tolerance


def is_stale(last_entry: datetime.date | None, today: datetime.date, maximum_days: int) -> bool:
	"""True when nothing came in from the bank for more than `maximum_days` days (0: the rule is off)."""
	if not maximum_days:
		return False
	return last_entry is None or (today - last_entry).days > maximum_days


def is_run_day(
	frequency: str | None,
	today: datetime.date,
	weekday: str | None = None,
	day_of_month: int = 1,
	last_run: datetime.date | None = None,
) -> bool:
	"""True when a scheduled run is due today.

	A day that was missed (the server was off) is made up for: the run is due as long as none was made since its day.
	"""
	day = scheduled_day(frequency, today, weekday, day_of_month)
	return bool(day) and (last_run is None or last_run < day)


def scheduled_day(
	frequency: str | None, today: datetime.date, weekday: str | None = None, day_of_month: int = 1
) -> datetime.date | None:
	"""The latest scheduled day up to today; the 31st is the last day in shorter months. None when there is none."""
	if frequency == WEEKLY:
		back = (today.weekday() - WEEKDAYS.index(weekday or WEEKDAYS[0])) % 7
		return today - datetime.timedelta(days=back)
	if frequency == MONTHLY:
		month = today.replace(day=1)
		day = _day_of(month, day_of_month)
		return day if day <= today else _day_of(month - datetime.timedelta(days=1), day_of_month)
	return None


def _day_of(month: datetime.date, day: int) -> datetime.date:
	return month.replace(day=max(1, min(day, end_of_month(month).day)))
