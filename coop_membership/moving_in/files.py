"""Tables of cells in CSV and XLSX files, read as people's programs write them. Pure.

Nothing that a cell holds is ever run: text that a spreadsheet could take for a formula is marked as text.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from coop_membership.moving_in.columns import HEADERS, fold

XLSX_SIGNATURE = b"PK\x03\x04"
DELIMITERS = ";,\t"
FORMULA = re.compile(r"^'*[=+\-@\t\r]")
GUARDED = re.compile(r"^'+[=+\-@\t\r]")

Row = tuple[int, Sequence[object]]


class Unreadable(Exception):
	"""The file is neither CSV nor XLSX."""


def read(content: bytes) -> Iterator[Row]:
	"""(line number, cells) of a CSV or XLSX file; of a workbook, its first sheet. Raises Unreadable."""
	return read_xlsx(content) if content.startswith(XLSX_SIGNATURE) else read_csv(content)


def read_xlsx(content: bytes) -> Iterator[Row]:
	from openpyxl import load_workbook

	try:
		book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
		yield from enumerate(book.worksheets[0].iter_rows(values_only=True), start=1)
	except Exception as error:  # openpyxl raises whatever its zip and XML parsers do
		raise Unreadable from error


def read_csv(content: bytes) -> Iterator[Row]:
	"""Encoding: as the byte order mark says, else UTF-8, else Windows-1252. Separator: the one that fits the titles."""
	text = decoded(content)
	if "\0" in text:
		raise Unreadable
	reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
	started = 1
	try:
		for cells in reader:
			yield started, [unguarded(cell) for cell in cells]
			started = reader.line_num + 1
	except csv.Error as error:
		raise Unreadable from error


def decoded(content: bytes) -> str:
	if content.startswith((b"\xff\xfe", b"\xfe\xff")):
		return content.decode("utf-16", errors="replace")
	try:
		return content.decode("utf-8-sig")
	except UnicodeDecodeError:
		return content.decode("cp1252", errors="replace")


def delimiter_of(text: str) -> str:
	"""The separator with which the first line that says something has most known titles."""
	first = next((line for line in text.splitlines() if line.strip(" ;,\t\"'")), "")

	def known_titles(delimiter: str) -> int:
		return sum(fold(cell) in HEADERS for cell in next(csv.reader([first], delimiter=delimiter), []))

	return max(DELIMITERS, key=lambda delimiter: (known_titles(delimiter), first.count(delimiter)))


def write_csv(rows: Iterable[Sequence[object]]) -> bytes:
	"""UTF-8 with byte order mark and semicolons, which spreadsheets of all our languages open rightly."""
	out = io.StringIO(newline="")
	writer = csv.writer(out, delimiter=";")
	for row in rows:
		writer.writerow([_as_text(value) for value in row])
	return out.getvalue().encode("utf-8-sig")


def write_xlsx(sheets: dict[str, Iterable[Sequence[object]]]) -> bytes:
	"""A workbook of {title: rows}; first rows stay in view and are bold. Text stays text, dates are dates."""
	from openpyxl import Workbook
	from openpyxl.cell import WriteOnlyCell
	from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
	from openpyxl.styles import Font
	from openpyxl.utils import get_column_letter

	book = Workbook(write_only=True)
	for title, rows in sheets.items():
		sheet = book.create_sheet(title)
		sheet.freeze_panes = "A2"
		for index in range(1, 41):
			sheet.column_dimensions[get_column_letter(index)].width = 22
		for line, row in enumerate(rows):
			cells = []
			for value in row:
				value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
				cell = WriteOnlyCell(sheet, value=value)
				if isinstance(value, str):
					cell.data_type = "s"
				elif isinstance(value, datetime.date):
					cell.number_format = "yyyy-mm-dd"
				if line == 0:
					cell.font = Font(bold=True)
				cells.append(cell)
			sheet.append(cells)
	out = io.BytesIO()
	book.save(out)
	return out.getvalue()


def _as_text(value: object) -> str:
	if value is None:
		return ""
	if isinstance(value, datetime.date):
		return value.isoformat()
	if isinstance(value, int | Decimal):
		return str(value)
	return guarded(str(value))


def guarded(text: str) -> str:
	"""Text that a spreadsheet would calculate gets an apostrophe before it."""
	return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
	return text[1:] if GUARDED.match(text) else text
