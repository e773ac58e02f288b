"""Workbooks (XLSX), read whole or refused. Pure.

A workbook says how large its sheets are, how large its parts grow, and what its formulas gave; none of it need be true.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from openpyxl import load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

from coop_membership.moving_in.columns import HEADERS, SHEET_TITLES, fold
from coop_membership.moving_in.rows import MOST_LINES, Finding, Row, Table, Unread, Unreadable, ranges

MOST_BYTES = 300 * 10**6  # unpacked; a register of 200,000 lines takes a third of it
SUSPICIOUS = 20 * 10**6
MOST_GROWTH = 80  # what is packed tighter holds nothing but repetitions
MOST_COLUMNS = 500
PERCENT = (9, 10)  # 0% and 0.00%
FORMULA = f"{{{SHEET_MAIN_NS}}}f"


def read_xlsx(content: bytes) -> Table:
	"""The sheet that has the titles, else the first one. Raises Unreadable."""
	_refuse_bombs(content)
	try:
		book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
		sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "_get_source")]
		chosen = max(sheets, key=lambda sheet: (_known_titles(book, sheet), -sheets.index(sheet)))
		hidden, struck = [], []
		table = Table(rows=list(_rows(book, chosen, hidden, struck)))
		others = [sheet.title for sheet in sheets if sheet is not chosen and _unread(book, sheet)]
	except Unreadable:
		raise
	except Exception as error:  # openpyxl raises whatever its zip and XML parsers do
		raise Unreadable("unreadable") from error
	table.lines = sum(1 for _line, cells in table.rows if any(cell not in (None, "") for cell in cells))
	for code, lines in (("lines_hidden", hidden), ("lines_struck", struck)):
		if lines:
			said = {"count": len(lines), "lines": ranges(lines)}
			table.findings.append(Finding(0, code, "", said, notice=True))
	if others:
		table.findings.append(
			Finding(
				0,
				"sheets_left_out",
				"",
				{"sheets": ", ".join(others)[:140], "sheet": chosen.title},
				notice=True,
			)
		)
		table.left_out = len(others)
	return table


def _refuse_bombs(content: bytes) -> None:
	try:
		with zipfile.ZipFile(io.BytesIO(content)) as archive:
			parts = archive.infolist()
			if any(part.filename == "mimetype" for part in parts):
				raise Unreadable("other_format")
			size = sum(part.file_size for part in parts)
			if size > MOST_BYTES or (size > SUSPICIOUS and size > MOST_GROWTH * len(content)):
				raise Unreadable("grows_too_big")
			for part in parts:
				if part.filename.endswith(".xml") and b"<!DOCTYPE" in archive.open(part).read(1000).upper():
					raise Unreadable("unreadable")
	except Unreadable:
		raise
	except Exception as error:  # as above
		raise Unreadable("unreadable") from error


class _Parser(WorkSheetParser):
	"""openpyxl's reader of a sheet, by which a formula without a stored value is not an empty cell."""

	def parse_cell(self, element):
		cell = super().parse_cell(element)
		if cell["value"] is None and element.find(FORMULA) is not None:
			cell["value"] = Unread("formula_empty")
		return cell


def _rows(book, sheet, hidden: list[int] | None = None, struck: list[int] | None = None) -> Iterator[Row]:
	"""Each row that the sheet holds, whatever size the sheet says it has; the lines that it hides or strikes out are noted."""
	styles = book._cell_styles
	custom = enumerate(book._number_formats, start=BUILTIN_FORMATS_MAX_SIZE)
	percent = frozenset(PERCENT) | {number for number, text in custom if "%" in text}
	with sheet._get_source() as source:
		parser = _Parser(
			source,
			sheet._shared_strings,
			data_only=True,
			epoch=book.epoch,
			date_formats=book._date_formats,
			timedelta_formats=book._timedelta_formats,
		)
		lines = set()
		for line, row in parser.parse():
			found = {}
			for cell in row:
				value = cell["value"]
				if value is None or value == "":
					continue
				if cell["column"] in found or cell["row"] != line:
					raise Unreadable("damaged", line)
				found[cell["column"]] = _shown(value, styles[cell["style_id"]], percent)
			if not found:
				continue
			if line in lines or max(found) > MOST_COLUMNS:
				raise Unreadable("damaged", line)
			if len(lines) >= MOST_LINES:
				raise Unreadable("too_many_lines", maximum=MOST_LINES)
			lines.add(line)
			if hidden is not None and parser.row_dimensions.get(str(line), {}).get("hidden") in ("1", "true"):
				hidden.append(line)
			if struck is not None and all(
				book._fonts[styles[cell["style_id"]].fontId].strike for cell in row if cell["value"]
			):
				struck.append(line)
			yield line, [found.get(column) for column in range(1, max(found) + 1)]


def _shown(value: object, style, percent: frozenset[int]) -> object:
	"""A share of a hundred as its cell shows it: 0.04 is read as “4 %”."""
	if style.numFmtId in percent and isinstance(value, int | float) and not isinstance(value, bool):
		return f"{round(value * 100, 6):g} %"
	return value


def _known_titles(book, sheet) -> int:
	_line, cells = next(_rows(book, sheet), (0, []))
	return sum(fold(cell) in HEADERS for cell in cells if cell is not None)


def _unread(book, sheet) -> bool:
	"""True for a sheet with something in it, but for the explanations of the template."""
	return sheet.title not in SHEET_TITLES["help"] and any(True for _row in _rows(book, sheet))
