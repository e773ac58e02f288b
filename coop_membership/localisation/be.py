"""Belgium."""

import re

from stdnum.be import bis, nn, vat

LANGUAGES = ("fr", "nl", "de")
NATIONAL_NUMBER = 11  # signs
LEGAL_FORMS = ("AISBL / IVZW", "ASBL / VZW", "SA / NV", "SC / CV", "SComm / CommV", "SNC / VOF", "SRL / BV")
AROUND = re.compile(
	r"^(?:(?:N[°ºo]|Nr|Numéro|d['’]entreprise|TVA|BTW|MWST|BCE|KBO|ZDU)[\s.:-]*)+|^(?:RPM|RPR)\b\D*|[\s,]*\b(?:RPM|RPR)\b.*$",
	re.IGNORECASE,
)


def registration_number(text: str) -> str:
	"""Enterprise number of the Crossroads Bank (KBO/BCE), ten digits with check digits: 0477472701.

	Read as law and habit write it: BE 0477.472.701, N° TVA BE …, BTW BE …, RPM Bruxelles 0477.472.701 or
	the other way round.
	"""
	return vat.validate(AROUND.sub("", AROUND.sub("", text.strip())))


def national_number(text: str) -> str:
	"""Number of the national register, or a bis number, with check digits: 85.04.12-123.69."""
	for rules in (nn, bis):
		if rules.is_valid(text):
			digits = rules.compact(text)
			return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"
	raise ValueError(text)
