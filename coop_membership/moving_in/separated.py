"""Text files with separated cells (CSV), read whole or refused. Pure.

A quotation mark that is opened and not closed makes one cell of all that follows; what looks like that is refused.
"""

from __future__ import annotations

import csv
import io
import re

from coop_membership.moving_in.columns import HEADERS, fold
from coop_membership.moving_in.encodings import decoded
from coop_membership.moving_in.rows import MOST_LINES, Finding, Table, Unreadable

DELIMITERS = ";,\t|"
SAID = re.compile(r"\"?sep=(.)\"?\s*", re.IGNORECASE)  # the line by which a spreadsheet tells its separator
GUARDED = re.compile(r"^'+[=+\-@\t\r]")


def read_csv(content: bytes) -> Table:
	"""Encoding: by the byte order mark, else as its letters say. Separator: as said, or the one that fits the titles.

	Raises Unreadable.
	"""
	found = decoded(content)
	if "\0" in found.text:
		raise Unreadable("unreadable")
	table = Table()
	if found.notice:
		said = {"encoding": found.encoding, "word": found.word}
		table.findings.append(
			Finding(0, found.notice, "", said, notice=found.notice != "encoded_twice_in_part")
		)
	lines = io.StringIO(found.text, newline="").readlines()
	if len(lines) > MOST_LINES:
		raise Unreadable("too_many_lines", maximum=MOST_LINES)
	said = SAID.fullmatch(lines[0]) if lines else None
	skipped = 1 if said else 0
	delimiter = said[1] if said else delimiter_of(found.text)
	reader = csv.reader(io.StringIO("".join(lines[skipped:]), newline=""), delimiter=delimiter, strict=True)
	started = 1 + skipped
	try:
		for cells in reader:
			ended = reader.line_num + skipped
			_refuse_swallowed(
				lines[started - 1 : ended], started, delimiter, len(table.rows[0][1]) if table.rows else 0
			)
			spoken = sum(1 for line in lines[started - 1 : ended] if line.strip(f' \r\n\t"{delimiter}'))
			table.lines += spoken if table.lines else min(spoken, 1)  # the titles are one, however high
			table.rows.append((started, [unguarded(cell) for cell in cells]))
			started = ended + 1
	except csv.Error as error:
		code = "cell_too_big" if "field limit" in str(error) else "quote_open"
		raise Unreadable(code, started) from error
	return table


def _refuse_swallowed(lines: list[str], started: int, delimiter: str, columns: int) -> None:
	"""Lines that make one row, though their separators would do for a row each."""
	if len(lines) > 1 and columns > 1:
		if sum(line.count(delimiter) for line in lines) >= len(lines) * (columns - 1):
			raise Unreadable("quote_open", started)


def delimiter_of(text: str) -> str:
	"""The separator with which the first line that says something has most known titles."""
	first = next((line for line in text.splitlines() if line.strip(" ;,\t|\"'")), "")

	def known_titles(delimiter: str) -> int:
		return sum(fold(cell) in HEADERS for cell in next(csv.reader([first], delimiter=delimiter), []))

	return max(DELIMITERS, key=lambda delimiter: (known_titles(delimiter), first.count(delimiter)))


def unguarded(text: str) -> str:
	"""Text without the apostrophe by which `files.guarded` keeps a spreadsheet from calculating it."""
	return text[1:] if GUARDED.match(text) else text
