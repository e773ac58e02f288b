"""Names of persons, organisations, streets and towns: text without links, markup and its signs (&lt;). Pure.

A name is shown in mails and on pages that others read; a link in it would be an advertisement, or a trap.
"""

from __future__ import annotations

import re
import unicodedata

from coop_membership.values import Wrong, text

# the hosts make other names of it ("Anne Dupont-Person", "Le Potager - 2"), of at most 140 signs
WHOLE_NAME = 110
MARKUP = re.compile(r"[<>]|\{\{|\{%|&(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]*);", re.IGNORECASE)
LINK = re.compile(
	r"(?:[a-z][a-z0-9+.-]*://|\b(?:https?|mailto|javascript|data|tel):|\bwww\.|\bhxxps?\b|[\w-]+\.[a-z]{2,}/)",
	re.IGNORECASE,
)
# domains that mail programs turn into links by themselves; organisations may be called so
DOMAIN = re.compile(
	r"\b[\w-]+\.(?:com|net|org|info|biz|io|eu|be|fr|ch|de|nl|lu|uk|ru|cn|xyz|site|shop|top|link|click|online|app)\b",
	re.IGNORECASE,
)


def name(written: object, most: int = text.LINE_LENGTH) -> str:
	"""A name of a place or thing, "" for none. Raises Wrong: `no_links`, and as `text.line`."""
	found = text.line(written, most)
	shown = unicodedata.normalize("NFKC", found)
	if MARKUP.search(shown) or LINK.search(shown):
		raise Wrong("no_links")
	return found


def person(written: object) -> str:
	"""A first or last name. Raises Wrong as `name`, also for what mail programs turn into a link; `not_a_name` for digits
	without a letter."""
	found = name(written)
	if any(map(str.isdigit, found)) and not any(map(str.isalpha, found)):
		raise Wrong("not_a_name")
	if found and (DOMAIN.search(found) or "@" in found):
		raise Wrong("no_links")
	return found


def whole(*parts: str | None) -> str:
	"""The parts of a name in one. Raises Wrong: `name_too_long`."""
	found = " ".join(filter(None, parts))
	if len(found) > WHOLE_NAME:
		raise Wrong("name_too_long", maximum=WHOLE_NAME)
	return found
