"""What debtors owe, whoever keeps the books: one frozen row per open item, credit and debtor, and the port that reads them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from pypika.terms import Term as Column

from coop_membership.accounting.instalments import Term
from coop_membership.values.person_fields import ADDRESS

INVOICE = "Sales Invoice"
CHUNK = 1000
MEMBER_FIELDS = ("email", "organisation_email", "phone", "language", *ADDRESS)


@dataclass(frozen=True)
class Credit:
	"""Money or a credit note of a debtor that is not matched to a document yet. `open` is positive."""

	document_type: str
	document: str
	party: str
	currency: str
	posting_date: datetime.date
	amount: float
	open: float


class Standing(NamedTuple):
	"""What is late today. `is_fee`: the document asks for the fee of an earlier reminder, and bears none itself.

	`terms`: due date and open amount of each late term of a document that is paid in several.
	"""

	balance: float
	posting_date: datetime.date
	promised_until: datetime.date | None = None
	is_fee: bool = False
	terms: tuple[Term, ...] = ()


@dataclass
class Debtor:
	"""How to reach a debtor. `address` has a line per line, with the name on top."""

	name: str
	emails: list[str] = field(default_factory=list)
	phone: str = ""
	language: str = ""
	address: str = ""


class Source(Protocol):
	document_type: str
	party_type: str
	table: Any  # of the query builder

	@property
	def is_open(self) -> Any:
		"""The criterion on `table` that a document of the cooperative is open."""

	def open_documents(self, control_date: datetime.date) -> list[Receivable]:
		"""All open documents of which something was due on or before a day."""

	def credits(self, parties: list[str] | None = None) -> list[Credit]:
		"""Open credits of these debtors, or of all."""

	def read(
		self, builder, documents: list[str], in_terms: Mapping[str, Term]
	) -> tuple[Any, dict[str, Column]]:
		"""`builder` made to read these documents, and what gives each column of a notice.

		`in_terms`: due date and balance of those that are paid in several terms.
		"""

	def late_terms(self, documents: list[str], day: datetime.date) -> dict[str, list[Term]]:
		"""The late terms of those documents that are paid in several; none when all that was due is paid."""

	def schedules(self, documents: list[str]) -> dict[str, list[Term]]:
		"""Due date and amount of all terms of those documents that are paid in several, open or not."""

	def standing(self, documents: list[str]) -> dict[str, Standing]:
		"""How each document stands now; one of which nothing is late any more is left out."""

	def debtors(self, parties: list[str]) -> dict[str, Debtor]:
		"""How to reach these debtors."""

	def payments(self, documents: list[str]) -> dict[str, list[Term]]:
		"""{document: (day, amount) of the money that came for it}; a document with none is left out."""

	def channels(self) -> dict[str, str]:
		"""{debtor: channel} of those who are to be reached in one way only."""

	def with_email(self) -> set[str]:
		"""The debtors that have an e-mail address."""

	def policy_account(self, party: str) -> str | None:
		"""The receivable account that a debtor's policy has to cover; None when there are no accounts."""

	def set_policy(self, document: str, policy: str) -> None:
		"""Let the document follow a policy of its own from now on."""

	def last_entry(self) -> datetime.date | None:
		"""When the newest payment or bank line came in."""

	def book_fee(self, letter) -> str | None:
		"""Book the fee of a letter as a document of its own; its name, or None where fees are not booked."""

	def take_back_fee(self, document: str) -> None:
		"""Take back a booked fee; raises when it is paid."""


def in_chunks(names: Iterable[str]) -> Iterable[list[str]]:
	names = list(names)
	for start in range(0, len(names), CHUNK):
		yield names[start : start + CHUNK]


def complete(debtor: Debtor, member: Any) -> Debtor:
	"""Fill what is still unknown about a debtor from the Member's own fields."""
	debtor.emails = debtor.emails or list(
		dict.fromkeys(filter(None, [member.email, member.organisation_email]))
	)
	debtor.phone = debtor.phone or member.phone or ""
	debtor.language = debtor.language or member.language or ""
	debtor.address = debtor.address or address_lines(
		debtor.name,
		member.address_line1,
		member.address_line2,
		member.postcode,
		member.city,
		member.country,
	)
	return debtor


def address_lines(name: str, line1, line2, postcode, city, country) -> str:
	"""A postal address of one line per line, "" without a street or a city."""
	if not (line1 or city):
		return ""
	town = " ".join(filter(None, [postcode, city]))
	return "\n".join(filter(None, [name, line1, line2, town, country]))


class Receivable(NamedTuple):
	"""An open document of a debtor: what of it is late, and since when.

	`tolerance` is in the document's own currency; `policy` the one that applies. `in_terms`: the document is paid in
	several terms, of which the oldest open one gives the due date, and those that are late the balance.
	"""

	document: str
	party: str
	due_date: datetime.date
	balance: float
	currency: str
	tolerance: float = 0
	policy: str | None = None
	account: str | None = None
	promised_until: datetime.date | None = None
	in_terms: bool = False
