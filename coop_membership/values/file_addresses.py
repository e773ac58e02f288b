"""The address of a file: one reading, that leads directly into one of a site's two folders of files, or elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

PUBLIC, PRIVATE = "/files/", "/private/files/"
ELSEWHERE = (
	"http://",
	"https://",
	"/api/method/",
)  # the web, and what a function answers (v16): no file of the site
LONGEST = 2_000


def readings(address: str) -> Iterator[str]:
	"""An address as it is written, and as each decoding leaves it."""
	yield address
	while (plain := unquote(address)) != address:
		address = plain
		yield address


def is_straight(address: str) -> bool:
	"""True when an address, however often it is decoded, leads where it says: /files/… or /private/files/… without any
	step aside, or elsewhere.
	"""
	return len(address) <= LONGEST and all(_is_straight(reading) for reading in readings(address))


def of_private(address: str) -> str:
	"""The part of an address that leads to a private file, "" when it has none."""
	*_others, plain = readings(address[: LONGEST + 1])
	return plain[plain.index(PRIVATE) :] if PRIVATE in plain else ""


def _is_straight(address: str) -> bool:
	if "\\" in address or any(ord(sign) < 32 for sign in address):
		return False
	if address.startswith(ELSEWHERE):  # the hosts take those of the own site for files
		return not {".", ".."} & set(address.split("/"))
	for folder in (PRIVATE, PUBLIC):
		if address.startswith(folder):
			return not {"", ".", ".."} & set(address.removeprefix(folder).split("/"))
	return False
