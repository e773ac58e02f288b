"""Switzerland."""

import re

from stdnum.ch import ssn, uid

LANGUAGES = ("de", "fr", "it")
NATIONAL_NUMBER = 13  # signs
LEGAL_FORMS = (
	"Association",
	"Fondation / Stiftung",
	"Coopérative / Genossenschaft",
	"SA / AG",
	"Sàrl / GmbH",
	"Raison individuelle",
)
REGISTERS = re.compile(
	r"^(?:(?:N[°ºo]|Nr|UID|IDE|IDI)[\s.:]*)+|[\s/,;]*(?:MWST|TVA|IVA|VAT|HR|RC)\b[\s.:]*", re.IGNORECASE
)


def registration_number(text: str) -> str:
	"""Enterprise number (UID/IDE) with check digit: CHE-100.155.212, read with its registers too (… MWST/TVA/IVA)."""
	return uid.format(uid.validate(REGISTERS.sub("", text)))


def national_number(text: str) -> str:
	"""Number of the old-age insurance (AHV/AVS) with check digit: 756.9217.0769.85."""
	return ssn.format(ssn.validate(text))
