"""True states: a letter is `Sent` or `Failed` when the mail queue says so, and never before.

The hosts write the queue's outcome past every hook (`frappe.db.set_value`), so the states are read again from the
queue: by a job of every few minutes, when a run, a letter or the list is opened, and on the events that do exist.
The outcome is a pure function of the queue's rows: late, retried or double reading gives the same answer.
"""

from __future__ import annotations

from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import add_to_date, get_datetime, now, now_datetime

from coop_membership import bulk, host
from coop_membership.accounting import receivables as open_items
from coop_membership.dunning.letters import fees
from coop_membership.dunning.names import DUNNING_LETTER, EMAIL, NOTICE
from coop_membership.messages.outcome import FAILED, QUEUED, SENT, outcome
from coop_membership.messages.refusals import in_words

STUCK_AFTER = {"hours": -1}


def refresh(letters: list[str] | None = None) -> int:
	"""Bring letters that are not sent yet in line with the mail queue; returns how many changed."""
	rows = _waiting(letters)
	recipients = _recipients([row.email_queue for row in rows])
	changes: dict[tuple, list] = defaultdict(list)
	stuck_before = add_to_date(now_datetime(), **STUCK_AFTER)
	for row in rows:
		if row.status is None and row.state == FAILED:
			continue  # the host has emptied its queue: what is known of the letter stays
		error = in_words(row.error) or (_logged(row.email_queue) if _troubled(row) else "")
		stuck = row.status == "Sending" and get_datetime(row.modified) < stuck_before
		found = outcome(row.status, recipients[row.email_queue], error, stuck)
		if found != (row.state, row.state_reason or None):
			changes[found].append(row)
	for (state, reason), changed in changes.items():
		_change([row.name for row in changed], state, reason)
	sent = [row.name for (state, _reason), changed in changes.items() if state == SENT for row in changed]
	_after_sending(sent)
	return sum(len(changed) for changed in changes.values())


def _waiting(letters: list[str] | None) -> list:
	"""Letters by e-mail that are not known to be sent, each with its row of the queue."""
	letter = frappe.qb.DocType(DUNNING_LETTER)
	query = (
		frappe.qb.from_(letter)
		.select(letter.name, letter.state, letter.state_reason, letter.email_queue)
		.where((letter.channel == EMAIL) & letter.state.isin([QUEUED, FAILED]) & (letter.email_queue != ""))
	)
	if letters is not None:
		query = query.where(letter.name.isin(letters or [host.NOTHING]))
	rows = query.run(as_dict=True)
	queue = frappe.qb.DocType("Email Queue")
	mails = {}
	for chunk in open_items.in_chunks(row.email_queue for row in rows):
		found = frappe.qb.from_(queue).select(
			queue.name, queue.status, queue.error, queue.retry, queue.modified
		)
		# Dodock names mails by number, so names are compared as text from here on
		mails |= {str(mail.name): mail for mail in found.where(queue.name.isin(chunk)).run(as_dict=True)}
	for row in rows:
		mail = mails.get(row.email_queue, {})
		row.update({key: mail.get(key) for key in ("status", "error", "retry", "modified")})
	return rows


def _recipients(queues: list[str]) -> dict[str, list[tuple[str, str]]]:
	found: dict[str, list[tuple[str, str]]] = defaultdict(list)
	table = frappe.qb.DocType("Email Queue Recipient")
	for chunk in open_items.in_chunks(queues):
		rows = (
			frappe.qb.from_(table)
			.select(table.parent, table.recipient, table.status)
			.where(table.parent.isin(chunk))
			.run()
		)
		for parent, address, status in rows:
			found[str(parent)].append((address, status))
	return found


def _troubled(row) -> bool:
	return bool(row.status in ("Error", "Partially Errored") or (row.status == "Not Sent" and row.retry))


def _logged(queue: str) -> str:
	"""Dodock notes a failure in the Error Log only."""
	message = frappe.db.get_value(
		"Error Log",
		{"reference_doctype": "Email Queue", "reference_name": queue},
		"error",
		order_by="creation desc",
	)
	return in_words(message)


def _change(letters: list[str], state: str, reason: str | None) -> None:
	letter, notice = frappe.qb.DocType(DUNNING_LETTER), frappe.qb.DocType(NOTICE)
	moment = now()
	for chunk in open_items.in_chunks(letters):
		for table, is_mine in ((letter, letter.name.isin(chunk)), (notice, notice.letter.isin(chunk))):
			query = frappe.qb.update(table).set(table.state, state).set(table.state_reason, reason)
			query = query.set(table.modified, moment)
			if state == SENT:
				query = query.set(table.sent_on, moment)
			query.where(is_mine & table.state.isin([QUEUED, FAILED])).run()


def mark_sent(letters: list[str], reason: str | None = None) -> None:
	"""Letters that left the house another way than by mail: printed, or said on the phone."""
	_change(letters, SENT, reason)
	_after_sending(letters)


def _after_sending(letters: list[str]) -> None:
	"""What follows from a letter that was sent: a line in the history of its documents, and its fee."""
	if not letters:
		return
	_tell_timelines(letters)
	letter = frappe.qb.DocType(DUNNING_LETTER)
	for chunk in open_items.in_chunks(letters):
		query = frappe.qb.from_(letter).select(letter.name)
		fees.book_safely(query.where(letter.name.isin(chunk) & (letter.fee > 0)).run(pluck=True))


def _tell_timelines(letters: list[str]) -> None:
	"""An entry in the timeline of each document and debtor."""
	letter, line = frappe.qb.DocType(DUNNING_LETTER), frappe.qb.DocType("Dunning Letter Document")
	comments = []
	for chunk in open_items.in_chunks(letters):
		rows = (
			frappe.qb.from_(letter)
			.join(line)
			.on(line.parent == letter.name)
			.select(
				letter.name,
				letter.level,
				letter.channel,
				letter.party_type,
				letter.party,
				letter.member,
				line.document_type,
				line.document,
			)
			.where(letter.name.isin(chunk) & line.notice.notnull())
			.run(as_dict=True)
		)
		targets = {}
		for row in rows:
			targets[row.document_type, row.document] = row
			targets[row.party_type, row.party] = row
			if row.member:
				targets["Member", row.member] = row
		comments += [_comment(doctype, name, row) for (doctype, name), row in targets.items()]
	bulk.insert("Comment", comments)


def _comment(doctype: str, name: str, row) -> dict:
	text = _("Reminder of level {0} sent ({1}): {2}").format(row.level, _(row.channel), row.name)
	return {
		"name": frappe.generate_hash(length=12),
		"comment_type": "Info",
		"comment_email": frappe.session.user,
		"comment_by": frappe.session.user,
		"reference_doctype": doctype,
		"reference_name": name,
		"content": text,
		"published": 0,
	}


def on_email_queue_change(doc, method: str | None = None) -> None:
	"""Email Queue: somebody saved a row (a retry by hand)."""
	if doc.reference_doctype == DUNNING_LETTER and doc.reference_name:
		refresh([doc.reference_name])


def sweep() -> None:
	"""The job of every few minutes."""
	refresh()
