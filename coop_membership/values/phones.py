"""Phone numbers: stored as E.164 (+32470123456), shown in groups (+32 470 12 34 56). Pure.

A number without a country code is one of the person's country, else of the cooperative's. Tables of `phonenumbers`
age: a number with its country code is kept when its length is possible, though its range is not known yet.
"""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from coop_membership.values import NOWHERE, Place, Wrong, text

SIGNS = re.compile(r"\+?[0-9\s().\-/\u2010-\u2015]+")
STORED = re.compile(r"\+[0-9]+")
NEIGHBOURS = ("BE", "CH", "FR", "LU", "NL")


def phone(written: object, place: Place = NOWHERE) -> str:
	"""A number in its stored form, "" for none.

	Raises Wrong: `phone_wrong`, or `phone_country` for a number that a neighbouring country knows and this one doesn't.
	"""
	found = text.code(written)
	if not found:
		return ""
	if not SIGNS.fullmatch(found):
		raise Wrong("phone_wrong")
	if found.startswith("00"):
		found = f"+{found[2:]}"
	if found.startswith("+"):
		return _stored(_parsed(found, None))
	numbers = [number for region in place.regions if (number := _parsed(found, region))]
	for number in numbers:
		if phonenumbers.is_valid_number(number):
			return _stored(number)
	if _known_to_neighbours(found):
		raise Wrong("phone_country")
	return _stored(next(filter(_possible, numbers), None))


def shown(stored: str | None) -> str:
	"""A stored number as people read and dial it from anywhere: +33 6 12 34 56 78. What is stored otherwise, as it is."""
	number = _parsed(stored, None) if STORED.fullmatch(stored or "") else None
	if not number:
		return stored or ""
	return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _parsed(written: str, region: str | None) -> PhoneNumber | None:
	try:
		return phonenumbers.parse(written, region)
	except NumberParseException:
		return None


def _possible(number: PhoneNumber) -> bool:
	return phonenumbers.is_possible_number(number) and not number.extension


def _stored(number: PhoneNumber | None) -> str:
	if not number or not _possible(number):
		raise Wrong("phone_wrong")
	stored = phonenumbers.format_number(number, PhoneNumberFormat.E164)
	again = _parsed(stored, None)  # zeros at the start are taken for the sign of a call within the country
	if not again or phonenumbers.format_number(again, PhoneNumberFormat.E164) != stored:
		raise Wrong("phone_wrong")
	return stored


def _known_to_neighbours(written: str) -> bool:
	numbers = (_parsed(written, region) for region in NEIGHBOURS)
	return any(number and phonenumbers.is_valid_number(number) for number in numbers)
