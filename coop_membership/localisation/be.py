"""Belgium."""

from stdnum.be import vat

LANGUAGES = ("fr", "nl", "de")
LEGAL_FORMS = ("AISBL / IVZW", "ASBL / VZW", "SA / NV", "SC / CV", "SComm / CommV", "SNC / VOF", "SRL / BV")


def registration_number(text: str) -> str:
	"""Enterprise number of the Crossroads Bank (KBO/BCE), ten digits with check digits: 0477472701."""
	return vat.validate(text)
