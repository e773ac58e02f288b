"""Country rules as data: one module per country, found here by the country's name in Frappe. Pure."""

import re

from coop_membership.localisation import be, ch, fr

COUNTRIES = {"Belgium": be, "Switzerland": ch, "France": fr}


def languages_of(country: str | None) -> tuple[str, ...]:
	"""Codes of a country's official languages; none when the country has no module."""
	return COUNTRIES[country].LANGUAGES if country in COUNTRIES else ()


def registration_number(country: str | None, text: str) -> str:
	"""An organisation's number in the one form in which it is kept and compared. Raises ValueError when it is wrong.

	Checked for Belgium, France and Switzerland; elsewhere points and spaces, by which digits are grouped, go: other signs
	may tell one number from another.
	"""
	if country in COUNTRIES:
		return COUNTRIES[country].registration_number(text)
	return re.sub(r"[\s.]", "", text.upper())
