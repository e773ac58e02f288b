"""Numbers that a state gives: of organisations and of persons. Pure: each country's rules are in `localisation`."""

from __future__ import annotations

import re

from coop_membership import localisation
from coop_membership.values import NOWHERE, Place, Wrong, text


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

	Where no country's rules are known only its signs are put in order. Raises Wrong: `national_number_wrong`.
	"""
	found = text.code(written)
	if not found:
		return ""
	known = [country for country in place.countries if country in localisation.COUNTRIES]
	for country in known:
		try:
			return localisation.COUNTRIES[country].national_number(found)
		except ValueError:
			continue
	if len(known) == len(place.countries) and known:
		raise Wrong("national_number_wrong")
	if not re.search(r"[0-9]", found) or len(found) > 40:
		raise Wrong("national_number_wrong")
	return found.upper()
