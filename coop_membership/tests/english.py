"""English that is left on a page in French: what is seen, compared with all that the app and the host may say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

CALL = re.compile(r"""(?<![\w.$])__?\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`$]*)`)""")
SHOWN = ("label", "description", "title", "placeholder")
NAMED = {"DocType", "Report", "Workspace", "Page", "Role", "Module Def", "Workspace Sidebar"}
# text and hints that are on the screen; what people typed or named stands in elements that this leaves out
SEEN = """() => {
	const found = new Set();
	const hidden = (element) => !element || !element.checkVisibility || !element.checkVisibility();
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const node = walker.currentNode, parent = node.parentElement;
		if (!parent || parent.closest("script, style, noscript, .print-format, .timeline-content") || hidden(parent)) continue;
		found.add(node.textContent);
	}
	for (const element of document.querySelectorAll("[placeholder], [title], [aria-label], [data-original-title]")) {
		if (hidden(element)) continue;
		for (const name of ["placeholder", "title", "aria-label", "data-original-title"])
			found.add(element.getAttribute(name) || "");
	}
	return [...found];
}"""


@cache
def said_by(package: Path) -> frozenset[str]:
	"""All that a package may say, in English: arguments of `_()` and `__()`, and labels in its JSON files."""
	found: set[str] = set()
	for file in package.rglob("*"):
		if {"dist", "node_modules", "tests", "__pycache__"} & set(file.parts) or not file.is_file():
			continue
		if file.suffix in (".py", ".js", ".html", ".vue", ".ts"):
			for match in CALL.finditer(file.read_text(errors="ignore")):
				text = next(group for group in match.groups() if group is not None)
				found.add(re.sub(r"\\(.)", r"\1", text))
		elif file.suffix == ".json":
			found.update(_labels(_json(file)))
	return frozenset(text for text in map(one_line, found) if re.search("[A-Za-z]{3}", text))


def _json(file: Path) -> object:
	try:
		return json.loads(file.read_text(errors="ignore"))
	except ValueError:
		return None


def _labels(part: object) -> Iterator[str]:
	if isinstance(part, list):
		for one in part:
			yield from _labels(one)
	if not isinstance(part, dict):
		return
	for key in SHOWN if part.get("doctype") not in NAMED else (*SHOWN, "name"):
		if isinstance(part.get(key), str):
			yield part[key]
	if part.get("fieldtype") == "Select":
		yield from str(part.get("options") or "").split("\n")
	for value in part.values():
		yield from _labels(value)


def one_line(text: str) -> str:
	return re.sub(r"\s+", " ", text).strip()


def left(seen: Iterable[str], packages: Iterable[Path], french: dict[str, str]) -> set[str]:
	"""What of the seen is English: said by a package as it is, and not French by its translation or by chance."""
	said = frozenset().union(*map(said_by, packages))
	same = {one_line(text) for source, text in french.items() if one_line(source) == one_line(text)}
	words = {one_line(text) for text in french.values()}
	# the host shows names of fields as hints
	seen = [text for text in map(one_line, seen) if not re.fullmatch("[a-z0-9]+(_[a-z0-9]+)+", text)]
	whole = {text for text in seen if text in said or text in _pieces(said)} - same - words
	return whole | {text for text in seen if text not in words and _filled_in(text, said)}


@cache
def _pieces(said: frozenset[str]) -> frozenset[str]:
	"""Parts of sentences around a value, which a page may draw as a link: at least two words."""
	parts = {one_line(part) for text in said if "{" in text for part in re.split(r"\{.*?\}", text)}
	return frozenset(part for part in parts if re.fullmatch(r"[A-Za-z]{2,}( [A-Za-z]{2,})+:?", part))


@cache
def _patterns(said: frozenset[str]) -> re.Pattern:
	"""Sentences with values in them; one that is hardly more than its values says nothing of a language."""
	sentences = [
		text
		for text in said
		if "{" in text and len(re.findall("[A-Za-z]{3}", re.sub(r"{.*?}", "", text))) > 1
	]
	return re.compile("|".join(re.sub(r"\\{.*?\\}", ".+", re.escape(text)) for text in sentences) or "(?!)")


def _filled_in(text: str, said: frozenset[str]) -> bool:
	return bool(re.search("[A-Za-z]{3}", text)) and bool(_patterns(said).fullmatch(text))
