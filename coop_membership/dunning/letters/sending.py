"""Letters of a run, written and queued batch by batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pypika import Case

import frappe
from frappe import _
from frappe.utils import getdate, now

from coop_membership import bulk, host, jobs
from coop_membership.accounting import choice
from coop_membership.accounting import receivables as open_items
from coop_membership.doctypes import DunningRun
from coop_membership.dunning.letters import mailing, pdfs
from coop_membership.dunning.letters.compose import Letter, compose, set_on_letters
from coop_membership.dunning.names import DUNNING_LETTER, IGNORED, NOTICE, RUN, TO_SEND
from coop_membership.messages.merge import Merge

BATCH = 200  # letters of one transaction
AT_ONCE = 20  # notices that are sent while the user waits

FIELDS = [
	"name",
	"cooperative",
	"run",
	"control_date",
	"policy",
	"level",
	"level_title",
	"channel",
	"document_type",
	"document",
	"payment_reference",
	"due_date",
	"currency",
	"amount",
	"member",
	"party_type",
	"party",
	"party_name",
]


def send(names: list[str]) -> dict:
	"""Write the letters of the notices that are `To Send`: e-mails are queued, the others wait to be printed or phoned.

	Many are done in the background, with progress. Returns {"letters": written now, "background": bool}.
	"""
	host.require(NOTICE, "write")
	ready = frappe.get_all(NOTICE, {"name": ["in", names], "state": TO_SEND}, pluck="name")
	if not ready:
		frappe.throw(
			_("No reminder is ready. Set the state of those to send to “{0}” first.").format(
				_(TO_SEND, context=NOTICE)
			)
		)
	if len(ready) <= AT_ONCE:
		return {"letters": write(ready), "background": False}
	frappe.enqueue(
		"coop_membership.dunning.letters.sending.send_in_background",
		queue="long",
		timeout=3600,
		enqueue_after_commit=True,
		notices=ready,
	)
	return {"letters": 0, "background": True}


def send_run(run: DunningRun) -> dict:
	"""Send what is ready in a run."""
	run.check_permission("write")
	outcome = send(frappe.get_all(NOTICE, {"run": run.name, "state": TO_SEND}, pluck="name"))
	run.db_set("status", "Sending" if outcome["background"] else "Done")
	return outcome


def send_in_background(notices: list[str]) -> None:
	"""The job behind `send`. Each batch is saved by itself; started again, it does what is left."""
	merge = Merge(DUNNING_LETTER)
	jobs.each(
		_batches(notices),
		lambda batch: _write_batch(batch, merge),
		"Dunning letters not written",
		progress=_("Letters"),
	)
	runs = frappe.get_all(NOTICE, {"name": ["in", notices], "run": ["is", "set"]}, pluck="run", distinct=True)
	for run in runs:
		if not frappe.db.exists(NOTICE, {"run": run, "state": TO_SEND}):
			frappe.db.set_value(RUN, run, "status", "Done")


def write(notices: list[str]) -> int:
	"""Write the letters of these notices; returns how many. Notices that are not `To Send` are left alone."""
	merge = Merge(DUNNING_LETTER)
	return sum(_write_batch(batch, merge) for batch in _batches(notices))


def _batches(notices: list[str]) -> list[list[list[str]]]:
	groups = _by_letter(notices)
	return [groups[start : start + BATCH] for start in range(0, len(groups), BATCH)]


def _by_letter(notices: list[str]) -> list[list[str]]:
	"""Names of the notices that go into each letter; the highest level of a debtor first."""
	groups: dict[tuple, list[str]] = defaultdict(list)
	for chunk in open_items.in_chunks(notices):
		for row in frappe.get_all(
			NOTICE,
			{"name": ["in", chunk], "state": TO_SEND},
			["name", "cooperative", "party_type", "party", "level", "policy", "currency", "channel"],
		):
			key = (
				row.cooperative,
				row.party_type,
				row.party,
				-row.level,
				row.policy,
				row.currency,
				row.channel,
			)
			groups[key].append(row.name)
	return [groups[key] for key in sorted(groups)]


def _write_batch(groups: list[list[str]], merge: Merge) -> int:
	rows = _lock([name for group in groups for name in group])
	standing = _standing(rows)
	letters: list[Letter] = []
	for cooperative in sorted({row.cooperative for row in rows.values()}):
		members = [
			[rows[name] for name in group if name in rows and name in standing]
			for group in groups
			if any(name in rows and rows[name].cooperative == cooperative for name in group)
		]
		letters += compose(cooperative, [group for group in members if group], standing)
	with_pdf = mailing.queue(letters, merge)
	save(letters)
	pdfs.prepare_later(with_pdf)
	return len(letters)


def _lock(names: list[str]) -> dict[str, dict]:
	"""The notices that are still `To Send` once nobody else works on them. Locked by name only: no deadlocks."""
	notice = frappe.qb.DocType(NOTICE)
	rows = (
		frappe.qb.from_(notice)
		.select(notice.state, *(notice[column] for column in FIELDS))
		.where(notice.name.isin(sorted(names)))
		.for_update()
		.run(as_dict=True)
	)
	return {row.name: row for row in rows if row.state == TO_SEND}


def _standing(rows: dict[str, dict]) -> dict[str, open_items.Standing]:
	"""{notice: how its document stands now}. What was paid meanwhile is ignored, what is promised waits."""
	standing, paid, promised = {}, [], []
	sources: dict[tuple[str, str], list] = defaultdict(list)
	for row in rows.values():
		sources[row.cooperative, row.document_type].append(row)
	for (cooperative, document_type), notices in sources.items():
		source = choice.source_of(cooperative, document_type)
		found = source.standing([row.document for row in notices]) if source else {}
		for row in notices:
			now_ = found.get(row.document)
			if not now_:
				paid.append(row.name)
			elif now_.promised_until and getdate(now_.promised_until) >= getdate():
				promised.append(row.name)
			else:
				standing[row.name] = now_
	set_on_letters(paid, IGNORED, _("What was due was paid in the meantime."))
	set_on_letters(promised, TO_SEND, _("Waits: the payment is promised."))
	return standing


def save(letters: Iterable[Letter]) -> None:
	letters = list(letters)
	bulk.insert(DUNNING_LETTER, [letter.row for letter in letters])
	lines = [{**line, "parent": letter.row["name"]} for letter in letters for line in letter.lines]
	bulk.insert_children(DUNNING_LETTER, "documents", "Dunning Letter Document", lines)
	groups: dict[tuple, dict[str, list[str]]] = defaultdict(dict)
	for letter in letters:
		groups[letter.outcome][letter.row["name"]] = letter.notices
	for outcome, notices in groups.items():
		link(notices, *outcome)


def link(notices: dict[str, list[str]], channel: str, state: str, reason: str | None) -> None:
	"""Tell the notices of each letter to which one they belong, and what came of it."""
	notices = {letter: names for letter, names in notices.items() if names}
	if not notices:  # MariaDB knows no empty list
		return
	notice = frappe.qb.DocType(NOTICE)
	letter_of = Case()
	for letter, names in notices.items():
		letter_of = letter_of.when(notice.name.isin(names), letter)
	(
		frappe.qb.update(notice)
		.set(notice.letter, letter_of)
		.set(notice.channel, channel)
		.set(notice.state, state)
		.set(notice.state_reason, reason)
		.set(notice.modified, now())
		.where(notice.name.isin([name for names in notices.values() for name in names]))
		.run()
	)
