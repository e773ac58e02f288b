"""Text: Unicode in one form (NFC), without signs that nobody sees, spaces put in order. Pure.

Pasted text brings invisible signs along: spreadsheets a byte order mark, web pages zero widths and soft hyphens, address
books the marks of right-to-left writing. They go. What may mislead a reader, or shows that a sign was lost on the way,
is refused: it can't be mended without its writer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from coop_membership.values import Wrong

LINE_LENGTH = 140  # a Data column of the hosts
OVERRIDES = "\u202d\u202e"  # show what follows in another order than it is stored
REPLACEMENT = "\ufffd"  # stands where a sign could not be read
WEB_ADDRESS = re.compile(r"https?://[^\s/?#\\\"'<>]+[^\s\"'<>]*", re.IGNORECASE)
# invisible, though not of the category Cf: joiners, fillers, selectors of variants
ALSO_INVISIBLE = re.compile(
	"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def line(text: object, most: int = LINE_LENGTH) -> str:
	"""One line of text, "" for none; `most` 0 is any length. Raises Wrong: `too_long`, `no_text`, and as `visible`."""
	found = " ".join(visible(_typed(text)).split())
	if most and len(found) > most:
		raise Wrong("too_long", maximum=most)
	return found


def is_web_address(text: object) -> bool:
	"""True for what a page may link to: begins with http:// or https://, names a host, and holds no space."""
	return bool(WEB_ADDRESS.fullmatch(str(text or "")))


def lines(text: object, most: int = 0) -> str:
	"""Text of several lines: spaces in order within each line, no empty ones at either end. Raises as `line`."""
	rows = visible(_typed(text).replace("\r\n", "\n").replace("\r", "\n")).split("\n")
	found = "\n".join(" ".join(row.split()) for row in rows).strip("\n")
	if most and len(found) > most:
		raise Wrong("too_long", maximum=most)
	return found


def _typed(value: object) -> str:
	"""What was written, as text; "" for nothing. Raises Wrong: `no_text` for a list, an object, true or false."""
	if isinstance(value, bool | bytes | Mapping | list | tuple | set):
		raise Wrong("no_text")
	return str(value if value is not None else "")


def visible(text: str) -> str:
	"""Text as it is seen. Raises Wrong: `unreadable_sign` (half signs, lost signs), `hidden_order` (overrides)."""
	if not text.isprintable() or REPLACEMENT in text:  # hardly any text that is typed
		_refuse_signs(text)
	return unicodedata.normalize("NFC", without_invisible(text))


def _refuse_signs(text: str) -> None:
	for char in text:
		if "\ud800" <= char <= "\udfff" or char == REPLACEMENT or ("\x7f" < char < "\xa0" and char != "\x85"):
			raise Wrong("unreadable_sign", text=around(text, char))
		if char in OVERRIDES:
			raise Wrong("hidden_order")


def without_invisible(text: str) -> str:
	"""Text without signs that have no width; line breaks and tabs stay, other control characters go."""
	if text.isprintable():  # so no sign is of those categories
		return text if text.isascii() else ALSO_INVISIBLE.sub("", text)
	kept = (char for char in text if char.isspace() or unicodedata.category(char) not in ("Cf", "Cc", "Cs"))
	return ALSO_INVISIBLE.sub("", "".join(kept))


def code(text: object) -> str:
	"""A number or an address that is typed, as one line: marks that address books put around it go, overrides too."""
	found = unicodedata.normalize("NFKC", without_invisible(_typed(text)))
	return " ".join(without_invisible(found).split())


def around(text: str, char: str) -> str:
	"""The word with a sign that can't be read, the sign shown as a question mark."""
	word = next(word for word in text.split() if char in word) if not char.isspace() else char
	return "".join("?" if "\ud800" <= c <= "\udfff" or c == char else c for c in word)[:40]


def fold(text: object) -> str:
	"""Text without case, accents, spaces and signs: for suggestions and known words, never for who or what is meant."""
	plain = unicodedata.normalize("NFKD", str(text).casefold())
	return re.sub(r"[\W_]", "", "".join(char for char in plain if not unicodedata.combining(char)))


def same(text: object) -> str:
	"""Text without case, signs kept: `A` and `a` are one, `A` and `A+` are two."""
	return " ".join(unicodedata.normalize("NFKC", str(text)).casefold().split())
