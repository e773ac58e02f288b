"""Whose dues count for whom: the member's own, and those of who covers a household or an organisation. Pure.

Dues cover as many people as they say, who pays included: of those covered on a day the first ones, by the day they came.
A cover counts on its own days only; what was asked and is not paid yet keeps whom it covers, as it keeps who pays.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Dues:
	"""Dues of a member: `paid_on` None while they are asked for; `renews`: others went before; `covers`: so many people."""

	member: str
	paid_on: datetime.date | None
	last_day: datetime.date
	renews: bool = False
	covers: int = 1
	first_day: datetime.date | None = None
	plan: str = ""


@dataclass(frozen=True)
class Cover:
	"""`member` is covered by the dues of `head` from one day to another, both included; without an end until further notice."""

	head: str
	member: str
	from_date: datetime.date
	to_date: datetime.date | None = None

	def has(self, day: datetime.date) -> bool:
		return self.from_date <= day and (self.to_date is None or day <= self.to_date)


def places(covers: int) -> int:
	"""How many people dues cover besides who pays."""
	return max(covers - 1, 0)


def counting(member: str, dues: Iterable[Dues], covers: Sequence[Cover], day: datetime.date) -> list[Dues]:
	"""The dues that count for a member on a day: their own, and of those by which they are covered the part on its days.

	`dues` of the member and of who covers them; `covers` all of these heads.
	"""
	found = []
	for one in dues:
		if one.member == member:
			found.append(one)
			continue
		for cover in covers:
			if (cover.head, cover.member) == (one.member, member) and (
				part := _part(one, cover, covers, day)
			):
				found.append(part)
	return found


def _part(dues: Dues, cover: Cover, covers: Sequence[Cover], day: datetime.date) -> Dues | None:
	"""What dues of a head say for whom they cover; None when nothing."""
	if cover.has(day) and cover not in first_ones(dues, covers, day):
		return None
	if not dues.paid_on:
		return dues if cover.has(day) and places(dues.covers) else None
	first = max(dues.paid_on, cover.from_date)
	last = min(dues.last_day, cover.to_date) if cover.to_date else dues.last_day
	if not places(dues.covers) or cover.from_date > dues.last_day:
		return None
	if cover.to_date and cover.to_date < first:
		return None
	return replace(dues, paid_on=first, last_day=last)


def first_ones(dues: Dues, covers: Iterable[Cover], day: datetime.date) -> list[Cover]:
	"""The covers for which these dues have a place on a day."""
	there = [one for one in covers if one.head == dues.member and one.has(day)]
	return sorted(there, key=lambda one: (one.from_date, one.member))[: places(dues.covers)]
