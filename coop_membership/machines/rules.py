"""Who may use a machine, judged by what is known of the membership and of the rights. Pure.

A right counts from the day it was given to its last day, unless it was withdrawn; with it count the rights that it needs
itself. The membership has to be in good standing as well, and the answer says which of the two fails.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NEVER, AFTER, ON_DATE, UNUSED = "Never", "After a time", "On a date", "When unused"
DAY, MONTH, YEAR = "Day", "Month", "Year"

# codes of the reasons: of the membership …
NO_MEMBER, CANDIDATE, LEFT, DUES_OVER, PAUSED = "no_member", "candidate", "left", "dues_over", "paused"
# … of the rights …
MISSING, ENDED, WITHDRAWN = "right_missing", "right_ended", "right_withdrawn"
# … and of the machine
ELSEWHERE, OUT_OF_ORDER, GONE = "other_cooperative", "out_of_order", "equipment_gone"
OF_MEMBERSHIP = (NO_MEMBER, CANDIDATE, LEFT, DUES_OVER, PAUSED)
OF_RIGHTS = (MISSING, ENDED, WITHDRAWN)


@dataclass(frozen=True)
class Held:
	"""A right as it was given once: its days, the last one included, and the day on which it was withdrawn."""

	right: str
	since: datetime.date
	until: datetime.date | None = None
	withdrawn_on: datetime.date | None = None


@dataclass(frozen=True)
class Reason:
	"""Why not: a code, the right it is about, and the day since which it is so."""

	code: str
	right: str = ""
	day: datetime.date | None = None


def counts(held: Held, day: datetime.date) -> bool:
	"""True when a right counts on a day."""
	return (
		held.since <= day
		and (held.until is None or day <= held.until)
		and (held.withdrawn_on is None or day < held.withdrawn_on)
	)


def last_day(
	ends: str,
	since: datetime.date,
	valid_for: int = 0,
	unit: str = MONTH,
	ends_on: datetime.date | None = None,
) -> datetime.date | None:
	"""The last day of a right that is given, or used, on a day; None when it never ends."""
	if ends == ON_DATE:
		return ends_on
	if ends in (AFTER, UNUSED):
		return later(since, valid_for, unit)
	return None


def later(day: datetime.date, number: int, unit: str) -> datetime.date:
	"""So many days, months or years later; the last of February a year after the 29th."""
	if unit == DAY:
		return day + datetime.timedelta(days=number)
	months = day.month - 1 + number * (12 if unit == YEAR else 1)
	year, month = day.year + months // 12, months % 12 + 1
	return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def is_renewed(ends: str, renewed_by_use: bool) -> bool:
	"""True for a right that lasts longer each time its machine is used."""
	return ends == UNUSED or (ends == AFTER and bool(renewed_by_use))


def all_needed(needs: Iterable[str], first: Mapping[str, Iterable[str]]) -> list[str]:
	"""The rights that are needed with those which these need themselves, what is needed first before what needs it.

	`first`: {right: rights it needs}. A circle is walked once.
	"""
	found: list[str] = []
	seen: set[str] = set()

	def add(right: str) -> None:
		if right in seen:
			return
		seen.add(right)
		for one in first.get(right, ()):
			add(one)
		found.append(right)

	for right in needs:
		add(right)
	return found


def has_circle(first: Mapping[str, Iterable[str]]) -> bool:
	"""True when a right would be needed before itself."""
	done: set[str] = set()

	def closes(right: str, way: frozenset[str]) -> bool:
		if right in way:
			return True
		if right in done:
			return False
		found = any(closes(one, way | {right}) for one in first.get(right, ()))
		done.add(right)
		return found

	return any(closes(right, frozenset()) for right in first)


def missing(needed: Iterable[str], held: Iterable[Held], day: datetime.date) -> list[Reason]:
	"""What of the needed rights does not count on a day, and why: of several rows of a right the latest tells."""
	rows: dict[str, list[Held]] = {}
	for one in held:
		rows.setdefault(one.right, []).append(one)
	return [
		_why_not(right, rows.get(right, []), day)
		for right in needed
		if not any(counts(one, day) for one in rows.get(right, []))
	]


def _why_not(right: str, rows: list[Held], day: datetime.date) -> Reason:
	had = [one for one in rows if one.since <= day]
	if not had:
		return Reason(MISSING, right)
	last = max(had, key=lambda one: one.since)
	if last.withdrawn_on and last.withdrawn_on <= day:
		return Reason(WITHDRAWN, right, last.withdrawn_on)
	return Reason(ENDED, right, last.until)


def until(needed: Iterable[str], held: Iterable[Held], day: datetime.date) -> datetime.date | None:
	"""The last day on which all needed rights, which count on a day, will count; None when they never end."""
	held = list(held)
	days = []
	for right in needed:
		ends = [one.until for one in held if one.right == right and counts(one, day)]
		if ends and None not in ends:
			days.append(max(ends))
	return min(days, default=None)
