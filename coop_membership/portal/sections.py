"""The pages of a member's own place: one class each, named in hooks.py (`portal_sections`) in the order of the menu.

A room hangs its page here with a file in `portal/pages/`, a template and a line in hooks.py. The frame finds out who looks,
and hands each page one of the session's own members: no page reads a name from an address.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

import frappe

from coop_membership.doctypes import Member

ROOT = "/membership"


@dataclass(frozen=True)
class Tile:
	"""Something for the first page: a title, a sentence, and where it leads. `urgent` ones stand first."""

	title: str
	text: str
	link: str = ""
	link_text: str = ""
	urgent: bool = False


@dataclass(frozen=True)
class News:
	"""Something that happened, for the first page: the day, a sentence, and where to read more."""

	day: datetime.date
	text: str
	link: str = ""


class Section:
	"""One page. `name` is the end of its address ("" for the first page), `template` its HTML, given `words` as `my`."""

	name: ClassVar[str] = ""
	template: ClassVar[str] = ""
	in_menu: ClassVar[bool] = True

	def title(self) -> str:
		"""In the menu and on the page, in the session's language."""
		raise NotImplementedError

	def asks(self, member: Member) -> dict[str, Any]:
		"""{name: query of one value} that `is_for`, `tiles` and `news` want: those of all pages are asked for in one go."""
		return {}

	def is_for(self, member: Member) -> bool:
		"""False where there is nothing of the kind: the page stands in no menu and does not open."""
		return True

	def words(self, member: Member) -> dict:
		"""What the template shows."""
		return {}

	def tiles(self, member: Member) -> list[Tile]:
		"""What the first page says of it."""
		return []

	def news(self, member: Member) -> list[News]:
		"""What happened lately; the first page shows the newest of all sections."""
		return []


def every() -> list[Section]:
	"""All pages of this site, in the order of hooks.py."""
	return [frappe.get_attr(path)() for path in frappe.get_hooks("portal_sections")]


def told(member: Member) -> frappe._dict:
	"""What all pages ask of the database about a Member (`Section.asks`), by name; one query in a request."""
	if member.flags.portal_told is None:
		asked = {name: query for section in every() for name, query in section.asks(member).items()}
		table = frappe.qb.DocType("Member")
		columns = [query.as_(name) for name, query in asked.items()]
		[row] = frappe.qb.from_(table).select(*columns).where(table.name == member.name).run(as_dict=True)
		member.flags.portal_told = row
	return member.flags.portal_told


def for_member(member: Member) -> list[Section]:
	"""The pages that a Member has; asked of each page once in a request."""
	if not member.flags.portal_sections:
		member.flags.portal_sections = [section for section in every() if section.is_for(member)]
	return member.flags.portal_sections


def find(name: str | None, member: Member | None) -> Section | None:
	"""The page of an address; None when there is no such page, or not for this member."""
	wanted = str(name or "").strip("/")
	for section in for_member(member) if member else every():
		if section.name == wanted:
			return section if member or not wanted else None
	return None


def address(name: str = "", member: str | None = None, **more: str) -> str:
	"""Where a page is; `member` keeps the chosen one of several."""
	query = urlencode({key: value for key, value in {"member": member, **more}.items() if value})
	return f"{ROOT}/{name}".rstrip("/") + (f"?{query}" if query else "")
