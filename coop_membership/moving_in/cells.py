"""One cell of an import file, read as what its column says. Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from coop_membership.moving_in.columns import CHOICES, Column, fold
from coop_membership.moving_in.rows import Known, Unread
from coop_membership.values import Wrong, amounts, dates, person, text
from coop_membership.values.text import same

# what a spreadsheet shows where a formula failed, in any language: #N/A, #REF!, #WERT!, #NOM?, Err:502, ####
FAILED = re.compile(r"#[A-ZÀ-Þ/0-9]*[A-ZÀ-Þ][A-ZÀ-Þ/0-9]*[!?]?|#+|(?:Err|Fout|Fehler|Erreur|Error):[0-9]+")
SERIAL = re.compile(r"[1-6][0-9]{4}(?:\.0)?")  # a day by its number, of 1927 to 2091
TRUTHS = ("TRUE", "FALSE", "VRAI", "FAUX", "WAHR", "FALSCH", "WAAR", "ONWAAR", "VERO", "FALSO")


def filled(cell: object) -> bool:
	return cell is not None and str(cell).strip() != ""


def refuse_failed(cell: object) -> None:
	"""Raise Wrong for what a spreadsheet left instead of a value: an error (`formula_failed`), a truth (`truth`), nothing."""
	if isinstance(cell, Unread):
		raise Wrong(cell.code)
	if isinstance(cell, str) and FAILED.fullmatch(cell.strip()):
		raise Wrong("formula_failed", text=cell.strip()[:20])
	if isinstance(cell, bool) or (isinstance(cell, str) and cell.strip() in TRUTHS):
		shown = str(cell).strip().upper()
		raise Wrong("truth", text=shown, name=shown.capitalize())


def _text_of(cell: object) -> str:
	"""A cell as text: numbers as they were typed, spaces put in order."""
	if isinstance(cell, float) and cell.is_integer():
		cell = int(cell)
	if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
		cell = cell.date()
	return text.line(cell, 0)


def _of_a_person(known: Known, column: Column, cell: object) -> object:
	"""By the rule that its field has at every other door too."""
	written = text.line(_text_of(cell))
	if column.key in person.RULES:
		return person.RULES[column.key](written, known.place) or None
	return written


def _date(known: Known, column: Column, cell: object) -> datetime.date:
	if SERIAL.fullmatch(written := str(cell).strip()):
		day = datetime.date(1899, 12, 30) + datetime.timedelta(int(float(written)))
		raise Wrong("date_serial", text=written, day=day)
	return dates.date(cell if isinstance(cell, datetime.date) else _text_of(cell), known.place)


def _number(known: Known, column: Column, cell: object) -> int:
	number = amounts.whole(cell)
	if number < 1:
		raise Wrong("number_wrong", text=str(number))
	return number


def _quantity(known: Known, column: Column, cell: object) -> int:
	number = amounts.whole(cell)
	if not number:
		raise Wrong("quantity_zero")
	return number


def amount(known: Known, column: Column, cell: object) -> Decimal:
	return amounts.amount(cell)


def _choice(known: Known, column: Column, cell: object) -> str:
	stored = CHOICES[column.key].get(fold(cell))
	if not stored:
		raise Wrong("choice_wrong", text=str(cell)[:40])
	return stored


def _word(table: str, code: str) -> Callable:
	"""Reads a word that a language may write in several ways: accents and signs don't count."""

	def read(known: Known, column: Column, cell: object) -> object:
		found = getattr(known, table).get(fold(_text_of(cell)))
		if not found:
			raise Wrong(code, text=_text_of(cell)[:60])
		return found

	return read


def _named(table: str, code: str) -> Callable:
	"""Reads a name that the cooperative gave: `A` and `A+` are two. What only looks like one is suggested."""

	def read(known: Known, column: Column, cell: object) -> object:
		names, written = getattr(known, table), _text_of(cell)
		found = names.get(written) or names.get(same(written))
		if not found:
			alike = _alike(names, written)
			if len(alike) > 1:
				raise Wrong("several_alike", text=written[:60], suggestions=", ".join(alike)[:140])
			suggested = {"suggestion": alike[0][:60]} if alike else {}
			raise Wrong(f"{code}_but_alike" if alike else code, text=written[:60], **suggested)
		return found

	return read


def _alike(names: Mapping[str, object], written: str) -> list[str]:
	"""One name of each thing that a text may mean: of those that differ in spaces only, else of those that differ in signs.

	Signs count, `A +` is `A+` and not `A`: whoever follows a wrong suggestion halves what somebody holds.
	"""
	for form in (lambda text: same(text).replace(" ", ""), fold):
		meant = form(written)
		alike = {names[name]: name for name in sorted(names, reverse=True) if meant and form(name) == meant}
		if alike:
			return sorted(alike.values())
	return []


READERS: dict[str, Callable[[Known, Column, object], object]] = {
	"text": _of_a_person,
	"name": _of_a_person,
	"email": _of_a_person,
	"phone": _of_a_person,
	"iban": _of_a_person,
	"date": _date,
	"number": _number,
	"quantity": _quantity,
	"amount": amount,
	"choice": _choice,
	"country": _word("countries", "country_unknown"),
	"language": _word("languages", "language_unknown"),
	"legal_form": _named("legal_forms", "legal_form_unknown"),
	"share_class": _named("classes", "class_unknown"),
}
