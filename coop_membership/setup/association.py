"""The words of an association: a site on which nobody can hold shares says "adhérent·e", never "coopérateur·rice".

They stand in `translations/association/`, one file a language, and lie over the app's own words as the site's translations
(`Translation`), which every host puts first: desk, website, mails and papers follow. What a site has translated itself stays.
On a site with both, pages and papers of a person are written without either word.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import frappe

from coop_membership.register import standing

FOLDER = Path(__file__).parent.parent / "translations" / "association"


def follow() -> None:
	"""Put the words on the site, or take them away, by what its cooperatives are. Again: nothing."""
	wanted = not standing.site_has_shares()
	for language, words in all_words().items():
		if frappe.db.exists("Language", language):
			_follow(language, words if wanted else {}, set(words))


def offer_changed(_document, _method: str | None = None) -> None:
	"""Doc event of what is offered: the first type of shares, or the last plan, makes another site of it."""
	follow()


def remove() -> None:
	for language, words in all_words().items():
		_follow(language, {}, set(words))


@cache
def all_words() -> dict[str, dict[str, str]]:
	"""{language: {source: text}}"""
	found = {}
	for file in sorted(FOLDER.glob("*.csv")):
		with file.open(encoding="utf-8", newline="") as lines:
			found[file.stem] = {source: text for source, text in csv.reader(lines)}
	return found


def _follow(language: str, words: dict[str, str], known: set[str]) -> None:
	"""Leave exactly `words` of ours, of those `known`."""
	ours = all_words()[language]
	here = {}
	for row in frappe.get_all(
		"Translation",
		{"language": language, "source_text": ["in", sorted(known)]},
		["name", "source_text", "translated_text"],
	):
		here[row.source_text] = row
	for source, row in here.items():
		if source not in words and row.translated_text == ours[source]:
			frappe.delete_doc("Translation", row.name, ignore_permissions=True)  # ours, see the module
	for source, text in words.items():
		if source not in here:
			new = {
				"doctype": "Translation",
				"language": language,
				"source_text": source,
				"translated_text": text,
			}
			frappe.get_doc(new).insert(ignore_permissions=True)  # whoever made the site an association
