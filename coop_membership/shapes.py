"""Sizes and shapes of what comes in from outside, looked at before any work is done. Pure.

The rules of single values (an IBAN, a name) are elsewhere; here is only what no honest sender ever sends: texts that
no database stores, texts that show something else than they say, and more of anything than a person could write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

TEXT = 20_000  # characters of one text
ITEMS = 5_000  # entries of all lists and objects together: a list view approves thousands of requests at once
DEPTH = 6  # lists and objects inside one another

# of what somebody without a desk sends: a request has some thirty fields, and no text of a page
VISITOR = {"text": 4_000, "items": 400, "depth": 3}

# half of a character that has two halves: no encoding writes it, so that databases, mails and PDFs fail on it
HALF = re.compile("[\ud800-\udfff]")
# Unicode's bidirectional overrides, embeddings and isolates: "Trojan Source" (CVE-2021-42574); plain marks stay allowed
TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")

# typed as a code: marks that address books put around one mean nothing
CODED = frozenset(
	(
		"bic",
		"contact_email",
		"email",
		"iban",
		"national_number",
		"organisation_email",
		"phone",
		"registration_number",
	)
)

NESTED = re.compile(r"[\[\]{}]")

UNREADABLE, TURNS, TOO_LONG, TOO_MANY, TOO_DEEP = "unreadable", "turns", "too long", "too many", "too deep"


def problem(value: object, text: int = TEXT, items: int = ITEMS, depth: int = DEPTH) -> str | None:
	"""What is wrong with the shape of a value as JSON has it: one of the codes above; None when nothing is.

	Address books put signs that turn the direction around what is typed as a code, such as a phone number; there they are
	taken out by its rule, at every door.
	Stops at the first thing that is wrong, and never walks further than the limits allow.
	"""
	waiting, seen = [(value, 0, "")], 0
	while waiting:
		one, level, field = waiting.pop()
		if isinstance(one, str):
			found = of_text(one, text)
			if found and not (found == TURNS and field in CODED):
				return found
		elif isinstance(one, Mapping | list | tuple | set):
			seen += len(one)
			if seen > items:
				return TOO_MANY
			if level >= depth:
				return TOO_DEEP
			if isinstance(one, Mapping):
				waiting += [(each, level + 1, "") for each in one]
				waiting += [(each, level + 1, name) for name, each in one.items()]
			else:
				waiting += [(each, level + 1, "") for each in one]
	return None


def of_json(text: str, longest: int, depth: int = 50) -> str | None:
	"""What is wrong with a text that somebody will read as JSON: readers fail on lists in lists in lists, not nicely."""
	if len(text) > longest:
		return TOO_LONG
	level = 0
	for sign in NESTED.findall(text):
		level += 1 if sign in "[{" else -1
		if level > depth:
			return TOO_DEEP
	return None


def of_text(text: str, longest: int = TEXT) -> str | None:
	"""What is wrong with one text: its code, or None."""
	if len(text) > longest:
		return TOO_LONG
	if HALF.search(text):
		return UNREADABLE
	return TURNS if TURNED.search(text) else None
