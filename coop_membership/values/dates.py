"""Dates as people write them. Pure.

`12/04/1985` is 12 April where people write the day first, 4 December where they write the month first. Where nobody
knows which, it is asked; `31/12/1985` has one reading there.
"""

from __future__ import annotations

import datetime
import re
from functools import cache

from babel import Locale, UnknownLocaleError

from coop_membership.values import NOWHERE, Place, Wrong, text

OLDEST_YEAR = 1900
LANGUAGES = ("en", "fr", "nl", "de", "it")  # whose months are read
TWO_ORDERS = ("en",)  # languages whose countries differ
YEAR_FIRST = re.compile(
	r"([0-9]{4})([./-])([0-9]{1,2})\2([0-9]{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?)?"
)
YEAR_LAST = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?: 00:00(?::00(?:\.0+)?)?)?")
SHORT_YEAR = re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{2}")
IN_WORDS = re.compile(
	r"([0-9]{1,2})(?:er|st|nd|rd|th|\.)?(?: de| of)? ?([^\W\d_]+)\.?,? ?([0-9]{4})", re.IGNORECASE
)
MONTH_FIRST = re.compile(r"([^\W\d_]+)\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})", re.IGNORECASE)


def date(written: object, place: Place = NOWHERE) -> datetime.date | None:
	"""A day, None for none. Raises Wrong: `date_wrong`, `date_ambiguous`, `date_short_year`."""
	if isinstance(written, datetime.datetime):
		return written.date()
	if isinstance(written, datetime.date):
		return written
	typed = text.code(written)
	found = re.sub(r"\s*([./-])\s*", r"\1", typed)
	if not found:
		return None
	if SHORT_YEAR.fullmatch(found):
		raise Wrong("date_short_year", text=found)
	if match := YEAR_FIRST.fullmatch(found):
		readings = [_day(match[1], match[3], match[4])]
	elif match := YEAR_LAST.fullmatch(found):
		day_first, month_first = _day(match[4], match[3], match[1]), _day(match[4], match[1], match[3])
		first = "day" if match[2] == "." else writes_first(place)
		readings = {"day": [day_first], "month": [month_first]}.get(
			first, [day_first, day_first and month_first]
		)
	elif match := IN_WORDS.fullmatch(typed):
		readings = [_day(match[3], _months().get(text.fold(match[2]), 0), match[1])]
	elif match := MONTH_FIRST.fullmatch(typed):
		readings = [_day(match[3], _months().get(text.fold(match[1]), 0), match[2])]
	else:
		readings = []
	days = sorted({day for day in readings if day})
	if len(days) == 2:
		raise Wrong("date_ambiguous", text=found)
	if not days:
		raise Wrong("date_wrong", text=found[:40])
	return days[0]


def birth_date(written: object, today: datetime.date, place: Place = NOWHERE) -> datetime.date | None:
	"""A day on which a living person may be born. Raises Wrong: `born_in_future`, `born_too_early`, and as `date`."""
	day = date(written, place)
	if day and day > today:
		raise Wrong("born_in_future")
	if day and day.year < OLDEST_YEAR:
		raise Wrong("born_too_early", year=OLDEST_YEAR)
	return day


def writes_first(place: Place) -> str:
	"""What people write first in a date: "day", "month", "year", or "" when language and country leave it open."""
	language, _sep, territory = (place.language or "").replace("_", "-").partition("-")
	for code in [territory] if territory else [*reversed(place.regions)]:
		if order := _order(f"{language or 'und'}_{code.upper()}"):
			return order
	return _order(language) if language and language not in TWO_ORDERS else ""


def _order(locale: str) -> str:
	try:
		pattern = Locale.parse(locale).date_formats["short"].pattern
	except (UnknownLocaleError, ValueError):
		return ""
	return {"d": "day", "M": "month", "y": "year"}.get(pattern.lstrip("'")[:1], "")


@cache
def _months() -> dict[str, int]:
	"""{name, folded: number} of the months in our languages, whole and short; a name of two months is none."""
	found: dict[str, set[int]] = {}
	for language in LANGUAGES:
		for names in Locale.parse(language).months["format"].values():
			for number, name in names.items():
				found.setdefault(text.fold(name), set()).add(number)
	return {name: min(numbers) for name, numbers in found.items() if len(numbers) == 1 and name.isalpha()}


def _day(year: str, month: str | int, day: str) -> datetime.date | None:
	try:
		return datetime.date(int(year), int(month), int(day))
	except ValueError:
		return None
