"""One cell of an import file, read as what its column says. Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from stdnum import iban as iban_rules

from coop_membership.joining.rules import EMAIL, LINK, NAME_LENGTH, PHONE
from coop_membership.moving_in.columns import CHOICES, Column, fold
from coop_membership.moving_in.rows import Known

HIGHEST = 2**31 - 1  # an Int column of MariaDB
HIGHEST_PRICE = Decimal(10**12)


DAY_FIRST = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$")
GROUPED = re.compile(
	r"([0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]{1,2}))?|([0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?"
)
ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?$")


class Wrong(Exception):
	"""A cell that cannot be read: a code and values for its sentence."""

	def __init__(self, code: str, **values):
		super().__init__(code)
		self.code, self.values = code, values


def filled(cell: object) -> bool:
	return cell is not None and str(cell).strip() != ""


def _text_of(cell: object) -> str:
	"""A cell as text: numbers as they were typed, spaces put in order."""
	if isinstance(cell, float) and cell.is_integer():
		cell = int(cell)
	return " ".join(str(cell).split())


def _text(known: Known, column: Column, cell: object) -> str:
	text = _text_of(cell)
	if len(text) > NAME_LENGTH:
		raise Wrong("too_long", maximum=NAME_LENGTH)
	return text


def _name(known: Known, column: Column, cell: object) -> str:
	text = _text(known, column, cell)
	if LINK.search(text):
		raise Wrong("no_links")
	return text


def _email(known: Known, column: Column, cell: object) -> str:
	text = _text(known, column, cell).lower()
	if not EMAIL.match(text):
		raise Wrong("email_wrong", email=text[:60])
	return text


def _phone(known: Known, column: Column, cell: object) -> str:
	text = _text(known, column, cell)
	if not PHONE.match(text):
		raise Wrong("phone_wrong")
	return text


def _iban(known: Known, column: Column, cell: object) -> str:
	text = _text(known, column, cell)
	if not iban_rules.is_valid(text):
		raise Wrong("iban_wrong")
	return iban_rules.format(iban_rules.compact(text))


def _date(known: Known, column: Column, cell: object) -> datetime.date:
	if isinstance(cell, datetime.datetime):
		return cell.date()
	if isinstance(cell, datetime.date):
		return cell
	text = _text_of(cell)
	try:
		if match := ISO.match(text):
			return datetime.date(*map(int, match.groups()))
		if match := DAY_FIRST.match(text):
			day, month, year = map(int, match.groups())
			return datetime.date(year, month, day)
	except ValueError:
		pass
	raise Wrong("date_wrong", text=text[:40])


def _whole(cell: object) -> int:
	text = _text_of(cell).replace("\u2212", "-").replace(" ", "")
	if isinstance(cell, bool) or not re.fullmatch(r"[+-]?\d{1,10}(?:[.,]0+)?", text):
		raise Wrong("number_wrong", text=text[:40])
	number = int(re.split(r"[.,]", text)[0])
	if abs(number) > HIGHEST:
		raise Wrong("number_wrong", text=text[:40])
	return number


def _number(known: Known, column: Column, cell: object) -> int:
	number = _whole(cell)
	if number < 1:
		raise Wrong("number_wrong", text=str(number))
	return number


def _quantity(known: Known, column: Column, cell: object) -> int:
	number = _whole(cell)
	if not number:
		raise Wrong("quantity_zero")
	return number


def amount(known: Known, column: Column, cell: object) -> Decimal:
	"""25, 25.5, 25,50, 1 234,50, 1.234,50, 1,234.50, 1'234.50. What can be read in two ways (1.000) is refused."""
	text = re.sub(r"[\s'’€]", "", _text_of(cell))
	is_number = isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
	if not is_number and re.fullmatch(r"[0-9]{1,3}[.,][0-9]{3}", text):
		raise Wrong("amount_ambiguous", text=text)
	if not is_number and (match := GROUPED.fullmatch(text)):
		whole, cents = match[1] or match[3], match[2] or match[4] or "0"
		text = f"{re.sub('[.,]', '', whole)}.{cents}"
	elif not is_number and not re.fullmatch(r"[0-9]{1,13}(?:[.,][0-9]{1,2})?", text):
		raise Wrong("amount_wrong", text=text[:40])
	try:
		value = Decimal(str(cell) if is_number else text.replace(",", "."))
		rounded = value.quantize(Decimal("0.01"))
	except InvalidOperation:
		raise Wrong("amount_wrong", text=text[:40]) from None
	if value != rounded or not 0 <= value < HIGHEST_PRICE:
		raise Wrong("amount_wrong", text=text[:40])
	return rounded


def _choice(known: Known, column: Column, cell: object) -> str:
	stored = CHOICES[column.key].get(fold(cell))
	if not stored:
		raise Wrong("choice_wrong", text=str(cell)[:40])
	return stored


def _looked_up(table: str, code: str) -> Callable:
	def read(known: Known, column: Column, cell: object) -> object:
		found = getattr(known, table).get(fold(_text_of(cell)))
		if not found:
			raise Wrong(code, text=_text_of(cell)[:60])
		return found

	return read


READERS: dict[str, Callable[[Known, Column, object], object]] = {
	"text": _text,
	"name": _name,
	"email": _email,
	"phone": _phone,
	"iban": _iban,
	"date": _date,
	"number": _number,
	"quantity": _quantity,
	"amount": amount,
	"choice": _choice,
	"country": _looked_up("countries", "country_unknown"),
	"language": _looked_up("languages", "language_unknown"),
	"legal_form": _looked_up("legal_forms", "legal_form_unknown"),
	"share_class": _looked_up("classes", "class_unknown"),
}
