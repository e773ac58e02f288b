"""What can be chased: the open documents of a cooperative, read set by set from whoever keeps its books.

Each source is one DocType. `accounting/erpnext_receivables.py` reads Sales Invoices, all those of the company;
`accounting/elsewhere_receivables.py` the app's own documents of a cooperative whose books are kept elsewhere.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from pypika.functions import Concat
from pypika.terms import Term as Column

import frappe
from frappe.query_builder.terms import ParameterizedValueWrapper as Value
from frappe.utils import getdate, now

from coop_membership.dunning import instalments
from coop_membership.dunning.instalments import Term
from coop_membership.dunning.selection import History, Receivable
from coop_membership.dunning.states import CHASED, DRAFT, SENT

NOTICE = "Dunning Notice"
CHUNK = 1000
MEMBER_FIELDS = (
	"email",
	"organisation_email",
	"phone",
	"language",
	"address_line1",
	"address_line2",
	"postcode",
	"city",
	"country",
)


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

	def open_documents(self, control_date: datetime.date) -> list[Receivable]:
		"""All open documents of which something was due on or before a day."""

	def history(self) -> dict[tuple[str, str], History]:
		"""The newest notice of each open document."""

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

	def standing(self, documents: list[str]) -> dict[str, Standing]:
		"""How each document stands now; one of which nothing is late any more is left out."""

	def debtors(self, parties: list[str]) -> dict[str, Debtor]:
		"""How to reach these debtors."""

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


def sources_of(cooperative: str) -> list[Source]:
	"""Where to look for open documents of a cooperative."""
	from coop_membership.accounting import elsewhere_receivables, erpnext_receivables
	from coop_membership.accounting.books import IN_ERPNEXT

	doc = frappe.get_cached_doc("Cooperative", cooperative)
	books = erpnext_receivables if doc.accounting == IN_ERPNEXT else elsewhere_receivables
	return books.sources(doc)


def source_of(cooperative: str, document_type: str) -> Source | None:
	return next((source for source in sources_of(cooperative) if source.document_type == document_type), None)


def in_chunks(names: Iterable[str]) -> Iterable[list[str]]:
	names = list(names)
	for start in range(0, len(names), CHUNK):
		yield names[start : start + CHUNK]


def history_of(document_type: str, table, is_open) -> dict[tuple[str, str], History]:
	"""The newest notice past draft of each document of `table` that meets the criterion `is_open`.

	A draft made by hand counts as well: it is somebody's decision about the next step.
	"""
	notice = frappe.qb.DocType(NOTICE)
	rows = (
		frappe.qb.from_(notice)
		.join(table)
		.on(notice.document == table.name)
		.select(
			notice.document, notice.level, notice.control_date, notice.policy, notice.state, notice.due_date
		)
		.where((notice.document_type == document_type) & is_open)
		.where(notice.state.isin(CHASED) | ((notice.state == DRAFT) & (notice.is_manual == 1)))
		.orderby(notice.control_date)
		.orderby(notice.level)
		.run()
	)
	return {
		(document_type, document): History(level, date, policy, state == SENT, due_date)
		for document, level, date, policy, state, due_date in rows
	}


def insert_notices(
	source: Source, run, documents: list[str], in_terms: Mapping[str, Term], constants: dict[str, Any]
) -> None:
	"""Make a draft notice for each document, copied from the books inside the database.

	`in_terms`: due date and balance of those that are paid in several terms. `constants` are the columns that all share.
	"""
	notice = frappe.qb.DocType(NOTICE)
	moment = now()
	shared = {
		"owner": frappe.session.user,
		"modified_by": frappe.session.user,
		"creation": moment,
		"modified": moment,
		"docstatus": 0,
		"idx": 0,
		"state": DRAFT,
		"run": run.name,
		"control_date": run.control_date,
		"cooperative": run.cooperative,
		"document_type": source.document_type,
		"party_type": source.party_type,
		**constants,
	}
	for chunk in in_chunks(documents):
		query, copied = source.read(frappe.qb.into(notice), chunk, in_terms)
		values = {"name": Concat(Value(run.name), Value("-"), copied["document"]), **copied}
		values |= {column: Value(value) for column, value in shared.items() if column not in copied}
		query.columns(*values).select(*values.values()).run()


def snapshot(source: Source, document: str) -> dict[str, Any]:
	"""What the books say about one document, by column of a notice; empty when nothing of it is late today."""
	terms = source.late_terms([document], getdate())
	if any(not late for late in terms.values()):
		return {}
	in_terms = {name: instalments.together(late) for name, late in terms.items()}
	query, columns = source.read(frappe.qb, [document], in_terms)
	rows = query.select(*(value.as_(column) for column, value in columns.items())).run(as_dict=True)
	return rows[0] if rows and getdate(rows[0].due_date) <= getdate() else {}


def open_credits(sources: list[Source]) -> dict[tuple[str, str], float]:
	"""{(debtor, currency): open credit}, all of them."""
	total: dict[tuple[str, str], float] = defaultdict(float)
	for source in sources:
		for credit in source.credits():
			total[credit.party, credit.currency] += credit.open
	return total


def complete(debtor: Debtor, member) -> Debtor:
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
