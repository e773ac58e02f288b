"""E-mail addresses: small letters, as the hosts can send to them. Pure: nothing asks the network.

`email-validator` knows the standards. The hosts know less: letters without accents before the @, no quotes, no address
among other words (`frappe.utils.validate_email_address`), so that is what is accepted.
"""

from __future__ import annotations

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from coop_membership.values import Wrong, text

LENGTH = 140  # a Data column of the hosts, where it is also the name of a User
ASCII = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]"
OF_THE_HOSTS = re.compile(
	rf"{ASCII}+(?:\.{ASCII}+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
)


def email(written: object) -> str:
	"""One address in its stored form, "" for none; a domain in other letters as its name in the network (xn--…).

	Raises Wrong: `email_wrong`, or `email_letters` when the host can't write to its letters.
	"""
	return _stored(found) if (found := text.code(written).lower()) else ""


@lru_cache(maxsize=64)  # one address is read at several doors on its way
def _stored(found: str) -> str:
	if "@" in found and not found.split("@")[0].isascii():
		raise Wrong("email_letters", email=found[:60])
	try:
		checked = validate_email(found, check_deliverability=False, allow_smtputf8=False, strict=True)
	except EmailNotValidError:
		raise Wrong("email_wrong", email=found[:60]) from None
	address = (checked.ascii_email or "").lower()
	if len(address) > LENGTH or not OF_THE_HOSTS.fullmatch(address) or "undisclosed-recipient" in address:
		raise Wrong("email_wrong", email=found[:60])
	return address
