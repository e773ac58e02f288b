"""Whom a run chases, at which level, and why not the others. Pure: it judges what the books' adapter hands over."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from coop_membership.accounting.receivables import Receivable
from coop_membership.dunning.rules import schedule
from coop_membership.dunning.rules.schedule import LastNotice, Level

# why a document is not chased; shown translated
NO_POLICY = "No dunning policy"
IGNORED = "The policy says: do not chase"
OTHER_RUN = "The policy is not part of this run"
OTHER_ACCOUNT = "The policy does not cover the account"
TOLERATED = "Less than the tolerance"
PROMISED = "Payment is promised"
PENDING = "The last reminder is not sent yet"
OTHER_POLICY = "Reminded under another policy: decide by hand"
FINISHED = "The last level is reached"
TOO_EARLY = "Not late enough"
COVERED = "Covered by open credits"


class History(NamedTuple):
	"""The newest notice of a document past draft. `is_done`: it was sent, or settled by hand."""

	level: int
	date: datetime.date
	policy: str
	is_done: bool
	due_date: datetime.date | None = None


@dataclass(frozen=True)
class Policy:
	name: str
	levels: tuple[Level, ...] = ()
	accounts: frozenset[str] = frozenset()
	ignore: bool = False
	apply_highest_level: bool = False


class Verdict(NamedTuple):
	"""`level` to chase with, or the `reason` for not chasing, with the day that ends it where there is one."""

	level: int | None = None
	reason: str | None = None
	until: datetime.date | None = None


@dataclass
class Selection:
	"""The outcome of a run over all open documents of a cooperative."""

	chased: list[tuple[Receivable, int]] = field(default_factory=list)
	others: list[tuple[Receivable, Verdict]] = field(default_factory=list)


def select(
	receivables: Iterable[Receivable],
	policies: Mapping[str, Policy],
	chosen: frozenset[str],
	history: Mapping[str, History],
	credits: Mapping[tuple[str, str], float],
	control_date: datetime.date,
) -> Selection:
	"""Judge every open document.

	`policies` by name, those of the run in `chosen`; `history` by document; `credits`: open credit of a
	(party, currency), which leaves nobody to chase when it covers all that would be asked.
	"""
	selection = Selection()
	for receivable in receivables:
		verdict = judge(receivable, policies, chosen, history.get(receivable.document), control_date)
		if verdict.level is None:
			selection.others.append((receivable, verdict))
		else:
			selection.chased.append((receivable, verdict.level))
	_raise_to_highest(selection, policies)
	_spare_the_covered(selection, credits)
	return selection


def judge(
	receivable: Receivable,
	policies: Mapping[str, Policy],
	chosen: frozenset[str],
	last: History | None,
	control_date: datetime.date,
) -> Verdict:
	"""What happens to one document, by itself."""
	policy = policies.get(receivable.policy or "")
	if not policy:
		return Verdict(reason=NO_POLICY)
	if policy.ignore:
		return Verdict(reason=IGNORED)
	if policy.name not in chosen:
		return Verdict(reason=OTHER_RUN)
	if policy.accounts and receivable.account and receivable.account not in policy.accounts:
		return Verdict(reason=OTHER_ACCOUNT)
	if schedule.is_tolerated(receivable.balance, receivable.tolerance):
		return Verdict(reason=TOLERATED)
	if receivable.promised_until and receivable.promised_until >= control_date:
		return Verdict(reason=PROMISED, until=receivable.promised_until)
	if last and not last.is_done:
		return Verdict(reason=PENDING)
	if last and last.due_date and last.due_date < receivable.due_date:
		last = None  # what was reminded of is paid: the next term is a new matter
	if last and last.policy != policy.name:
		return Verdict(reason=OTHER_POLICY)
	return _by_date(receivable, policy, last, control_date)


def _by_date(
	receivable: Receivable, policy: Policy, last: History | None, control_date: datetime.date
) -> Verdict:
	last_notice = LastNotice(last.level, last.date) if last else None
	level = schedule.level_after(policy.levels, last.level if last else None)
	if not level:
		return Verdict(reason=FINISHED)
	day = schedule.first_day(level, last_notice, receivable.due_date)
	return Verdict(level=level.level) if day <= control_date else Verdict(reason=TOO_EARLY, until=day)


def _raise_to_highest(selection: Selection, policies: Mapping[str, Policy]) -> None:
	"""With `apply_highest_level`, all documents of a debtor in this run get the debtor's highest level."""
	if not any(policy.apply_highest_level for policy in policies.values()):
		return
	highest = schedule.highest_levels(
		((receivable.party, receivable.policy), level) for receivable, level in selection.chased
	)
	selection.chased = [
		(
			receivable,
			highest[receivable.party, receivable.policy]
			if policies[receivable.policy].apply_highest_level
			else level,
		)
		for receivable, level in selection.chased
	]


def _spare_the_covered(selection: Selection, credits: Mapping[tuple[str, str], float]) -> None:
	"""Who has at least as much open credit as would be asked owes nothing."""
	if not credits:
		return
	asked: dict[tuple[str, str], float] = {}
	for receivable, _level in selection.chased:
		key = (receivable.party, receivable.currency)
		asked[key] = asked.get(key, 0) + receivable.balance
	covered = {key for key, amount in asked.items() if round(credits.get(key, 0) - amount, 2) >= 0}
	spared = [row for row in _covered(selection.chased, covered)]
	if spared:
		selection.others += [(receivable, Verdict(reason=COVERED)) for receivable in spared]
		selection.chased = [row for row in selection.chased if (row[0].party, row[0].currency) not in covered]


def _covered(chased: list[tuple[Receivable, int]], covered: set[tuple[str, str]]) -> Iterator[Receivable]:
	return (receivable for receivable, _level in chased if (receivable.party, receivable.currency) in covered)
