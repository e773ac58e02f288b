"""Files with a table of members: CSV and XLSX, read whole or refused, and written. Pure.

Nothing that a cell holds is ever run: text that a spreadsheet could take for a formula is marked as text.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from coop_membership.moving_in.rows import Table, Unreadable
from coop_membership.moving_in.separated import read_csv
from coop_membership.moving_in.workbooks import read_xlsx

__all__ = ["Unreadable", "read", "write_csv", "write_xlsx"]

XLSX_SIGNATURE = b"PK\x03\x04"
OTHERS = (b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf")  # old or locked workbooks, prints, letters
FORMULA = re.compile(r"^'*[=+\-@\t\r]")


def read(content: bytes) -> Table:
	"""(line number, cells) of a CSV or XLSX file, and what was found on the way. Raises Unreadable."""
	if content.startswith(OTHERS):
		raise Unreadable("other_format")
	return read_xlsx(content) if content.startswith(XLSX_SIGNATURE) else read_csv(content)


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
