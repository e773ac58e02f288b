"""The slots of a machine's day. Pure."""

from __future__ import annotations

import datetime

Slot = tuple[datetime.datetime, datetime.datetime]


def of_day(day: datetime.date, first_hour: int, last_hour: int, minutes: int) -> list[Slot]:
	"""(beginning, end) of the slots of a day, all of the same length; what is left at the end is none."""
	if minutes < 1:
		return []
	begins = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(hours=max(first_hour, 0))
	end = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(hours=min(last_hour, 24))
	step = datetime.timedelta(minutes=minutes)
	found = []
	while begins + step <= end:
		found.append((begins, begins + step))
		begins += step
	return found


def overlap(one: Slot, other: Slot) -> bool:
	"""True when two have a moment in common; one may begin when the other ends."""
	return one[0] < other[1] and other[0] < one[1]
