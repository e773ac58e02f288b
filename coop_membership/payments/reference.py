"""Structured payment references. Pure.

Belgium: "communication structurée" +++123/4567/89002+++ (Febelfin standard, ten digits and a check modulo 97).
Elsewhere: creditor reference RFnn… of ISO 11649, at most 25 characters.
"""

import hashlib
import re

from stdnum import iso7064, iso11649
from stdnum.be import ogm_vcs

BELGIAN_BASE = 10**10
RF_LENGTH = 21


def structured_reference(document: str, country: str = "", attempt: int = 0) -> str:
	"""The payment reference of a document in the form used in a country.

	`document` is any unique text, usually a document's name; `country` a country's English name or its ISO code;
	`attempt` gives another reference for the same document, should the first be taken.
	"""
	seed = f"{document}/{attempt}" if attempt else document
	if country in ("Belgium", "BE", "be"):
		base = f"{int(hashlib.sha256(seed.encode()).hexdigest(), 16) % BELGIAN_BASE:010d}"
		digits = base + ogm_vcs.calc_check_digits(base)
		return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"
	body = re.sub(r"[^A-Z0-9]", "", seed.upper())[-RF_LENGTH:] or "0"
	return f"RF{iso7064.mod_97_10.calc_check_digits(body + 'RF')}{body}"


def is_creditor_reference(reference: str) -> bool:
	"""True for the ISO 11649 form, which an EPC QR code may carry as structured remittance."""
	return iso11649.is_valid(reference)


def compact(reference: str) -> str:
	"""The reference without signs, as banks and people may write it: capitals and digits only."""
	return re.sub(r"[^A-Z0-9]", "", reference.upper())


def references_in(text: str | None) -> set[str]:
	"""The references that may stand in what a payer wrote, however they are spaced: each with the right check digits."""
	written, found = compact(text or ""), set()
	for start in range(len(written)):
		digits = written[start : start + 12]
		if re.fullmatch("[0-9]{12}", digits) and ogm_vcs.is_valid(digits):
			found.add(f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++")
		if re.match("RF[0-9]{2}", written[start : start + 4]):
			candidates = (written[start : start + 4 + length] for length in range(1, RF_LENGTH + 1))
			found.update(candidate for candidate in candidates if iso11649.is_valid(candidate))
	return found
