"""France."""

import re

from stdnum.fr import siren, siret

LANGUAGES = ("fr",)
LEGAL_FORMS = ("Association", "EI", "EURL", "SA", "SARL", "SAS", "SCI", "SCIC", "SCOP")


def registration_number(text: str) -> str:
	"""SIREN (9 digits), SIRET (14), or for an association its number in the RNA: W and nine digits or letters."""
	compact = re.sub(r"[^A-Z0-9]", "", text.upper())
	if re.fullmatch(r"W\d[A-Z0-9]\d{7}", compact):
		return compact
	return siret.validate(compact) if len(compact) == 14 else siren.validate(compact)
