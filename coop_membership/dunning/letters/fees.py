"""Fees and interest of letters: charged by level, booked once the letter was sent, or not at all; waivable.

A fee that is booked is a document of its own: it stays when the principal is paid. One that is not booked is asked
for again in the next letter about the same documents, so that it does not vanish either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe import _
from frappe.utils import flt, getdate

from coop_membership import host, jobs
from coop_membership.accounting import choice, instalments
from coop_membership.accounting import receivables as open_items
from coop_membership.dunning.names import DUNNING_LETTER, NOTICE
from coop_membership.dunning.rules import interest
from coop_membership.dunning.rules.interest import LEGAL_INTEREST
from coop_membership.messages import timeline


@dataclass
class History:
	"""What earlier letters charged: `unbooked` {document: {letter: fee}}, less what of it was paid, and the day up to
	which interest is `booked` or paid; `paid` {document: the payments that came for it}; `schedules` {document: all its
	terms} of those that are paid in several.
	"""

	unbooked: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
	booked: dict[str, date] = field(default_factory=dict)
	paid: dict[str, list[interest.Payment]] = field(default_factory=dict)
	schedules: dict[str, list[instalments.Term]] = field(default_factory=dict)

	@classmethod
	def of(cls, cooperative: str, documents: list[str]) -> History:
		letter, line = frappe.qb.DocType(DUNNING_LETTER), frappe.qb.DocType("Dunning Letter Document")
		history = cls()
		for chunk in open_items.in_chunks(documents):
			for source in choice.sources_of(cooperative):
				history.paid |= source.payments(chunk)
				history.schedules |= source.schedules(chunk)
			rows = (
				frappe.qb.from_(line)
				.join(letter)
				.on(line.parent == letter.name)
				.select(
					line.document,
					letter.name,
					letter.charge,
					letter.fee,
					letter.fee_paid,
					letter.fee_document,
					letter.control_date,
				)
				.where(line.document.isin(chunk) & (letter.fee > 0) & (letter.fee_waived == 0))
				.run()
			)
			for document, name, charge, fee, paid, fee_document, day in rows:
				left = 0 if fee_document else flt(fee - flt(paid), 2)
				is_settled = fee_document or flt(paid)
				if charge == LEGAL_INTEREST and is_settled:
					history.booked[document] = max(day, history.booked.get(document, day))
				if left > 0 and (charge != LEGAL_INTEREST or is_settled):
					history.unbooked[document][name] = left
		return history


def charge_of(rule, notices: list, standing: dict, history: History, total: float) -> dict:
	"""Columns of a letter: its `charge`, the `fee`, and `earlier_fees` that were asked for and never booked.

	`total` is what the letter asks for after credits: interest and percentages are not charged on more than that. Interest
	runs on what was paid late as well, until it came; of a document in several terms from the day of each.
	"""
	chargeable, left = [], total
	for row in notices:
		now = standing[row.name]
		for due_date, amount, paid in _parts(row, now, history):
			balance = min(amount, left)
			left = flt(left - balance, 2)
			if not now.is_fee:
				since = max(due_date, history.booked.get(row.document, due_date))
				chargeable.append(interest.Late(balance, since, paid))
	fee = 0.0
	if chargeable:
		fee = interest.charge(rule.charge, chargeable, getdate(), flt(rule.fee), flt(rule.rate))
	earlier: dict[str, float] = {}
	for row in notices:
		earlier |= history.unbooked.get(row.document, {})
	return {
		"charge": rule.charge if fee else None,
		"fee": fee,
		"earlier_fees": flt(sum(earlier.values()), 2),
		"fee_waived": 0,
	}


def _parts(row, now, history: History) -> Iterator[tuple[date, float, tuple[interest.Payment, ...]]]:
	"""(due date, what is open of it, what came for it and when) of each part of a document that is or was late."""
	payments = history.paid.get(row.document, ())
	if not now.terms:
		yield getdate(row.due_date), now.balance, tuple(payments)
		return
	still_open: dict[date, float] = defaultdict(float)
	for due_date, amount in now.terms:
		still_open[due_date] += amount
	for (due_date, _amount), paid in instalments.payments_of_terms(history.schedules[row.document], payments):
		yield due_date, still_open.pop(due_date, 0), paid


def book(letter) -> str | None:
	"""Book the fee of a letter that was sent, if its policy says so. Returns the document's name; once only."""
	if not flt(letter.fee) or letter.fee_waived or letter.fee_document or flt(letter.fee_paid):
		return letter.fee_document
	if not frappe.get_cached_value("Dunning Policy", letter.policy, "book_fees"):
		return None
	source = next(
		(s for s in choice.sources_of(letter.cooperative) if s.party_type == letter.party_type), None
	)
	name = source.book_fee(letter) if source else None
	if name:
		letter.db_set({"fee_document_type": source.document_type, "fee_document": name})
	return name


def book_safely(letters: list[str]) -> None:
	"""Book the fees of letters that were sent. One that cannot be booked is noted on the letter; the others go on."""
	for name in letters:
		letter = frappe.get_doc(DUNNING_LETTER, name)
		# an account that is missing must not hide that the letter was sent
		with jobs.attempt("Dunning fee not booked", DUNNING_LETTER, name) as tried:
			book(letter)
		if tried.failed:
			letter.add_comment("Comment", _("The fee could not be booked: {0}").format(tried.sentence))


def waive(letter, reason: str | None = None) -> None:
	"""Give up the fee of a letter; a booked one is taken back. Raises when the fee is paid already."""
	host.require(NOTICE, "write")
	if letter.fee_waived or not flt(letter.fee):
		return
	if flt(letter.fee_paid):
		frappe.throw(_("The fee is paid already. Pay it back instead."))
	if letter.fee_document:
		source = choice.source_of(letter.cooperative, letter.fee_document_type)
		source.take_back_fee(letter.fee_document)
	letter.db_set(
		{"fee_waived": 1, "total_due": flt(letter.total + flt(letter.earlier_fees), 2), "fee_document": None}
	)
	timeline.note(letter, _("Fee waived.") + (f" {reason}" if reason else ""))
