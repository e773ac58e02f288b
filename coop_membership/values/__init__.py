"""One rule and one stored form for each kind of value that people write: a text, a name, a phone number, a date …

Each reader takes what was written and returns what is stored, or raises Wrong with a code; `doors.py` has the sentence
for each code. What a reader returned reads as itself again, and Frappe, ERPNext and Dokos accept it. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass


class Wrong(ValueError):
	"""A value that can't be stored: a code of `doors.MESSAGES`, and values for its sentence."""

	def __init__(self, code: str, **values: object):
		super().__init__(code)
		self.code, self.values = code, values


@dataclass(frozen=True)
class Place:
	"""Where something was written; it decides between readings.

	`country` and `home` are the countries of the person and of the cooperative, by their names in Frappe; `regions`
	their ISO codes, in the same order; `language` is the form's or the file's.
	"""

	country: str = ""
	home: str = ""
	regions: tuple[str, ...] = ()
	language: str = ""

	@property
	def countries(self) -> tuple[str, ...]:
		"""Both countries, the person's first, without doubles and blanks."""
		return tuple(dict.fromkeys(filter(None, (self.country, self.home))))


NOWHERE = Place()
