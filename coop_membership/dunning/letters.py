"""Letters: one per debtor, level and currency, with all its documents, open credits deducted.

Writing is done in batches: one transaction holds a batch's letters, its mails in the queue and the notices' new state,
so that a job that stops half-way goes on with what is left and nothing goes out twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pypika import Case

import frappe
from frappe import _
from frappe.model.naming import make_autoname
from frappe.utils import flt, getdate, now, today

from coop_membership import host
from coop_membership.dunning import bulk, fees, mailing, pdfs, policies, receivables
from coop_membership.dunning.receivables import NOTICE, Credit, Debtor, Source
from coop_membership.dunning.states import EMAIL, IGNORED, LETTER, PHONE, QUEUED, TO_SEND
from coop_membership.payments.reference import structured_reference

DUNNING_LETTER = "Dunning Letter"
SERIES = "DL-.YYYY.-.######"
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


def send(names: list[str]) -> dict:
	"""Write the letters of the notices that are `To Send`: e-mails are queued, the others wait to be printed or phoned.

	Many are done in the background, with progress. Returns {"letters": written now, "background": bool}.
	"""
	host.require(NOTICE, "write")
	ready = frappe.get_all(NOTICE, {"name": ["in", names], "state": TO_SEND}, pluck="name")
	if not ready:
		frappe.throw(
			_("No reminder is ready. Set the state of those to send to “{0}” first.").format(_(TO_SEND))
		)
	if len(ready) <= AT_ONCE:
		return {"letters": write(ready), "background": False}
	frappe.enqueue(
		"coop_membership.dunning.letters.send_in_background",
		queue="long",
		timeout=3600,
		enqueue_after_commit=True,
		notices=ready,
	)
	return {"letters": 0, "background": True}


def send_run(run) -> dict:
	"""Send what is ready in a run."""
	run.check_permission("write")
	outcome = send(frappe.get_all(NOTICE, {"run": run.name, "state": TO_SEND}, pluck="name"))
	run.db_set("status", "Sending" if outcome["background"] else "Done")
	return outcome


def send_in_background(notices: list[str]) -> None:
	"""The job behind `send`. Each batch is saved by itself; started again, it does what is left."""
	write(notices, save_each_batch=True)
	runs = frappe.get_all(NOTICE, {"name": ["in", notices], "run": ["is", "set"]}, pluck="run", distinct=True)
	for run in runs:
		if not frappe.db.exists(NOTICE, {"run": run, "state": TO_SEND}):
			frappe.db.set_value("Dunning Run", run, "status", "Done")


def write(notices: list[str], save_each_batch: bool = False) -> int:
	"""Write the letters of these notices; returns how many. Notices that are not `To Send` are left alone."""
	groups, merge = _by_letter(notices), mailing.Merge()
	written = 0
	for start in range(0, len(groups), BATCH):
		written += _write_batch(groups[start : start + BATCH], merge)
		if save_each_batch:
			frappe.db.commit()  # the boundary of a batch job: what was written is saved together with its mails
			_show_progress(min(start + BATCH, len(groups)), len(groups))
	return written


def _by_letter(notices: list[str]) -> list[list[str]]:
	"""Names of the notices that go into each letter; the highest level of a debtor first."""
	groups: dict[tuple, list[str]] = defaultdict(list)
	for chunk in receivables.in_chunks(notices):
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


def _write_batch(groups: list[list[str]], merge: mailing.Merge) -> int:
	rows = _lock([name for group in groups for name in group])
	standing = _standing(rows)
	letters: list[Letter] = []
	for cooperative in sorted({row.cooperative for row in rows.values()}):
		members = [
			[rows[name] for name in group if name in rows and name in standing]
			for group in groups
			if any(name in rows and rows[name].cooperative == cooperative for name in group)
		]
		letters += _compose(cooperative, [group for group in members if group], standing)
	with_pdf = mailing.queue(letters, merge)
	_save(letters)
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


def _standing(rows: dict[str, dict]) -> dict[str, receivables.Standing]:
	"""{notice: how its document stands now}. What was paid meanwhile is ignored, what is promised waits."""
	standing, paid, promised = {}, [], []
	sources: dict[tuple[str, str], list] = defaultdict(list)
	for row in rows.values():
		sources[row.cooperative, row.document_type].append(row)
	for (cooperative, document_type), notices in sources.items():
		source = receivables.source_of(cooperative, document_type)
		found = source.standing([row.document for row in notices]) if source else {}
		for row in notices:
			now_ = found.get(row.document)
			if not now_:
				paid.append(row.name)
			elif now_.promised_until and getdate(now_.promised_until) >= getdate():
				promised.append(row.name)
			else:
				standing[row.name] = now_
	_set(paid, IGNORED, _("What was due was paid in the meantime."))
	_set(promised, TO_SEND, _("Waits: the payment is promised."))
	return standing


def _set(names: list[str], state: str, reason: str) -> None:
	if names:
		notice = frappe.qb.DocType(NOTICE)
		query = frappe.qb.update(notice).set(notice.state, state).set(notice.state_reason, reason)
		query.where(notice.name.isin(names)).run()


def _compose(cooperative: str, groups: list[list], standing: dict) -> list[Letter]:
	doc = frappe.get_cached_doc("Cooperative", cooperative)
	debtors, credits = _of_parties(cooperative, groups)
	known_fees = fees.History.of([row.document for group in groups for row in group])
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
			_set([row.name for row in group], IGNORED, _("Open credits cover the whole amount."))
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
			"phone": debtor.phone,
			"address": debtor.address,
			"recipients": "\n".join(debtor.emails),
			"state": QUEUED,
			**_channels(cooperative, first.channel, rule, debtor),
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
	for source in receivables.sources_of(cooperative):
		mine = sorted(parties[source.party_type])
		for party, debtor in source.debtors(mine).items():
			debtors[source.party_type, party] = debtor
		for credit in source.credits(mine):
			credits[credit.party, credit.currency].append(credit)
	_keep_usable_emails(cooperative, debtors.values())
	return debtors, credits


def _keep_usable_emails(cooperative: str, debtors: Iterable[Debtor]) -> None:
	"""None when the cooperative sends no reminders by e-mail; else those that did not ask for no mail at all."""
	debtors = list(debtors)
	unsubscribed = mailing.unsubscribed(email for debtor in debtors for email in debtor.emails)
	is_on = mailing.setting_of(cooperative).enabled
	for debtor in debtors:
		debtor.emails = [email for email in debtor.emails if is_on and email not in unsubscribed]


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


def _channels(cooperative: str, channel: str, rule, debtor: Debtor) -> dict:
	"""How the letter goes out. Without an address or number it becomes a paper letter, and says so."""
	reason = None
	if channel == EMAIL and not debtor.emails:
		channel, reason = LETTER, mailing.why_by_letter(cooperative)
	if channel == PHONE and not debtor.phone:
		channel, reason = LETTER, _("No phone number is known: by letter.")
	if channel == LETTER and not debtor.address:
		reason = " ".join(filter(None, [reason, _("No postal address is known.")]))
	return {
		"channel": channel,
		"state_reason": reason,
		"to_email": int(channel == EMAIL or bool(rule.also_email and debtor.emails)),
		"to_print": int(channel == LETTER or bool(rule.also_letter)),
		"to_call": int(channel == PHONE or bool(rule.also_phone and debtor.phone)),
	}


def _save(letters: Iterable[Letter]) -> None:
	letters = list(letters)
	bulk.insert(DUNNING_LETTER, [letter.row for letter in letters])
	lines = [{**line, "parent": letter.row["name"]} for letter in letters for line in letter.lines]
	bulk.insert_children(DUNNING_LETTER, "documents", "Dunning Letter Document", lines)
	groups: dict[tuple, dict[str, list[str]]] = defaultdict(dict)
	for letter in letters:
		groups[letter.outcome][letter.row["name"]] = letter.notices
	for outcome, notices in groups.items():
		_link(notices, *outcome)


def _link(notices: dict[str, list[str]], channel: str, state: str, reason: str | None) -> None:
	"""Tell the notices of each letter to which one they belong, and what came of it."""
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


def _show_progress(done: int, total: int) -> None:
	frappe.publish_progress(done * 100 / total, title=_("Letters"), description=f"{done} / {total}")


def source_of(letter) -> Source | None:
	"""Where the documents of a letter come from."""
	return next(
		(
			source
			for source in receivables.sources_of(letter.cooperative)
			if source.party_type == letter.party_type
		),
		None,
	)


def renew(letter) -> None:
	"""Make a new mail for a letter that failed, to the address known now; on paper when there is none.

	The old mail leaves the queue in the same transaction, and only while nobody sends it.
	"""
	if letter.email_queue:
		queue = frappe.qb.DocType("Email Queue")
		rows = frappe.qb.from_(queue).select(queue.status).where(queue.name == letter.email_queue)
		status = rows.for_update().run(pluck=True)
		if status and status[0] in ("Not Sent", "Partially Sent", "Sent"):
			frappe.throw(_("The mail queue still works on this e-mail. Wait for its outcome."))
		frappe.db.delete("Email Queue", {"name": letter.email_queue})
		frappe.db.delete("Email Queue Recipient", {"parent": letter.email_queue})
	source = source_of(letter)
	debtor = (source and source.debtors([letter.party]).get(letter.party)) or Debtor(letter.party_name)
	_keep_usable_emails(letter.cooperative, [debtor])
	rule = policies.level_of(letter.policy, letter.level)
	row = {
		**letter.as_dict(),
		"phone": debtor.phone,
		"address": debtor.address,
		"recipients": "\n".join(debtor.emails),
		"email_queue": None,
		"state": QUEUED,
		**_channels(letter.cooperative, EMAIL, rule, debtor),
	}
	lines = [line.as_dict() for line in letter.documents]
	again = Letter(row, lines, debtor)
	mailing.queue([again], mailing.Merge())
	changed = ("phone", "address", "recipients", "email_queue", "state", "state_reason", "channel")
	letter.db_set({key: row[key] for key in (*changed, "to_email", "to_print", "to_call")})
	_link({letter.name: again.notices}, *again.outcome)


@frappe.whitelist()
def send_notices(notices: list[str] | str) -> dict:
	"""The list view's “Send”: `send` for the rows that are ticked."""
	from coop_membership.dunning.notices import names_of

	return send(names_of(notices))
