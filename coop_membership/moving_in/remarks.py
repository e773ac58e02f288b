"""Lines among the members of a list that are none: totals, legends, titles of a second page, remarks. Pure.

Nothing tells them for sure, people may be called Total: they are asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from coop_membership.moving_in.columns import HEADERS
from coop_membership.values.text import fold

# what such a line begins with, folded: French, Dutch, German, English, Italian
WORDS = frozenset(
	"total totaux totale totali totaal totalen totals somme sommes summe gesamt gesamtsumme insgesamt zwischensumme "
	"soustotal soustotaux subtotal subtotaal subtotale sum legende legend legenda leggenda remarque remarques note notes "
	"bemerkung bemerkungen opmerking opmerkingen remark remarks anmerkung nb membres members leden mitglieder soci".split()
)
SIGNS = re.compile(r"[:=*]|^\d|\d{4}|\d[./-]\d|^\W*$")  # in no person's name: signs, counts, years and days
NAMES = ("last_name", "first_name", "organisation_name")
# who has one of these is somebody
OF_SOMEBODY = ("email", "birth_date", "national_number", "registration_number", "iban", "phone")


def of(values: Mapping[str, object]) -> str:
	"""What reads like a remark in the names of a line, "" when nothing does."""
	if any(values.get(key) for key in OF_SOMEBODY):
		return ""
	return next(
		(str(values[key]) for key in NAMES if values.get(key) and _reads_so(key, str(values[key]))), ""
	)


def _reads_so(key: str, name: str) -> bool:
	first = re.split(r"[\s:.]", name.strip(), maxsplit=1)[0]
	if fold(first) in WORDS or HEADERS.get(fold(name)) == key:
		return True
	return key != "organisation_name" and bool(SIGNS.search(name))
