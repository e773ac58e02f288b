"""French is complete: every string that a person may read has its line in `translations/fr.csv`. Pure.

Strings come from Python (`_`), JavaScript and templates (`__`, `_`), and from the JSON of what the desk shows.
"""

from __future__ import annotations

import ast
import csv
import json
import re
import unicodedata
import unittest
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).parent.parent
FRENCH = APP / "translations" / "fr.csv"
HOST_WORDS = Path(__file__).parent / "host_words.csv"
# the desk shows documents and workspaces by their bare names, and these are ours alone
NAMES = {"Member", "Members", "Membership"}
ADVICE = "Say it as the host does, choose a more specific English, or give the word its DocType as context"

CALL = re.compile(r"""(?<![\w.$])__?\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`$]*)`)""")
HEADING = re.compile(r"<b>(.*?)</b>")
# what of a JSON file is shown to people, by the `doctype` it declares
SHOWN = {
	"DocType": ("name", "description"),
	"Report": ("report_name",),
	"Workspace": ("label", "title"),
	"Number Card": ("label",),
	"Dashboard Chart": ("chart_name",),
	"Dashboard Chart Source": ("source_name",),
	"Print Format": ("name",),
	"Notification": ("subject", "message"),
	"Web Form": (
		"title",
		"introduction_text",
		"success_title",
		"success_message",
		"button_label",
		"list_title",
		"meta_title",
		"meta_description",
	),
}
ROWS = {"fields", "web_form_fields", "links", "shortcuts", "filters", "columns", "actions", "states"}
ROW_KEYS = ("label", "description", "group", "format", "title", "placeholder")
NOT_A_FIELD_OPTION = {"Link", "Table", "Table MultiSelect", "Dynamic Link", "Currency", "Data", "Phone"}
SAME_IN_FRENCH = {
	"",
	"IBAN",
	"BIC",
	"{}",
	"Total",
	"Date",
	"Code",
	"Description",
	"Message",
	"Type",
	"Actions",
}

# nouns that stand after a number, and how one of them is called
COUNTED = {
	"activities": "activity",
	"certificates": "certificate",
	"entries": "entry",
	"letters": "letter",
	"lines": "line",
	"members": "member",
	"months": "month",
	"operations": "operation",
	"people": "person",
	"places": "place",
	"receipts": "receipt",
	"reminders": "reminder",
	"requests": "request",
	"shares": "share",
	"slots": "slot",
	"years": "year",
}
COUNT = re.compile(rf"\{{\w*\}} (?:(?:open|more|other|new) )?({'|'.join(COUNTED)})\b")
ALWAYS_MANY = {  # where one of them has a sentence of its own, or can't be
	"A right counts for {0} days, months or years at most.",
	"The dues of {0} cover {1} people, and no place is left. Take somebody out first.",
	"The file has more than {maximum} lines. Please divide it.",
	"They cover {0} people, you included. Each is a member with a login of their own.",
	"You must be at least {age} years old to become a member.",
	"for up to {count} people",
	"{0} months",  # beside "1 month"
	"{price} for {count} months",
	"{price} for {count} years",
}


def strings() -> Iterator[tuple[str, str]]:
	"""(string, file) of everything that is shown."""
	for file in sorted(APP.rglob("*")):
		parts = set(file.relative_to(APP).parts)
		if not file.is_file() or parts & {"tests", "__pycache__", "translations", "locale", "node_modules"}:
			continue
		if file.name.startswith("test_"):
			continue
		where = str(file.relative_to(APP))
		if file.suffix == ".py":
			found = of_python(file.read_text())
		elif file.suffix in (".js", ".html", ".jinja", ".md"):
			found = of_templates(file.read_text())
		elif file.suffix == ".json":
			found = of_json(file.read_text())
		else:
			continue
		for string in found:
			if string.strip() not in SAME_IN_FRENCH and re.search(r"[A-Za-z]{2}", string):
				yield string, where


def of_python(source: str) -> Iterator[str]:
	"""Arguments of `_()`, labels of custom fields, names of mails and roles that are shown by `_(variable)`."""
	for node in ast.walk(ast.parse(source)):
		if not isinstance(node, ast.Call) or not node.args:
			continue
		name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
		first = node.args[0]
		if name in ("_", "Event") and isinstance(first, ast.Constant) and isinstance(first.value, str):
			yield first.value
		if name in ("_link", "_section", "_field") and len(node.args) > 1:
			label = node.args[1] if name != "_field" else node.args[min(2, len(node.args) - 1)]
			if isinstance(label, ast.Constant) and isinstance(label.value, str):
				yield label.value
			for keyword in node.keywords:
				if keyword.arg == "description" and isinstance(keyword.value, ast.Constant):
					yield keyword.value.value


def of_templates(source: str) -> Iterator[str]:
	for match in CALL.finditer(source):
		text = next(group for group in match.groups() if group is not None)
		yield re.sub(r"\\(.)", r"\1", text)


def of_json(source: str) -> Iterator[str]:
	try:
		doc = json.loads(source)
	except ValueError:
		return
	for part in doc if isinstance(doc, list) else [doc]:
		if not isinstance(part, dict) or part.get("doctype") not in SHOWN:
			continue
		for key in SHOWN[part["doctype"]]:
			if isinstance(part.get(key), str):
				yield part[key]
		for table in ROWS & part.keys():
			for row in part[table] or []:
				yield from of_row(row)
		for key in ("html", "format_data"):
			if part["doctype"] == "Print Format" and isinstance(part.get(key), str):
				yield from of_templates(part[key])
		if part["doctype"] == "Workspace":
			yield from headings(part.get("content") or "[]")


def of_row(row: dict) -> Iterator[str]:
	if row.get("hidden") and row.get("fieldname"):
		return
	for key in ROW_KEYS:
		if isinstance(row.get(key), str):
			yield row[key]
	if row.get("fieldtype") == "Select":
		yield from (option for option in str(row.get("options") or "").split("\n") if option)


def headings(content: str) -> Iterator[str]:
	for block in json.loads(content):
		if block["type"] == "header":
			yield from HEADING.findall(block["data"]["text"])


def french() -> list[tuple[str, str, str]]:
	"""(English, French, context) of every line; a word of one document only has its DocType as context, the others ""."""
	with FRENCH.open(newline="") as file:
		return [(*row, "")[:3] for row in csv.reader(file) if row]


def host_words() -> dict[str, tuple[str, str]]:
	"""{English: (French of v15, French of Dokos)} of what we say and they do too; "" where one has no French for it."""
	with HOST_WORDS.open(newline="") as file:
		return {english: (v15, dokos) for english, v15, dokos in list(csv.reader(file))[1:]}


def alike(one: str, other: str) -> bool:
	"""True for the same words: spaces, apostrophes, capitals and accents apart; the last letter keeps its accent,
	where *Fixe* and *Fixé* differ.
	"""
	return _typed(one) == _typed(other)


def _typed(text: str) -> tuple[str, str]:
	text = "".join(text.replace("’", "'").casefold().split())
	bare = (letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
	return "".join(bare), text[-1:]


def changed(theirs: dict[str, str]) -> dict[str, tuple[str, str]]:
	"""{English: (our French, theirs)} of the words of a host that our French would change on all of its pages."""
	return {
		english: (ours, theirs[english])
		for english, ours, context in french()
		if not context and english not in NAMES and theirs.get(english) and not alike(ours, theirs[english])
	}


class TestTranslations(unittest.TestCase):
	def test_every_string_has_french(self):
		known = {source for source, _translation, _context in french()}
		known |= {english for english, theirs in host_words().items() if all(theirs)}
		missing: dict[str, set[str]] = {}
		for string, where in strings():
			if string not in known:
				missing.setdefault(string, set()).add(where)
		lines = [f"{text!r} in {', '.join(sorted(places))}" for text, places in sorted(missing.items())]
		self.assertFalse(lines, f"{len(lines)} strings without French:\n" + "\n".join(lines))

	def test_no_string_begins_or_ends_with_a_space(self):
		"""The hosts look a string up without its spaces, and find none: " and " stayed English amid French."""
		spaced = {(string, where) for string, where in strings() if string != string.strip()}
		self.assertFalse(spaced, "Part of a sentence, it seems: write whole ones")

	def test_no_string_twice(self):
		lines = Counter((source, context) for source, _translation, context in french())
		twice = [line for line, times in lines.items() if times > 1]
		self.assertFalse(twice, "Listed twice in fr.csv")

	def test_words_of_the_host_keep_their_meaning(self):
		"""A button of every form says *Share*; ours were shares of a cooperative, and the button said so too."""
		ours = {source for source, _translation, _context in french()}
		self.assertFalse(ours & {"Share", "Share With", "Shared"})

	def test_words_of_the_host_stay_its_own(self):
		"""All apps share one list of words: *Report* as *Résultat* stood on every report of ERPNext."""
		for number, host in enumerate(("Frappe and ERPNext 15", "Dokos 3")):
			with self.subTest(host):
				theirs = {english: words[number] for english, words in host_words().items()}
				self.assertEqual(changed(theirs), {}, ADVICE)

	def test_a_word_of_a_document_names_it(self):
		"""The context of a word is one of our DocTypes, which the desk asks with, or one of the portal: no host's own."""
		files = (APP / "coop_membership" / "doctype").glob("*/*.json")
		doctypes = {json.loads(file.read_text())["name"] for file in files}
		contexts = {context for _source, _translation, context in french() if context}
		self.assertLessEqual(contexts, doctypes | {"Order of a member", "Invoice of a member"})

	def test_such_a_word_is_asked_for_by_its_document(self):
		"""*Annulé* was said of an activity, where nobody had named it: whoever says such a word says of what."""
		own = {source for source, _translation, context in french() if context}
		bare = re.compile(r"""(?<![\w.$])__?\(\s*["']([^"']*)["']\s*\)""")
		lost = {
			(found, str(file.relative_to(APP)))
			for file in APP.rglob("*")
			if file.suffix in (".py", ".js", ".html") and "test" not in str(file.relative_to(APP))
			for found in bare.findall(file.read_text())
			if found in own
		}
		self.assertFalse(lost)

	def test_a_number_agrees_with_its_noun(self):
		"""“1 parts” and “0 demandes” stood on pages: what is counted has a sentence for one and one for many, which
		`wording.count` or `coop_membership.count` chooses between; or the noun stands before the number.
		"""
		said = {string for string, _where in strings()}
		alone = set()
		for string in said - ALWAYS_MANY:
			if (found := COUNT.search(string)) and not any(
				one.startswith(string[: found.start(1)] + COUNTED[found[1]]) for one in said - {string}
			):
				alone.add(string)
		self.assertEqual(alone, set())

	def test_french_signs(self):
		"""In French a space that does not break stands before : ; ? ! and inside « »; apostrophes are straight."""
		wrong = re.compile(r"[^\xa0\u202f]»|«[^\xa0]|[ \w)»][;?!](?!\w)|[ \w)»]:(?=\s|$)|’")
		self.assertEqual([said for _source, said, _context in french() if wrong.search(said)], [])

	def test_nothing_is_left_empty(self):
		self.assertFalse([source for source, translation, _context in french() if not translation.strip()])

	def test_same_places_in_both(self):
		"""{0} and {name} are the same in both languages; else a value would be lost or an error raised."""
		places = re.compile(r"\{\w*\}")
		wrong = [
			source
			for source, translation, _context in french()
			if Counter(places.findall(source)) != Counter(places.findall(translation))
		]
		self.assertFalse(wrong)


if __name__ == "__main__":
	unittest.main()
