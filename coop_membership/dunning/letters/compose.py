"""Letters: one per debtor, level and currency, with all its documents, open credits deducted.

Writing is done in batches: one transaction holds a batch's letters, its mails in the queue and the notices' new state,
so that a job that stops half-way goes on with what is left and nothing goes out twice.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.naming import make_autoname
from frappe.utils import flt, today

from coop_membership.accounting import choice
from coop_membership.accounting.receivables import Credit, Debtor, Source
from coop_membership.dunning import policies
from coop_membership.dunning.letters import fees
from coop_membership.dunning.names import DUNNING_LETTER, IGNORED, NOTICE
from coop_membership.dunning.reach import channels, keep_usable_emails
from coop_membership.messages.outcome import QUEUED
from coop_membership.payments.reference import structured_reference
from coop_membership.people import truth
from coop_membership.values import phones

SERIES = "DL-.YYYY.-.######"


@dataclass
class Letter:
	"""A letter before it is written: the row of its document, its lines, and what came of it."""

	row: dict
	lines: list[dict]
	debtor: Debtor

	@property
	def outcome(self) -> tuple[str, str, str | None]:
		return self.row["channel"], self.row["state"], self.row["state_reason"]

	@property
	def notices(self) -> list[str]:
		return [line["notice"] for line in self.lines if line.get("notice")]

	def as_document(self):
		"""The letter as templates see a document."""
		return frappe._dict(self.row, documents=[frappe._dict(line) for line in self.lines])


def set_on_letters(names: list[str], state: str, reason: str) -> None:
	if names:
		notice = frappe.qb.DocType(NOTICE)
		query = frappe.qb.update(notice).set(notice.state, state).set(notice.state_reason, reason)
		query.where(notice.name.isin(names)).run()


def compose(cooperative: str, groups: list[list], standing: dict) -> list[Letter]:
	doc = frappe.get_cached_doc("Cooperative", cooperative)
	truth.follow_mandates(group[0].member for group in groups)
	debtors, credits = _of_parties(cooperative, groups)
	known_fees = fees.History.of(cooperative, [row.document for group in groups for row in group])
	names = iter(_names(len(groups)))
	letters = []
	for group in groups:
		first = group[0]
		debtor = debtors.get((first.party_type, first.party)) or Debtor(first.party_name)
		rule = policies.level_of(first.policy, first.level)
		lines = [_line(row, standing[row.name]) for row in group]
		asked = flt(sum(line["balance"] for line in lines), 2)
		lines += _deduct(credits[first.party, first.currency], asked)
		total = flt(sum(line["balance"] for line in lines), 2)
		if total <= 0:
			set_on_letters([row.name for row in group], IGNORED, _("Open credits cover the whole amount."))
			continue
		charged = fees.charge_of(rule, group, standing, known_fees, total)
		name = next(names)
		row = {
			"name": name,
			**{
				key: first[key]
				for key in ("cooperative", "run", "policy", "level", "level_title", "currency")
			},
			**{key: first[key] for key in ("party_type", "party", "party_name", "member")},
			"customer": first.party if first.party_type == "Customer" else None,
			"control_date": today(),
			"total": total,
			**charged,
			"total_due": flt(total + charged["fee"] + charged["earlier_fees"], 2),
			"payment_reference": _reference(group, name, doc.country),
			"language": debtor.language or doc.language,
			"phone": phones.shown(debtor.phone),
			"address": debtor.address,
			"recipients": "\n".join(debtor.emails),
			"state": QUEUED,
			**channels(cooperative, first.channel, rule, debtor),
		}
		letters.append(Letter(row, lines, debtor))
	return letters


def _names(count: int) -> list[str]:
	"""So many names of letters, taken from their series at once."""
	first = make_autoname(SERIES, DUNNING_LETTER)
	digits = SERIES.count("#")
	prefix, number = first[:-digits], int(first[-digits:])
	series = frappe.qb.DocType("Series")
	query = frappe.qb.update(series).set(series.current, series.current + count - 1)
	query.where(series.name == prefix).run()
	return [f"{prefix}{number + step:0{digits}}" for step in range(count)]


def _of_parties(
	cooperative: str, groups: list[list]
) -> tuple[dict[tuple[str, str], Debtor], dict[tuple[str, str], list[Credit]]]:
	parties: dict[str, set[str]] = defaultdict(set)
	for group in groups:
		parties[group[0].party_type].add(group[0].party)
	debtors: dict[tuple[str, str], Debtor] = {}
	credits: dict[tuple[str, str], list[Credit]] = defaultdict(list)
	for source in choice.sources_of(cooperative):
		mine = sorted(parties[source.party_type])
		for party, debtor in source.debtors(mine).items():
			debtors[source.party_type, party] = debtor
		for credit in source.credits(mine):
			credits[credit.party, credit.currency].append(credit)
	keep_usable_emails(cooperative, debtors.values())
	return debtors, credits


def _line(row, standing) -> dict:
	return {
		"notice": row.name,
		"document_type": row.document_type,
		"document": row.document,
		"posting_date": standing.posting_date,
		"due_date": row.due_date,
		"amount": row.amount,
		"balance": standing.balance,
		"currency": row.currency,
	}


def _deduct(credits: list[Credit], asked: float) -> list[dict]:
	"""Lines of the credits that lower what is asked. What is used here is gone for the debtor's next letter."""
	lines = []
	while credits and asked > 0:
		credit = credits.pop(0)
		used = min(credit.open, asked)
		if credit.open > used:
			credits.insert(0, Credit(**{**credit.__dict__, "open": flt(credit.open - used, 2)}))
		asked = flt(asked - used, 2)
		lines.append(
			{
				"document_type": credit.document_type,
				"document": credit.document,
				"posting_date": credit.posting_date,
				"amount": credit.amount,
				"balance": -used,
				"currency": credit.currency,
			}
		)
	return lines


def _reference(group: list, letter: str, country: str) -> str:
	"""The document's own payment reference when there is one document, else one for the letter."""
	if len(group) == 1:
		return group[0].payment_reference or structured_reference(group[0].document, country)
	return structured_reference(letter, country)


def source_of(letter) -> Source | None:
	"""Where the documents of a letter come from."""
	return next(
		(
			source
			for source in choice.sources_of(letter.cooperative)
			if source.party_type == letter.party_type
		),
		None,
	)
