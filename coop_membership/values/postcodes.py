"""Postcodes whose leading zeros a spreadsheet took for nothing: 01000 (Bourg-en-Bresse) became 1000. Pure."""

from __future__ import annotations

import re

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


def with_lost_zeros(written: str | None, country: str | None) -> str:
	"""The postcode that was meant by one with too few digits for its country; "" for any other."""
	digits, zeros = DIGITS.get(country or "", (0, 0))
	found = (written or "").strip()
	missing = digits - len(found)
	if not re.fullmatch("[1-9][0-9]*", found) or not 0 < missing <= zeros:
		return ""
	return found.zfill(digits)
