"""Which rule each field of a person, an address and an organisation has: the one table of every door. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping

from coop_membership.values import (
	Place,
	Wrong,
	bank,
	dates,
	mailboxes,
	names,
	numbers,
	phones,
	postcodes,
	text,
)

Reader = Callable[[object, Place], object]

RULES: dict[str, Reader] = {
	"first_name": lambda written, place: names.person(written),
	"last_name": lambda written, place: names.person(written),
	"organisation_name": lambda written, place: names.name(written),
	"representative_function": lambda written, place: names.name(written),
	"address_line1": lambda written, place: names.name(written),
	"address_line2": lambda written, place: names.name(written),
	"postcode": postcodes.postcode,
	"city": lambda written, place: names.name(written),
	"email": lambda written, place: mailboxes.email(written),
	"organisation_email": lambda written, place: mailboxes.email(written),
	"phone": phones.phone,
	"iban": lambda written, place: bank.iban(written),
	"national_number": numbers.national,
	"registration_number": numbers.registration,
	"leaving_reason": lambda written, place: text.lines(written),
}


def read(values: Mapping, place: Place, today: datetime.date) -> Iterator[tuple[str, object]]:
	"""(field, what is stored, or the Wrong) of the fields in `values` that say something, in the order of RULES."""
	found = {
		field: _outcome(rule, values[field], place) for field, rule in RULES.items() if values.get(field)
	}
	yield from found.items()
	if values.get("birth_date"):
		yield (
			"birth_date",
			_outcome(lambda day, _place: dates.birth_date(day, today, place), values["birth_date"], place),
		)
	for fields in (("first_name", "last_name"), ("organisation_name",)):  # hosts make one name of the parts
		parts = [found.get(field, "") for field in fields]
		if not any(isinstance(part, Wrong) for part in parts):
			if isinstance(
				whole := _outcome(lambda names_, _place: names.whole(*names_), parts, place), Wrong
			):
				yield fields[-1], whole


def _outcome(rule: Reader, written: object, place: Place) -> object:
	try:
		return rule(written, place)
	except Wrong as wrong:
		return wrong
