"""Which letters the bytes of a file stand for. Pure.

Old spreadsheets, Macintosh and the command line of Windows each write É in another byte. What isn't UTF-8 is read in the
encoding that gives the most plausible words; the reader shows the first of them, because nothing but a human eye can
tell for sure.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
OLD = ("cp1252", "cp850", "mac_roman", "cp437")  # of two that fit, the first
NAMES = {"cp1252": "Windows-1252", "cp850": "DOS (cp850)", "cp437": "DOS (cp437)", "mac_roman": "Macintosh"}
COMMON = frozenset("éèêëàâäáãåçñîïíôöóõøûüúùœæßÿžšłğşćčńęąÉÈÊÀÂÄÇÎÔÖØÛÜŒÆÁÍÓÚÑŁŠŽ’«»°")
FREQUENT = frozenset("éèêëàâçîïôöüäûß")
WORD = re.compile(r"[^\W\d_]*(?=[^\x00-\x7f])[^\W\d_][^\s;,\t\"]*")
# what é, ’ and their like become when UTF-8 is taken for Windows-1252
TWICE = re.compile(
	"[ÃÂÅÄ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|â€"
)


@dataclass(frozen=True)
class Decoded:
	"""The text, the name of a guessed encoding ("" when there was nothing to guess), and the first word to look at.

	`notice` is a code of `findings.MESSAGES`: `encoding_guessed`, `encoding_mixed`, `encoded_twice`, or "".
	"""

	text: str
	notice: str = ""
	encoding: str = ""
	word: str = ""


def decoded(content: bytes) -> Decoded:
	for mark, encoding in BOMS:
		if content.startswith(mark):
			return _doubly(Decoded(content.decode(encoding, errors="replace")))
	if encoding := _two_bytes(content):
		return Decoded(content.decode(encoding, errors="replace"))
	try:
		return _doubly(Decoded(content.decode("utf-8")))
	except UnicodeDecodeError:
		return _mixed(content) or _guessed(content)


def _two_bytes(content: bytes) -> str:
	"""UTF-16 without its mark: every second byte of Western text is zero."""
	start = content[:2000]
	if start[1::2].count(0) > len(start) / 4:
		return "utf-16-le"
	return "utf-16-be" if start[::2].count(0) > len(start) / 4 else ""


def _mixed(content: bytes) -> Decoded | None:
	"""UTF-8 with a few foreign bytes: these are read as Windows-1252, the word with the first is shown."""
	text = content.decode("utf-8", errors="surrogateescape")
	foreign = [i for i, char in enumerate(text) if "\udc80" <= char <= "\udcff"]
	if sum(char > "\x7f" for char in text) < 2 * len(foreign) + 1:
		return None
	mended = "".join(
		bytes([ord(char) - 0xDC00]).decode("cp1252", errors="replace")
		if "\udc80" <= char <= "\udcff"
		else char
		for char in text
	)
	return Decoded(mended, "encoding_mixed", NAMES["cp1252"], _word_at(mended, foreign[0]))


def _guessed(content: bytes) -> Decoded:
	texts = {name: content.decode(name, errors="replace") for name in OLD}
	best = max(OLD, key=lambda name: plausible(texts[name]))
	found = WORD.search(texts[best])
	return Decoded(texts[best], "encoding_guessed", NAMES[best], found[0][:40] if found else "")


def plausible(text: str) -> int:
	"""How much the letters beyond ASCII look like those of names, more for each that does."""
	score = 0
	for before, char in zip(" " + text, text, strict=False):
		if char < "\x80":
			continue
		if char not in COMMON:
			score -= 2 if char.isalpha() else 3
		elif char.isupper() and before.islower():
			score -= 2  # `RenÚ`: a capital amid small letters
		elif not char.isalpha():
			score -= 1 if before.isalpha() and char != "’" else 0
		else:
			score += 3 if char in FREQUENT else 2
	return score


def _doubly(found: Decoded) -> Decoded:
	"""UTF-8 that was taken for Windows-1252 and written as UTF-8 again is read as it was meant."""
	match = TWICE.search(found.text)
	if not match:
		return found
	word = _word_at(found.text, match.start())
	try:
		once = "".join(
			char if char in "\x81\x8d\x8f\x90\x9d" else char.encode("cp1252").decode("latin-1")
			for char in found.text
		)
		return Decoded(once.encode("latin-1").decode("utf-8"), "encoded_twice", "UTF-8", word)
	except UnicodeError:
		return Decoded(found.text, "encoded_twice_in_part", "UTF-8", word)


def _word_at(text: str, index: int) -> str:
	start = max(text.rfind(sign, 0, index) for sign in ' ;,\t\n"') + 1
	return re.split(r"[\s;,\"]", text[start : start + 60])[0][:40]
