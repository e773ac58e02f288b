"""Fees that reminders ask a debtor for and that nobody has booked, so that their money is not taken for credit.

A fee that is booked is an open document like any other. One that is not stands on the Dunning Letter only: it is open
while something its letter was about is open, or is just being paid, and from the day of the letter on.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.utils import flt, getdate

from coop_membership.accounting.open_items import Key

LETTER = "Dunning Letter"
LEGAL_INTEREST = "Legal interest"
FAILED = "Failed"  # a letter that reached nobody asks for nothing


@dataclass(frozen=True)
class AskedFee:
	"""What of the fee of a `letter` is `open`, and the documents that the letter is about."""

	letter: str
	open: float
	day: datetime.date
	documents: tuple[Key, ...]


def asked(cooperative: str, party_type: str, party: str, day: datetime.date) -> list[AskedFee]:
	"""The fees asked of a debtor until a day, oldest first: not waived, not booked, not paid.

	Fees add up from letter to letter; interest does not, the newest letter has all of it.
	"""
	letter = frappe.qb.DocType(LETTER)
	rows = (
		frappe.qb.from_(letter)
		.select(letter.name, letter.charge, letter.fee, letter.fee_paid, letter.control_date)
		.where(
			(letter.cooperative == cooperative) & (letter.party_type == party_type) & (letter.party == party)
		)
		.where((letter.fee > 0) & (letter.fee_waived == 0) & (Coalesce(letter.fee_document, "") == ""))
		.where((Coalesce(letter.state, "") != FAILED) & (letter.control_date <= day))
		.orderby(letter.control_date, order=frappe.qb.desc)
		.orderby(letter.name, order=frappe.qb.desc)
		.run(as_dict=True)
	)
	documents = documents_of([row.name for row in rows])
	found, with_interest = [], set()
	for row in rows:
		about = documents[row.name]
		if row.charge == LEGAL_INTEREST:
			is_newest = with_interest.isdisjoint(about)
			with_interest.update(about)
			if not is_newest:
				continue
		left = flt(row.fee - flt(row.fee_paid), 2)
		if left > 0:
			found.append(AskedFee(row.name, left, getdate(row.control_date), about))
	return found[::-1]


def documents_of(letters: Iterable[str]) -> dict[str, tuple[Key, ...]]:
	"""{letter: the documents it reminds of}, without the credits it deducts."""
	letters = list(letters)
	if not letters:
		return defaultdict(tuple)
	rows = frappe.get_all(
		"Dunning Letter Document",
		{"parent": ["in", letters], "parenttype": LETTER, "notice": ["is", "set"]},
		["parent", "document_type", "document"],
		order_by="idx",
	)
	found: dict[str, list[Key]] = defaultdict(list)
	for row in rows:
		found[row.parent].append((row.document_type, row.document))
	return defaultdict(tuple, {letter: tuple(keys) for letter, keys in found.items()})


def pay(letter: str, amount: float) -> None:
	"""Note on a letter that so much of its fee was paid, where nothing else is booked; a negative amount takes it back."""
	paid = frappe.db.get_value(LETTER, letter, "fee_paid", for_update=True)
	frappe.db.set_value(LETTER, letter, "fee_paid", flt(flt(paid) + amount, 2))
