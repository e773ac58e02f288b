"""Pure tests with real files: a file is read whole or refused, whatever wrote it, and says what was not read."""

import io
import re
import unittest
import zipfile
from functools import partial

from openpyxl import Workbook
from openpyxl.styles import Font

from coop_membership.moving_in import files
from coop_membership.moving_in.reader import plan
from coop_membership.moving_in.rows import Plan
from coop_membership.moving_in.test_reader import KNOWN, TODAY

SHEET = "xl/worksheets/sheet1.xml"
TITLES = ["Prénom", "Nom", "Date de l'opération", "Type de parts", "Nombre de parts"]
SIX = [TITLES] + [[f"Léa {n}", "Dupont", "2020-01-01", "A", n] for n in range(1, 7)]


def workbook(rows, *others) -> bytes:
	book = Workbook()
	for row in rows:
		book.active.append(row)
	for title in others:
		book.create_sheet(title).append(["x"])
	out = io.BytesIO()
	book.save(out)
	return out.getvalue()


def changed(content: bytes, change, part: str = SHEET) -> bytes:
	"""A workbook in which one part is written otherwise."""
	out = io.BytesIO()
	with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
		for info in old.infolist():
			data = old.read(info)
			new.writestr(info.filename, change(data.decode()).encode() if info.filename == part else data)
	return out.getvalue()


def read(content: bytes | str) -> Plan:
	return plan(files.read(content.encode() if isinstance(content, str) else content), KNOWN, TODAY)


def errors(content: bytes | str) -> list[tuple]:
	return [
		(finding.line, finding.column or finding.values.get("cell", ""), finding.code)
		for finding in read(content).errors
	]


def refusal(content: bytes) -> tuple[str, int]:
	try:
		files.read(content)
	except files.Unreadable as refused:
		return refused.code, refused.line
	return "", 0


class TestWorkbooks(unittest.TestCase):
	def test_a_sheet_is_read_to_its_end_whatever_size_it_says(self):
		"""Six members in A1:E7; the workbook says A1:D3, A1:B6, A1, nothing at all, or far too much."""
		for size in ("A1:D3", "A1:B6", "A1", "A1:A1", "A1:XFD1048576", ""):
			with self.subTest(size):
				written = f'<dimension ref="{size}"/>' if size else ""
				found = read(changed(workbook(SIX), partial(re.sub, r"<dimension [^>]*/>", written)))
				self.assertEqual(found.findings, [])
				self.assertEqual((len(found.members), found.lines, found.read), (6, 6, 6))
				self.assertEqual(found.sums, {"Coop-A": (21, 21 * 25)})

	def test_lines_that_are_there_twice_are_refused(self):
		twice = changed(workbook(SIX), lambda xml: xml.replace('<row r="4"', '<row r="3"'))
		self.assertEqual(refusal(twice), ("damaged", 3))

	def test_cells_without_a_title_are_named(self):
		rows = [[*row, None, "beside"] if n == 3 else row for n, row in enumerate(SIX)]
		self.assertEqual(errors(workbook(rows)), [(4, "G4", "cell_without_title")])
		rows = [["Prénom", "", "Nom"], ["Léa", "lost", "Dupont"]]
		self.assertEqual(errors(workbook(rows)), [(2, "B2", "cell_without_title")])
		self.assertEqual(errors("Prénom;;Nom\nLéa;lost;Dupont\n"), [(2, "B2", "cell_without_title")])
		self.assertEqual(errors("Prénom;Nom\nLéa;Dupont;lost;\n"), [(2, "C2", "cell_without_title")])

	def test_a_formula_without_its_result_is_named(self):
		"""Written by a program, never opened in a spreadsheet: =1+1 has no value yet, nor has the name."""
		rows = [[*row] for row in SIX]
		rows[2][4], rows[3][1] = "=1+1", '=UPPER("x")'
		self.assertEqual(
			errors(workbook(rows)), [(3, "quantity", "formula_empty"), (4, "last_name", "formula_empty")]
		)
		calculated = changed(
			workbook(rows[:3]), lambda xml: xml.replace("<v></v>", "<v>2</v>").replace("<v />", "<v>2</v>")
		)
		self.assertEqual(errors(calculated), [])

	def test_other_sheets_are_said_to_be_left_out(self):
		found = read(workbook(SIX, "Anciens", "Explications"))
		self.assertEqual(
			[(f.code, f.notice, f.values["sheets"]) for f in found.findings],
			[("sheets_left_out", True, "Anciens")],
		)
		self.assertFalse(found.is_whole)
		book = Workbook()
		book.active.append(["Consignes"])
		sheet = book.create_sheet("Liste")
		for row in SIX:
			sheet.append(row)
		out = io.BytesIO()
		book.save(out)
		self.assertEqual(len(read(out.getvalue()).members), 6, "the sheet with the titles is read")

	def test_a_small_file_that_grows_is_refused_before_it_grows(self):
		"""571 MB of the same row in a file of less than a megabyte."""
		row = '<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c></row>'
		bomb = changed(workbook(SIX), lambda xml: xml.replace("</sheetData>", row * 800_000 + "</sheetData>"))
		self.assertLess(len(bomb), 10**6)
		self.assertEqual(refusal(bomb), ("grows_too_big", 0))

	def test_what_is_no_workbook_is_refused(self):
		entities = changed(
			workbook(SIX),
			lambda xml: '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml.split("?>", 1)[-1],
		)
		self.assertEqual(refusal(entities)[0], "unreadable")
		self.assertEqual(refusal(workbook(SIX)[:-200])[0], "unreadable")
		self.assertEqual(refusal(b"\xd0\xcf\x11\xe0 old workbook")[0], "other_format")
		self.assertEqual(refusal(b"%PDF-1.7")[0], "other_format")

	def test_lines_that_the_sheet_hides_or_strikes_out(self):
		"""Of five members, two are filtered out and one is struck out: all are read, and that is said with their lines."""
		book = Workbook()
		for row in (["Nom", "Prénom"], ["A", "Léa"], ["B", "Max"], ["C", "Zoé"], ["D", "Ali"], ["E", "Eva"]):
			book.active.append(row)
		for line in (3, 4):
			book.active.row_dimensions[line].hidden = True
		for cell in book.active[6]:
			cell.font = Font(strike=True)
		book.active["A2"].font = Font(strike=True)  # a part of a line is a correction
		out = io.BytesIO()
		book.save(out)
		found = read(out.getvalue())
		self.assertEqual(len(found.members), 5)
		said = [(f.code, f.values["count"], f.values["lines"], f.notice) for f in found.findings]
		self.assertEqual(said, [("lines_hidden", 2, "3-4", True), ("lines_struck", 1, "6", True)])

	def test_a_share_of_a_hundred_is_said_as_it_is_shown(self):
		"""4 % in a cell for a price is stored as 0.04: it is refused, by the words of the sheet."""
		for form in ("0%", "0.00%", "0.0 %"):
			book = Workbook()
			book.active.append(["Nom", "Prix"])
			book.active.append(["A", 0.04])
			book.active["B2"].number_format = form
			out = io.BytesIO()
			book.save(out)
			[finding] = [f for f in read(out.getvalue()).errors if f.column == "unit_price"]
			self.assertEqual((finding.code, finding.values["text"]), ("amount_wrong", "4 %"))

	def test_errors_and_truths_of_the_spreadsheet_are_no_names(self):
		for cell, code in (
			("#N/A", "formula_failed"),
			("#REF!", "formula_failed"),
			("#WERT!", "formula_failed"),
			("#NOM?", "formula_failed"),
			("#DIV/0!", "formula_failed"),
			("#VALEUR!", "formula_failed"),
			("#####", "formula_failed"),
			("Err:502", "formula_failed"),
			("TRUE", "truth"),
			("VRAI", "truth"),
			(True, "truth"),
			(False, "truth"),
		):
			with self.subTest(cell=cell):
				self.assertEqual(
					errors(workbook([["Prénom", "Nom"], ["Léa", cell]])), [(2, "last_name", code)]
				)
				if isinstance(cell, str):
					self.assertEqual(errors(f"Prénom;Nom\n{cell};Dupont\n"), [(2, "first_name", code)])
		self.assertEqual(errors("Prénom;Nom\nLéa;Faux\nTrue;#Un\n"), [], "people may be called so")


class TestSeparated(unittest.TestCase):
	def test_an_open_quote_swallows_nobody(self):
		"""A quotation mark before Dupont and none behind: the members after her would be a part of her name."""
		for text, line in (
			('Prénom;Nom;Ville\nLéa;"Dupont;Liège\nBob;Martin;Namur\n', 2),
			('Prénom;Nom;Ville\nLéa;"Dupont;Liège\nBob;Martin";Namur\n', 2),
			('Prénom;Nom;Ville\nLéa;"Dupont;Liège\nBob;"Martin";Namur\n', 2),
			('Prénom;Nom;Ville\nA;B;C\n"Léa;Dupont;Liège\nBob;Martin;Namur\nZoé";x;y\n', 3),
			('Prénom;Nom;Ville\nLéa;"Dupont" x;Liège\n', 2),
		):
			with self.subTest(text):
				self.assertEqual(refusal(text.encode()), ("quote_open", line))

	def test_an_address_of_two_lines_is_one_cell(self):
		found = read('Prénom;Nom;Adresse\nLéa;Dupont;"Rue Haute 1\nboîte 2"\n')
		self.assertEqual([m.values["address_line1"] for m in found.members], ["Rue Haute 1 boîte 2"])
		self.assertEqual((found.lines, found.read, found.is_whole), (2, 1, False), "moving in asks")
		found = read('Prénom;Nom;"Numéro\nde membre"\nLéa;Dupont;\n')
		self.assertTrue(found.is_whole, "titles may be high")

	def test_the_separator_may_be_said(self):
		for said in ("sep=;", "SEP=;", '"sep=;"'):
			found = read(f"{said}\r\nPrénom;Nom\r\nLéa;x;y\r\n")
			self.assertEqual([(f.line, f.code) for f in found.errors], [(3, "cell_without_title")])
		self.assertEqual(len(read("sep=|\nPrénom|Nom\nLéa|Dupont\n").members), 1)
		self.assertEqual(len(read("Prénom|Nom\nLéa|Dupont\n").members), 1)

	def test_a_cell_over_the_limit_is_refused_by_its_line(self):
		self.assertEqual(refusal(b"Nom;Ville\nx;" + b"y" * 200_000 + b"\n"), ("cell_too_big", 2))
		self.assertEqual(refusal(b"Nom\n" + b"x\n" * 200_001), ("too_many_lines", 0))


class TestEncodings(unittest.TestCase):
	TEXT = "Prénom;Nom;Ville\nDésirée;Müller;Liège\nFrançois;Lefèvre;Besançon\nZoë;Château;Nîmes\n"

	def test_old_encodings_are_read_and_the_first_word_is_shown(self):
		for encoding, shown in (
			("cp1252", "Windows-1252"),
			("cp850", "DOS (cp850)"),
			("cp437", "DOS (cp850)"),
			("mac_roman", "Macintosh"),
		):
			with self.subTest(encoding):
				found = read(self.TEXT.encode(encoding))
				self.assertEqual(
					[m.values["first_name"] for m in found.members], ["Désirée", "François", "Zoë"]
				)
				[notice] = found.findings
				self.assertEqual((notice.code, notice.notice), ("encoding_guessed", True))
				self.assertEqual((notice.values["encoding"], notice.values["word"]), (shown, "Prénom"))

	def test_one_word_is_enough(self):
		for encoding in ("cp1252", "cp850", "mac_roman"):
			for name in ("René", "Éloïse", "Zoë", "Jürg", "Noël", "Françoise"):
				with self.subTest(encoding=encoding, name=name):
					[member] = read(f"Voornaam;Naam\n{name};x\n".encode(encoding)).members
					self.assertEqual(member.values["first_name"], name)

	def test_utf_16_and_utf_8(self):
		for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
			with self.subTest(encoding):
				found = read(self.TEXT.encode(encoding))
				self.assertEqual((found.findings, found.members[0].values["last_name"]), ([], "Müller"))

	def test_utf_8_converted_twice(self):
		found = read(self.TEXT.encode().decode("cp1252").encode())
		self.assertEqual([m.values["last_name"] for m in found.members], ["Müller", "Lefèvre", "Château"])
		self.assertEqual(
			[(f.code, f.notice, f.values["word"]) for f in found.findings],
			[("encoded_twice", True, "PrÃ©nom")],
		)
		half = self.TEXT.replace("Liège", "LiÃ¨ge") + "李;x;y\n"
		self.assertEqual(
			[(f.code, f.notice, f.values["word"]) for f in read(half).findings],
			[("encoded_twice_in_part", False, "LiÃ¨ge")],
		)

	def test_one_foreign_byte(self):
		"""UTF-8, but for one name that was pasted in from elsewhere."""
		found = read(self.TEXT.encode() + b"Ren\xe9;x;y\n")
		self.assertEqual(found.members[-1].values["first_name"], "René")
		self.assertEqual([(f.code, f.values["word"]) for f in found.findings], [("encoding_mixed", "René")])

	def test_a_sign_that_is_lost_is_an_error_by_line(self):
		self.assertEqual(errors("Prénom;Nom\nRen\ufffd;x\nLéa;y"), [(2, "first_name", "unreadable_sign")])
