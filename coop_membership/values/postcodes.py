"""Postcodes, by the form that those of a country have. Pure.

Leading zeros are what a spreadsheet takes for nothing: 01000 (Bourg-en-Bresse) becomes 1000, which is asked elsewhere.
"""

from __future__ import annotations

import re

from coop_membership.values import NOWHERE, Place, Wrong, names

# by country; with its letters before it (B-1000) where people write them, and in France with a large sorting office
FORMS = {
	"Austria": r"(?:A-? ?)?[1-9][0-9]{3}",
	"Belgium": r"(?:B-? ?|BE-? ?)?[1-9][0-9]{3}",
	"France": r"(?:F-? ?|FR-? ?)?[0-9]{2} ?[0-9]{3}(?: CEDEX.*)?",
	"Germany": r"(?:D-? ?|DE-? ?)?[0-9]{5}",
	"Italy": r"(?:I-? ?|IT-? ?)?[0-9]{5}",
	"Luxembourg": r"(?:L-? ?|LU-? ?)?[1-9][0-9]{3}",
	"Netherlands": r"(?:NL-? ?)?[1-9][0-9]{3}(?: ?[A-Z]{2})?",
	"Spain": r"(?:E-? ?|ES-? ?)?[0-9]{5}",
	"Switzerland": r"(?:CH-? ?)?[1-9][0-9]{3}",
}

# digits of a postcode, and how many of them may be leading zeros; where none begins with 0, none is lost
DIGITS = {
	"Finland": (5, 2),
	"France": (5, 1),
	"Germany": (5, 1),
	"Italy": (5, 2),
	"Poland": (5, 2),
	"Romania": (6, 2),
	"Spain": (5, 1),
	"United States": (5, 2),
}


def postcode(written: object, place: Place = NOWHERE) -> str:
	"""A postcode of the person's country, "" for none. Who names no country may live in any whose form is known, if the
	cooperative's is.

	Raises Wrong: `postcode_wrong` in a country whose form is known, and as `names.name`.
	"""
	found, country = names.name(written), place.country or place.home
	if not found or country not in FORMS or with_lost_zeros(found, country):
		return found
	forms = [FORMS[country]] if place.country else FORMS.values()
	if not any(re.fullmatch(form, found, re.IGNORECASE) for form in forms):
		raise Wrong("postcode_wrong", text=found[:40], country=country)
	return found


def with_lost_zeros(written: str | None, country: str | None) -> str:
	"""The postcode that was meant by one with too few digits for its country; "" for any other."""
	digits, zeros = DIGITS.get(country or "", (0, 0))
	found = (written or "").strip()
	missing = digits - len(found)
	if not re.fullmatch("[1-9][0-9]*", found) or not 0 < missing <= zeros:
		return ""
	return found.zfill(digits)
