"""Places and the waiting list: who gets one, and who is next. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence


def free(capacity: int, taken: int) -> int | None:
	"""How many places are left; None where as many as come are welcome."""
	return max(capacity - taken, 0) if capacity else None


def has_room(capacity: int, taken: int, seats: int, waiting: int = 0) -> bool:
	"""True when so many seats are free, and nobody waits who came before."""
	left = free(capacity, taken)
	return left is None or (not waiting and seats <= left)


def promoted(capacity: int, taken: int, waiting: Iterable[tuple[str, int]]) -> list[str]:
	"""Which of those who wait, (name, seats) in their order, get a place now.

	Who needs more seats than are left keeps the position, and whoever fits behind does not wait for that.
	"""
	left = free(capacity, taken)
	found = []
	for name, seats in waiting:
		if left is None or seats <= left:
			found.append(name)
			left = None if left is None else left - seats
	return found


def falls_short(minimum: int, taken: int) -> bool:
	"""True when too few have registered for an activity to take place."""
	return taken < minimum


def repeated(
	starts_on: datetime.datetime, ends_on: datetime.datetime, every_days: int, times: int
) -> list[tuple[datetime.datetime, datetime.datetime]]:
	"""The (beginning, end) of so many repetitions after the first one, at the same hour."""
	steps = [datetime.timedelta(days=every_days * number) for number in range(1, times + 1)]
	return [(starts_on + step, ends_on + step) for step in steps]


def overlap(one: Sequence[datetime.datetime], other: Sequence[datetime.datetime]) -> bool:
	"""True when two (beginning, end) have a moment in common; one may begin when the other ends."""
	return one[0] < other[1] and other[0] < one[1]
