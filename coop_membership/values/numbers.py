"""Numbers that a state gives: of organisations and of persons. Pure: each country's rules are in `localisation`."""

from __future__ import annotations

import re

from coop_membership import localisation
from coop_membership.values import NOWHERE, Place, Wrong, names, text


def registration(written: object, place: Place = NOWHERE) -> str:
	"""An organisation's number in its country's one form, "" for none; official writings (`TVA BE …`) are read.

	Raises Wrong: `registration_number_wrong`.
	"""
	found = text.code(written)
	try:
		return found and localisation.registration_number(place.country or place.home, found)
	except ValueError:
		raise Wrong("registration_number_wrong") from None


def national(written: object, place: Place = NOWHERE) -> str:
	"""A person's national number in the form of the country whose it is, the person's or the cooperative's; "" for none.

	One of another length is another country's, whose rules aren't known here: only its signs are put in order. Raises
	Wrong: `national_number_wrong`.
	"""
	found = text.code(written)
	if not found:
		return ""
	rules = [localisation.COUNTRIES[name] for name in place.countries if name in localisation.COUNTRIES]
	for country in rules:
		try:
			return country.national_number(found)
		except ValueError:
			continue
	signs = len(re.sub(r"\W", "", found))
	if signs in [country.NATIONAL_NUMBER for country in rules] or not re.fullmatch(r"[\w\s./-]{1,40}", found):
		raise Wrong("national_number_wrong")
	if not re.search(r"\d", found) or names.LINK.search(found) or names.DOMAIN.search(found):
		raise Wrong("national_number_wrong")
	return found.upper()
