"""What asks members for money. Each kind of document that does is one class, named in hooks.py (`member_demands`).

Whoever handles money asks these questions and never looks which kind it is: a new kind is one class in one file.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

import frappe
from frappe.model.document import Document

from coop_membership.accounting.paid import Paid
from coop_membership.doctypes import Cooperative
from coop_membership.states.demands import DUE

OPEN_FIELDS = ["name", "amount", "due_date", "posting_date"]


@dataclass(frozen=True)
class InvoiceLine:
	"""One line of the invoice that asks for a demand's money. `code` names the host's Item, made at its first use.

	`account` is credited; `keeps_item`: a document whose field `item` names the Item, or is to.
	"""

	code: str
	title: str
	quantity: float
	rate: float
	account: str | None
	description: str = ""
	keeps_item: Document | None = None


@dataclass(frozen=True)
class Obstacle:
	"""What stands in the way of something and how to clear it, in a sentence, and the document to look at."""

	sentence: str
	doctype: str = ""
	name: str = ""


@dataclass(frozen=True)
class Caused:
	"""What the payment of a demand has brought about, and what taking it back will do, in sentences.

	`since`: when it happened; `mails`: the events that were mailed then about the demand. `may_reuse_numbers`: the
	numbers given are the newest, and may be taken back and given again.
	"""

	facts: tuple[str, ...]
	undoing: tuple[str, ...]
	obstacles: tuple[Obstacle, ...] = ()
	since: datetime.datetime | None = None
	mails: tuple[str, ...] = ()
	may_reuse_numbers: bool = False


class Demand(Protocol):
	"""The answers of one kind of demand. Its documents are submittable, with the fields that
	`payments.demands.begin` fills, and `member`, `member_name`, `cooperative`, `application`, `posting_date`, `due_date`,
	`dunning_policy`, `dunning_promise_until`.
	"""

	doctype: ClassVar[str]
	title: ClassVar[str]  # as people call one; like the two below translated where it is shown
	subject: ClassVar[str]  # what the money is for
	print_format: ClassVar[str]  # the app's own, for paper and mails
	invoice_link: ClassVar[str]  # the field of a Sales Invoice that leads to the document

	def is_fulfilled(self, document) -> bool:
		"""True once payment has caused what no change of the books takes back: shares in the register."""

	def follow_money(self, document, status: str, paid: Paid) -> None:
		"""Move the document, locked and just read, to what `payments.verdict` found, with all that follows from it."""

	def caused(self, document, numbers_back: bool = False) -> Caused | None:
		"""What payment has caused, for whoever asks to take it back; None when it has caused nothing yet."""

	def undo(self, document, numbers_back: bool) -> dict:
		"""Take back what `caused` says, of a document locked and just read; returns what was removed or changed.

		The cooperative's register is locked, the payment released; state and amounts follow from the money afterwards.
		`numbers_back`: remove what is the newest instead of writing the reverse. Raises a sentence when something came
		in between.
		"""

	def ask_again(self, document) -> str | None:
		"""Money came for a document, locked and just read: one that had given up asking asks again.

		Returns the sentence why it doesn't, when something else stands in its place; None for all that still ask.
		"""

	def lines(self, document) -> list[frappe._dict]:
		"""What is asked for, in the session's language: title, amount, and `quantity`, `unit_price` or `days`."""

	def invoice_lines(self, document, cooperative: Cooperative) -> list[InvoiceLine]:
		"""The lines of its invoice, with books in ERPNext. Raises a sentence when an account is missing."""

	def pay_title(self, cooperative: Cooperative) -> str:
		"""What the payment page is headed with."""

	def thanks(self, cooperative: Cooperative) -> str:
		"""What the payment page says once the money is there."""


def kinds() -> dict[str, Demand]:
	"""{DocType: kind} of all that ask for money on this site, in the order of hooks.py."""
	found = (frappe.get_attr(path)() for path in frappe.get_hooks("member_demands"))
	return {kind.doctype: kind for kind in found}


def doctypes() -> tuple[str, ...]:
	return tuple(kinds())


def set_aside(document) -> set[tuple[str, str]]:
	"""(DocType, name) of demands that money sent for this one, paid already, must not pay without a question.

	What a kind answers (`set_aside`), if it has an answer: the dues of the next period are bought by nobody's mistake.
	"""
	answer = getattr(kind_of(document), "set_aside", None)
	return answer(document) if answer else set()


def kind_of(document) -> Demand:
	"""The kind of a document that asks for money. Raises KeyError for any other."""
	return kinds()[document.doctype]


def linked_from(invoice) -> tuple[str, str] | None:
	"""(DocType, name) of the demand that a Sales Invoice, or a row of it, asks for; None for any other invoice."""
	for doctype, kind in kinds().items():
		if name := invoice.get(kind.invoice_link):
			return doctype, name
	return None


def due_of(member: str) -> Iterator[tuple[str, frappe._dict]]:
	"""(DocType, {name, amount, due_date, posting_date}) of the demands for which a member's money is expected."""
	for doctype in kinds():
		table = frappe.qb.DocType(doctype)
		query = frappe.qb.from_(table).select(*[table[field] for field in OPEN_FIELDS])
		query = query.where((table.member == member) & (table.docstatus == 1) & table.status.isin(DUE))
		for row in query.run(as_dict=True):
			yield doctype, row


def with_reference(field: str, value: str) -> tuple[str, str] | None:
	"""(DocType, name) of the demand one of whose fields has this value; None when there is none."""
	for doctype in kinds():
		if name := frappe.db.exists(doctype, {field: value}):
			return doctype, name
	return None
