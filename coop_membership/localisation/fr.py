"""France."""

import re

from stdnum.fr import nir, siren, siret, tva

LANGUAGES = ("fr",)
NATIONAL_NUMBER = 15  # signs
LEGAL_FORMS = ("Association", "EI", "EURL", "SA", "SARL", "SAS", "SCI", "SCIC", "SCOP")
AROUND = re.compile(r"^(?:(?:N[°ºo]|Numéro|SIREN|SIRET|RNA|TVA)[\s:.]*)+|^RCS\b\D*|\bRCS\b.*$", re.IGNORECASE)


def registration_number(text: str) -> str:
	"""SIREN (9 digits), SIRET (14), or for an association its number in the RNA: W and nine digits or letters.

	A VAT number (FR and eleven signs) is the SIREN that it ends with; `… RCS Lyon`, `RCS Lyon …` are read without the court.
	"""
	compact = re.sub(r"[^A-Z0-9]", "", AROUND.sub("", text).upper())
	if re.fullmatch(r"W\d[A-Z0-9]\d{7}", compact):
		return compact
	if compact.startswith("FR"):
		return siren.validate(tva.validate(compact)[2:])
	return siret.validate(compact) if len(compact) == 14 else siren.validate(compact)


def national_number(text: str) -> str:
	"""Number of the register of persons (NIR, social security) with its key: 2 95 10 99 126 111 93."""
	return nir.format(nir.validate(text))
