"""The guides for members, managers and treasurers as pages: the files of `guides/`, in the visitor's language."""

from __future__ import annotations

import re
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import md_to_html

FOLDER = Path(__file__).parent.parent / "guides"
TITLES = {
	"members": lambda: _("Guide for members"),
	"managers": lambda: _("Guide for managers"),
	"treasurers": lambda: _("Guide for treasurers"),
}
PICTURE = re.compile(r"^!\[.*?\]\(.*?\)\n", re.M)  # on the repository's pages only
OTHER_GUIDE = re.compile(r"\]\((\w+)\.\w\w\.md(#\w+)?\)")
OTHER_CHAPTER = re.compile(r"\[([^\]]*)\]\(\.\./[^)]*\)")
HEADING = re.compile(r"^# .*\n")


def chapter(asked: str | None) -> str:
	"""The guide that an address asks for; the members' when it asks for none that there is."""
	return asked if asked in TITLES else "members"


def text_of(name: str, language: str) -> str:
	"""A guide as it is written: French, or English for whoever does not read French."""
	code = "fr" if language.startswith("fr") else "en"
	return (FOLDER / f"{name}.{code}.md").read_text(encoding="utf-8")


def as_html(name: str) -> str:
	"""A guide in the session's language. What leads to the repository is text here."""
	text = PICTURE.sub("", HEADING.sub("", text_of(name, frappe.local.lang or "en")))
	text = OTHER_GUIDE.sub(r"](/membership-guide?chapter=\1\2)", text)
	return str(md_to_html(OTHER_CHAPTER.sub(r"\1", text)))
