"""Amounts, dates and pictures as a member reads them, in mails and prints: in the language of the text around them."""

from __future__ import annotations

import base64
import datetime
import mimetypes
import re
from contextlib import contextmanager
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal

import frappe
from frappe import _
from frappe.utils import flt, getdate

from coop_membership.values.file_addresses import is_straight


@contextmanager
def language(code: str):
	"""Speak a language for a while: translations, dates and amounts."""
	before = frappe.local.lang
	frappe.local.lang = code
	try:
		yield
	finally:
		frappe.local.lang = before


def locale() -> Locale:
	"""The session's language; English when it is not known to Babel."""
	return locale_of(frappe.local.lang or "en")


@cache
def locale_of(language: str) -> Locale:
	"""A language by its code, as `locale`."""
	try:
		return Locale.parse(language, sep="-")
	except (UnknownLocaleError, ValueError):
		return Locale("en")


def money(amount: float, currency: str) -> str:
	"""An amount with its currency: "75,00 €" in French, "€75.00" in English."""
	return format_currency(flt(amount, 2), currency, locale=locale())


def typed(amount: float) -> str:
	"""An amount as somebody types it into a field: "75,00" in French, "75.00" in English."""
	return format_decimal(flt(amount, 2), "0.00", locale=locale())


def count(number: int, one: str, many: str) -> str:
	"""A sentence about so many: `one` or `many`, translated, with a {0}. In French none is one, in English many."""
	return (one if locale().plural_form(number) == "one" else many).format(number)


def shares(number: int) -> str:
	"""So many shares: "1 part", "3 parts"."""
	return count(number, _("{0} share"), _("{0} shares"))


def long_date(day: datetime.date | str | None) -> str:
	"""A date with the month's name: "22 novembre 2026"; "" for none."""
	if not day:
		return ""
	said = format_date(getdate(day), "long", locale=locale())
	return re.sub(r"^1 ", "1er ", said) if locale().language == "fr" else said  # Babel doesn't


def short_date(day: datetime.date | str | None) -> str:
	"""A date for a table: "22/11/2026" in French, "Nov 22, 2026" where figures would leave the order open; "" for none."""
	return format_date(getdate(day), _short_form(locale()), locale=locale()) if day else ""


def month_name(day: datetime.date) -> str:
	"""A month with its year: "novembre 2026"."""
	return format_skeleton("yMMMM", day, locale=locale())


def weekday_names() -> list[str]:
	"""The days of the week, short, beginning with the one that a calendar of this language begins with."""
	names = locale().days["stand-alone"]["abbreviated"]
	return [names[(locale().first_week_day + number) % 7] for number in range(7)]


def _short_form(spoken: Locale) -> str:
	"""In figures when the language writes the whole year with them, else with the month's name."""
	return "medium" if "yy" in spoken.date_formats["short"].pattern else "short"


def picture(url: str | None) -> str:
	"""A picture of this site as a data URI: a PDF then needs no web server. Other addresses stay; "" when missing."""
	if not url or url.startswith(("http://", "https://", "data:")):
		return url or ""
	content, _name = file_of(url)
	kind = mimetypes.guess_type(url)[0] or "image/png"
	return f"data:{kind};base64,{base64.b64encode(content).decode()}" if content else ""


def file_of(url: str | None) -> tuple[bytes, str]:
	"""(content, name) of a file of this site by its address; (b"", "") when it is missing. Who may read it is the
	caller's matter.
	"""
	name = url and is_straight(url) and frappe.db.get_value("File", {"file_url": url})
	if not name:
		return b"", ""
	file = frappe.get_doc("File", name)
	try:
		content = file.get_content()
	except OSError:  # it was removed from disk; a print without a logo is better than none
		return b"", ""
	return (content.encode() if isinstance(content, str) else content), file.file_name


def with_pictures(html: str) -> str:
	"""HTML whose pictures of this site are in the text itself, see `picture`."""
	return re.sub(
		r"""(?<=src=["'])/(?:private/)?files/[^"']+""", lambda found: picture(found.group()), html or ""
	)
