"""Links that open one document for whoever holds them: signed with the site's key, for one purpose, with an end."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

from frappe.utils.password import get_encryption_key

DAY = 24 * 3600


class BadKey(Exception):
	"""The key was not made here, or for something else."""


class Expired(BadKey):
	"""The key was good once; `name` is what it opened."""

	def __init__(self, name: str):
		self.name = name


def sign(purpose: str, name: str, days: int) -> str:
	"""A text fit for a web address that says: its holder may do `purpose` with `name` for so many days."""
	said = f"{int(time.time()) + days * DAY}:{name}"
	return _written(_seal(purpose, said) + said.encode())


def read(purpose: str, key: str | None) -> str:
	"""What a key opens. Raises Expired, or BadKey for anything else that is wrong."""
	key = str(key or "")
	try:
		raw = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
		seal, said = raw[:32], raw[32:].decode()
	except ValueError as error:
		raise BadKey from error
	if key != _written(raw):  # limits count by key: one document has no second one by a sign more or less
		raise BadKey
	if not said or not hmac.compare_digest(seal, _seal(purpose, said)):
		raise BadKey
	until, _colon, name = said.partition(":")
	if int(until) < time.time():
		raise Expired(name)
	return name


def _written(raw: bytes) -> str:
	return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _seal(purpose: str, said: str) -> bytes:
	return hmac.new(get_encryption_key().encode(), f"{purpose}:{said}".encode(), hashlib.sha256).digest()
