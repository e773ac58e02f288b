"""Bank accounts, banks and payment references. Pure: `python-stdnum` knows the check digits."""

from __future__ import annotations

import re
from contextlib import suppress

from stdnum import bic as bic_rules
from stdnum import iban as iban_rules
from stdnum import iso11649
from stdnum.be import ogm_vcs
from stdnum.exceptions import InvalidComponent, ValidationError

from coop_membership.values import Wrong, text


def iban(written: object) -> str:
	"""An IBAN in groups of four (BE71 0961 2345 6769), "" for none. Raises Wrong: `iban_wrong`.

	Length and check digits decide, those of the country too; a list of banks doesn't: banks are founded and merge.
	"""
	found = re.sub(r"^IBAN\s*:?\s*", "", text.code(written).upper())
	if not found:
		return ""
	try:
		found = iban_rules.validate(found, check_country=False)
		with suppress(InvalidComponent):  # a bank that the country's list lacks
			iban_rules.validate(found)
	except ValidationError:
		raise Wrong("iban_wrong") from None
	return iban_rules.format(found)


def masked(stored: str | None) -> str:
	"""A stored IBAN as its owner recognises it and nobody else can use it: "FR14 •••• 2606"; "" for none."""
	found = re.sub(r"\s", "", stored or "")
	return f"{found[:4]} •••• {found[-4:]}" if found else ""


def bic(written: object) -> str:
	"""A BIC of 8 or 11 signs without spaces (GEBABEBB), "" for none. Raises Wrong: `bic_wrong`."""
	found = re.sub(r"[\s.\-]", "", re.sub(r"^(?:BIC|SWIFT)\s*:\s*", "", text.code(written).upper()))
	if not found:
		return ""
	try:
		return bic_rules.validate(found)
	except ValidationError:
		raise Wrong("bic_wrong") from None


def belgian_communication(written: object) -> str:
	"""A structured communication as `+++123/4567/89002+++`, read with pluses, with stars and bare; "" when it is none."""
	digits = re.sub(r"[+*/\s.\-]", "", text.code(written))
	if not re.fullmatch(r"[0-9]{12}", digits) or not ogm_vcs.is_valid(digits):
		return ""
	return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def is_same(one: str | None, other: str | None) -> bool:
	"""Whether two references are one, however they were spaced and in whatever letters; no reference is never one."""
	return bool(one) and _bare(one) == _bare(other)


def _bare(reference: str | None) -> str:
	return "".join((reference or "").split()).casefold()


def reference(written: object) -> str:
	"""What a payer or a bank wrote with a payment, "" for nothing. Raises Wrong as `text.line`.

	A structured communication with its signs, +++…+++ or ***…***, and a creditor reference (RF…) have one form, so that
	one payment is known again however it was typed; twelve bare digits may be anything.
	"""
	found = text.line(written)
	if re.match(r"\+{3}|\*{3}", found):
		return belgian_communication(found) or found
	return iso11649.compact(found) if iso11649.is_valid(found) else found
