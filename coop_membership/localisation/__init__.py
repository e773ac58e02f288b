"""Country rules as data: one module per country, found here by the country's name in Frappe."""

from coop_membership.localisation import be, ch, fr

COUNTRIES = {"Belgium": be, "Switzerland": ch, "France": fr}


def languages_of(country: str | None) -> tuple[str, ...]:
	"""Codes of a country's official languages; none when the country has no module."""
	return COUNTRIES[country].LANGUAGES if country in COUNTRIES else ()
