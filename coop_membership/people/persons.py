"""Are two descriptions of a person about the same one? Pure.

What is known of both and differs can't be one person: twins share a name and a mailbox, father and son a name and a
house. What only one side knows says nothing.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

NAME, FIRST_NAME, BIRTH_DATE, NATIONAL_NUMBER = "name", "first_name", "birth_date", "national_number"


class Person(NamedTuple):
	"""What tells people apart; None or "" where it is not known. `birth_date` as a date or in ISO form."""

	first_name: str | None = None
	last_name: str | None = None
	birth_date: datetime.date | str | None = None
	national_number: str | None = None

	@classmethod
	def of(cls, values) -> Person:
		"""The person that a document or a row of the database describes."""
		return cls(*(values.get(field) for field in cls._fields))


def plain(*names: str | None) -> str:
	"""Names without capitals, accents and signs, as two forms may differ in them."""
	text = unicodedata.normalize("NFKD", "".join(name or "" for name in names)).casefold()
	return "".join(char for char in text if char.isalnum())


def same_name(one: Person, other: Person) -> bool:
	return plain(one.first_name, one.last_name) == plain(other.first_name, other.last_name) != ""


def contradiction(one: Person, other: Person) -> str | None:
	"""The field in which both are known to differ: BIRTH_DATE, NATIONAL_NUMBER or FIRST_NAME; None when there is none."""
	if _differ(_day(one.birth_date), _day(other.birth_date)):
		return BIRTH_DATE
	if _differ(plain(one.national_number), plain(other.national_number)):
		return NATIONAL_NUMBER
	# "Anne Marie" "Durand" and "Anne" "Marie Durand" are one name cut in two ways
	if _differ(plain(one.first_name), plain(other.first_name)) and not same_name(one, other):
		return FIRST_NAME
	return None


def likeness(one: Person, other: Person) -> str | None:
	"""Why two people of one mailbox are the same: NAME, or BIRTH_DATE after a marriage; None when they need not be."""
	if contradiction(one, other):
		return None
	if same_name(one, other):
		return NAME
	return BIRTH_DATE if _day(one.birth_date) and _day(one.birth_date) == _day(other.birth_date) else None


def the_one(person: Person, known: Sequence[Person]) -> int | None:
	"""Which of some people of one mailbox is this person: its index; None for nobody, or when it may be two of them.

	Namesakes share a mailbox too: it is the one whose birth date or national number is the same, if any. Records that don't
	contradict each other are one person noted twice, of which the first counts.
	"""
	fitting = [index for index, other in enumerate(known) if likeness(other, person)]
	fitting = [index for index in fitting if _is_sure(known[index], person)] or fitting
	if any(contradiction(known[one], known[other]) for one, other in combinations(fitting, 2)):
		return None
	return fitting[0] if fitting else None


def _is_sure(one: Person, other: Person) -> bool:
	same_number = plain(one.national_number) == plain(other.national_number) != ""
	return same_number or _day(one.birth_date) == _day(other.birth_date) != ""


def _day(value: datetime.date | str | None) -> str:
	return str(value or "")[:10]


def _differ(one: str, other: str) -> bool:
	return bool(one and other and one != other)
