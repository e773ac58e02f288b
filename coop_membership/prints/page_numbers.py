"""Numbers at the foot of each page of a PDF, alike whatever engine made it: not every one knows how many pages there are."""

from __future__ import annotations

import io

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

SIZE, FROM_THE_SIDE, FROM_BELOW = 7, 34, 22  # in points
WIDTH_OF_A_SIGN = 0.5  # of its size: Helvetica's figures and small letters, near enough to align


def stamp(pdf: bytes, text: str, numbered: str) -> bytes:
	"""A PDF with `text` at the foot of each page on the left, and `numbered` with the page's number and how many there are."""
	reader, writer = PdfReader(io.BytesIO(pdf)), PdfWriter()
	count = len(reader.pages)
	for number, page in enumerate(reader.pages, start=1):
		writer.add_page(page)
		writer.pages[-1].merge_page(_foot(page, text, numbered.format(number, count)))
	stream = io.BytesIO()
	writer.write(stream)
	return stream.getvalue()


def _foot(page: PageObject, left: str, right: str) -> PageObject:
	width, height = float(page.mediabox.width), float(page.mediabox.height)
	foot = PageObject.create_blank_page(width=width, height=height)
	font = {
		"/Type": "/Font",
		"/Subtype": "/Type1",
		"/BaseFont": "/Helvetica",
		"/Encoding": "/WinAnsiEncoding",
	}
	named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
	fonts = DictionaryObject({NameObject("/FFoot"): named})
	foot[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
	stream = DecodedStreamObject()
	x = width - FROM_THE_SIDE - len(right) * SIZE * WIDTH_OF_A_SIGN
	stream.set_data(_written(left, FROM_THE_SIDE) + _written(right, x))
	foot[NameObject("/Contents")] = stream
	return foot


def _written(text: str, x: float) -> bytes:
	"""Drawing orders for a line of text; signs that the fonts of every reader lack become question marks."""
	escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
	place = f"q 0.36 g BT /FFoot {SIZE} Tf {x:.1f} {FROM_BELOW} Td (".encode()
	return place + escaped.encode("cp1252", "replace") + b") Tj ET Q\n"
