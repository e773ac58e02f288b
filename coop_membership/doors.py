"""What every door does with what people write: it is read by the rules of `values`, or answered with a sentence.

Doors are the public form, the API, the desk, the portal and the import. Sentences for what `values` refuses are here,
once; a door has only those of its own.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NoReturn

from babel import Locale, UnknownLocaleError

import frappe
from frappe import _
from frappe.utils import flt, formatdate, getdate

from coop_membership import shapes
from coop_membership.values import Place, Wrong, amounts, dates, person, phones, text

if TYPE_CHECKING:
	from frappe.core.doctype.docfield.docfield import DocField
	from frappe.model.document import Document

MESSAGES: dict[str, Callable[[], str]] = {
	# texts and names
	"too_long": lambda: _("{field} is too long. Please use at most {maximum} characters."),
	"no_text": lambda: _("{field} has to be a text, not a list."),
	"unreadable_sign": lambda: _(
		"{field} holds a sign that can't be read: {text}. Please type that word anew."
	),
	"hidden_order": lambda: _(
		"{field} holds hidden signs that show the text in another order. Please type it anew."
	),
	"no_links": lambda: _(
		"{field} may not contain a web address or angle brackets. Please write plain text."
	),
	"not_a_name": lambda: _("{field} must contain letters. Please write your real name."),
	"postcode_wrong": lambda: _("“{text}” is not a postcode of {country}. Please correct it."),
	"name_too_long": lambda: _(
		"The whole name is too long. Please use at most {maximum} characters for first and last name together."
	),
	# phone and e-mail
	"phone_wrong": lambda: _(
		"The phone number cannot be read. Please use digits, for example +32 470 12 34 56."
	),
	"phone_country": lambda: _(
		"The phone number is one of another country. Please write it with its country code, for example +32 470 12 34 56."
	),
	"email_wrong": lambda: _("{email} is not an e-mail address. Please correct it."),
	"email_letters": lambda: _(
		"{email} has letters before the @ that mail can't be sent to from here. Please give an address without accents."
	),
	# numbers that banks and states give
	"iban_wrong": lambda: _("This is not a valid IBAN. Please check the account number."),
	"bic_wrong": lambda: _("This is not a valid BIC. It has 8 or 11 letters and digits."),
	"registration_number_wrong": lambda: _(
		"This registration number is not valid in the chosen country. Please check it."
	),
	"national_number_wrong": lambda: _("This national number is not valid. Please check its digits."),
	# dates
	"born_in_future": lambda: _("The birth date lies in the future. Please correct it."),
	"born_too_early": lambda: _("The birth date lies before {year}. Please correct it."),
	"date_wrong": lambda: _("“{text}” is not a date. Please write it like 31/12/2019."),
	"date_short_year": lambda: _(
		"“{text}” gives the year in two digits. Please write all four, for example 31/12/1985."
	),
	"date_serial": lambda: _(
		"“{text}” is a number; a spreadsheet would show it as the day {day}. Please format the column as a date."
	),
	"date_ambiguous": lambda: _(
		"“{text}” can be read as two days. Please write the year first, for example 1985-04-12 for 12 April."
	),
	# numbers and amounts
	"number_wrong": lambda: _("“{text}” is not a whole number above zero."),
	"number_ambiguous": lambda: _(
		"“{text}” can be read in two ways. Please write the number without points and commas."
	),
	"amount_wrong": lambda: _("“{text}” is not an amount. Please write it like 25.50."),
	"amount_ambiguous": lambda: _(
		"“{text}” can be read in two ways. Please write the amount with two decimals."
	),
}
# what a person's documents do not have as fields of their own: see people/private.py
KEPT_APART: dict[str, Callable[[], str]] = {
	"birth_date": lambda: _("Birth date"),
	"national_number": lambda: _("National number"),
	"iban": lambda: _("IBAN"),
}
TYPED = ("Data", "Small Text", "Text", "Long Text")  # fields of plain text


def sentence(wrong: Wrong, label: str = "") -> str:
	"""What is wrong and what to do, in the session's language; `label` is what the field is called."""
	return MESSAGES[wrong.code]().format(field=label, **in_words(wrong.values))


def in_words(values: Mapping) -> dict[str, object]:
	"""Values for a sentence, in the session's language: a country by its name, a day as it is written."""
	said = {
		key: formatdate(value) if isinstance(value, datetime.date) else value for key, value in values.items()
	}
	return {**said, "country": _country(values["country"])} if values.get("country") else said


def _country(name: str) -> str:
	"""Hosts don't have them in all languages."""
	code = frappe.db.get_value("Country", name, "code", cache=True) or ""
	try:
		known = Locale.parse(frappe.local.lang or "en", sep="-").territories
	except (UnknownLocaleError, ValueError):
		known = {}
	return known.get(code.upper()) or _(name)


def throw(wrong: Wrong, label: str = "") -> NoReturn:
	"""Raise frappe.ValidationError with the sentence for one value."""
	frappe.throw(frappe.utils.escape_html(sentence(wrong, label)), title=_("Please correct"))


def place(country: str | None, cooperative: Document | None, language: str | None = None) -> Place:
	"""Where something is written: by somebody in a country, to a Cooperative, on a form in a language.

	The language is the session's, unless a file says its own.
	"""
	home = (cooperative and cooperative.get("country")) or ""
	countries = tuple(dict.fromkeys(filter(None, (country, home))))
	regions = [frappe.db.get_value("Country", name, "code", cache=True) for name in countries]
	return Place(
		country=country or "",
		home=home,
		regions=tuple(code.upper() for code in regions if code),
		language=language or frappe.local.lang or "",
	)


def show_phone(document: Document) -> None:
	"""Give a form the phone number as people read it."""
	document.set_onload("phone_shown", phones.shown(document.phone))


def tidy(document: Document, method: str | None = None) -> None:
	"""Doc event of what people type in: texts without invisible signs, spaces in order, numbers of one reading. Raises a
	sentence.
	"""
	if method == "before_validate" and document.is_new():
		return  # in order since `before_insert`
	for part in (document, *document.get_all_children()):
		refuse(part, [*put_text_in_order(part), *put_values_in_order(part)])


def put_values_in_order(document: Document) -> list[tuple[str, Wrong]]:
	"""Write each number and day of a document as it is stored; returns those that have no reading, or two.

	A host takes 1.000 for 1 and 2.5 for 2, without a word. Its forms send numbers; programs and files send texts too.
	"""
	found = []
	for df in document.meta.fields:
		written = document.get(df.fieldname)
		is_typed = isinstance(written, str | float | list | dict) and written != ""
		rule = READ.get(df.fieldtype) if is_typed else None
		if rule:
			try:
				document.set(df.fieldname, rule(written))
			except Wrong as wrong:
				found.append((df.fieldname, wrong))
	return found


def whole(written: object, label: str) -> int | None:
	"""A whole number as a page or a program sends it, None for none. Raises a sentence for what has no reading, or two."""
	if written in (None, ""):
		return None
	try:
		return amounts.whole(written)
	except Wrong as wrong:
		said = _("{0}: {1}").format(label, sentence(wrong))
		frappe.throw(frappe.utils.escape_html(said), title=_("Please correct"))


def price(written: object) -> float:
	"""An amount as a page or a program sends it, 0 for none. Raises a sentence for what has no reading, or two, and for
	more than two decimals.
	"""
	try:
		read = flt(amount(written) if isinstance(written, str | list | dict) else written)
	except Wrong as wrong:
		throw(wrong)
	if abs(read - flt(read, 2)) > 1e-6:
		throw(Wrong("amount_wrong", text=str(written)))
	return flt(read, 2)


def day(written: object) -> datetime.date:
	"""A day as a page or a program sends it, today for none. Raises a sentence for what has no reading, or two."""
	try:
		return dates.date(written, place(None, None)) or getdate()
	except Wrong as wrong:
		throw(wrong)


def _date(written: object) -> str | None:
	"""A Date: a text has one reading in the session's language; the hosts would take 11/12 for 12 November."""
	found = dates.date(written, place(None, None))
	return str(found) if found else None


def amount(written: object) -> object:
	"""A Currency: a text has one reading, a number is what it is. Raises Wrong as `amounts.amount`."""
	return written if isinstance(written, float) else float(amounts.amount(written))


READ: dict[str, Callable[[object], object]] = {"Int": amounts.whole, "Currency": amount, "Date": _date}


def put_text_in_order(document: Document, *also: str) -> list[tuple[str, Wrong]]:
	"""Write each plain text of a document as it is stored; returns what can't be: half signs, hidden order, lists.

	`also`: further kinds of fields, whose texts are names of something.
	"""
	found = []
	for df in document.meta.fields:
		written = document.get(df.fieldname)
		if df.fieldtype in (*TYPED, *also) and written:
			rule = _text_rule(df)
			try:
				document.set(df.fieldname, rule(written))
			except Wrong as wrong:
				found.append((df.fieldname, wrong))
	return found


def _text_rule(df: DocField) -> Callable[[object], str]:
	if df.fieldname in shapes.CODED or df.fieldtype not in TYPED:
		return text.code
	return text.lines if df.fieldtype != "Data" else lambda written: text.line(written, 0)


def put_in_order(document: Document, where: Place) -> list[tuple[str, Wrong]]:
	"""Write the stored form of each field of a person, address or organisation; returns what can't be read.

	Also of what a new document only brings along, as people/private.py keeps it apart.
	"""
	found = []
	written = {field: document.get(field) for field in (*person.RULES, "birth_date")}
	for field, outcome in person.read(written, where, getdate()):
		if isinstance(outcome, Wrong):
			found.append((field, outcome))
		else:
			document.set(field, outcome)
	return found


def read_person(document: Document, where: Place, before: Mapping | None = None) -> None:
	"""As `put_in_order`, and raise a sentence for each field that can't be read.

	What `before`, the document as it is stored, holds already is no reason to refuse another change.
	"""
	wrongs = put_in_order(document, where)
	refuse(document, [(f, w) for f, w in wrongs if not before or not _same(before.get(f), document.get(f))])


def read_fields(document: Document, rules: Mapping[str, Callable[[object], object]]) -> None:
	"""Write the stored form of some fields, each by its reader of `values`. Raises a sentence for each that has none."""
	wrongs = []
	for field, rule in rules.items():
		try:
			document.set(field, rule(document.get(field)) or None)
		except Wrong as wrong:
			wrongs.append((field, wrong))
	refuse(document, wrongs)


def refuse(document: Document, wrongs: list[tuple[str, Wrong]]) -> None:
	"""Raise frappe.ValidationError with a sentence for each (field, Wrong), when there is any."""
	if sentences := [sentence(wrong, label(document, field)) for field, wrong in wrongs]:
		frappe.throw(
			"<br>".join(dict.fromkeys(map(frappe.utils.escape_html, sentences))), title=_("Please correct")
		)


def label(document: Document, field: str) -> str:
	"""What a field of a document is called in the session's language, also one that is kept apart."""
	return (
		KEPT_APART[field]()
		if field in KEPT_APART
		else _(document.meta.get_label(field), context=document.doctype)
	)


def _same(one: object, other: object) -> bool:
	return str(one or "") == str(other or "")
