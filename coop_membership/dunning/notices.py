"""Notices: the decision to remind a debtor of one document at one level, and what may be done with it by hand."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import getdate, now, strip_html_tags, today

from coop_membership import host, server_owned
from coop_membership.accounting import choice
from coop_membership.accounting import receivables as open_items
from coop_membership.dunning import policies, reach, receivables
from coop_membership.dunning.names import (
	BY_HAND,
	CHASED,
	DRAFT,
	DUNNING_LETTER,
	EMAIL,
	IGNORED,
	LETTER,
	NOTICE,
	OPEN,
	OVERRIDDEN,
)
from coop_membership.messages.outcome import QUEUED, SENT


def set_state(names: list[str], state: str) -> int:
	"""Mark notices `To Send`, `Ignored`, `Draft` again, or `Sent` (settled by hand: nothing is sent any more).

	Returns how many changed. Notices that are sent, in the mail queue or overridden stay as they are; a letter or call
	that waits may be marked as `Sent`. Raises for a state that nobody can set by hand.
	"""
	if state not in BY_HAND:
		frappe.throw(
			_("Choose one of these states: {0}.").format(
				", ".join(_(option, context=NOTICE) for option in BY_HAND)
			)
		)
	host.require(NOTICE, "write")
	changed = 0
	for chunk in open_items.in_chunks(names):
		changed += _set_state(chunk, state)
	return changed


def _set_state(names: list[str], state: str) -> int:
	notice = frappe.qb.DocType(NOTICE)
	rows = (
		frappe.qb.from_(notice)
		.select(notice.name, notice.state, notice.channel, notice.letter)
		.where(notice.name.isin(sorted(names)))
		.for_update()  # by name only, so that two who do this at once wait instead of blocking one another
		.run(as_dict=True)
	)
	rows = [row for row in rows if row.state in (*OPEN, QUEUED)]
	waiting = [row for row in rows if row.state == QUEUED]
	by_hand = [row for row in waiting if row.channel != EMAIL] if state == SENT else []
	names = [row.name for row in rows if row.state not in (QUEUED, state)] + [row.name for row in by_hand]
	if not names:
		return 0
	query = frappe.qb.update(notice).set(notice.state, state).set(notice.modified, now())
	query = query.set(notice.modified_by, frappe.session.user)
	reason = _("Marked as done by {0}").format(frappe.session.user) if state == SENT else None
	query = query.set(notice.state_reason, reason)
	if state == SENT:
		query = query.set(notice.sent_on, now())
	query.where(notice.name.isin(names)).run()
	_close_letters([row.letter for row in rows if row.letter and row.name in set(names)], state)
	return len(names)


def _close_letters(letters: list[str], state: str) -> None:
	"""A letter whose notices were settled by hand is settled as well."""
	if letters and state == SENT:
		letter = frappe.qb.DocType(DUNNING_LETTER)
		(
			frappe.qb.update(letter)
			.set(letter.state, SENT)
			.set(letter.sent_on, now())
			.where(letter.name.isin(letters) & (letter.state != SENT))
			.run()
		)


def fill(notice) -> None:
	"""A notice made by hand says what the books say about its document."""
	wanted = {field: notice.get(field) for field in ("control_date",)}
	server_owned.reset(notice)
	notice.update(wanted)
	source = choice.source_of(notice.cooperative, notice.document_type)
	found = receivables.snapshot(source, notice.document) if source else {}
	if not found:
		frappe.throw(
			_("{0} {1} of {2} is not open, or nothing of it is due yet.").format(
				_(notice.document_type), notice.document, notice.cooperative
			)
		)
	notice.update(found)
	rule = policies.level_of(notice.policy, notice.level)
	notice.update(
		{
			"party_type": source.party_type,
			"level_title": rule.title,
			"control_date": notice.control_date or today(),
			"is_manual": 1,
			"state": DRAFT,
			"channel": notice.channel or rule.channel,
		}
	)
	is_on = reach.setting_of(notice.cooperative).enabled
	if notice.channel == EMAIL and not (is_on and found["party"] in source.with_email()):
		notice.update({"channel": LETTER, "state_reason": reach.why_by_letter(notice.cooperative)})
	server_owned.by_service(notice)


def check_unchanged(notice) -> None:
	"""What a notice says comes from the books and the services; by hand only channel and responsible change."""
	stored = notice.get_doc_before_save()
	if not stored:
		return
	for field in notice.meta.fields:
		if field.read_only:
			notice.set(field.fieldname, stored.get(field.fieldname))
	if notice.state not in OPEN and notice.channel != stored.channel:
		frappe.throw(
			_("The channel can't be changed any more: the reminder is {0}.").format(
				_(notice.state, context=NOTICE)
			)
		)


def check_single(notice) -> None:
	"""One reminder at a time: a document whose last notice is not settled gets no other one."""
	waiting = frappe.db.get_value(
		NOTICE,
		{
			"document_type": notice.document_type,
			"document": notice.document,
			"state": ["in", [state for state in CHASED if state != SENT]],
			"name": ["!=", notice.name or ""],
		},
	)
	if waiting:
		frappe.throw(_("The reminder {0} of this document is not sent yet.").format(waiting))


def override(notice, policy: str, level: int, reason: str | None = None) -> str:
	"""Go on with another policy or level: the document's notices become `Overridden`, a new draft is made at once.

	No delay and no tolerance is asked for. The document follows the policy from now on. Returns the new notice's name.
	Raises while a reminder of the document is being sent, or when the policy has no such level.
	"""
	notice.check_permission("write")
	host.require(NOTICE, "create")
	policies.level_of(policy, int(level))
	source = choice.source_of(notice.cooperative, notice.document_type)
	others = {"document_type": notice.document_type, "document": notice.document}
	if frappe.db.exists(NOTICE, {**others, "state": QUEUED}):
		frappe.throw(_("A reminder of this document is being sent. Wait until it is, or until it failed."))
	table = frappe.qb.DocType(NOTICE)
	(
		frappe.qb.update(table)
		.set(table.state, OVERRIDDEN)
		.set(table.override_reason, strip_html_tags(reason or "").strip() or None)
		.set(table.modified, now())
		.set(table.modified_by, frappe.session.user)
		.where((table.document_type == notice.document_type) & (table.document == notice.document))
		.where(table.state != OVERRIDDEN)
		.run()
	)
	source.set_policy(notice.document, policy)
	new = frappe.get_doc(
		{
			"doctype": NOTICE,
			"cooperative": notice.cooperative,
			"policy": policy,
			"level": int(level),
			"document_type": notice.document_type,
			"document": notice.document,
			"channel": None,
		}
	).insert()
	if reason:
		new.db_set("override_reason", reason)
	notice.reload()
	return new.name


def check_deletable(notice) -> None:
	"""Drafts may be deleted; a Dunning Manager may delete ignored notices too. What was sent stays."""
	if notice.state == DRAFT or (notice.state == IGNORED and "Dunning Manager" in frappe.get_roles()):
		return
	frappe.throw(_("Only drafts can be deleted. Set the state to Ignored instead."))


def before_document_cancel(doc, method: str | None = None) -> None:
	"""An invoice whose debtor was reminded of it isn't cancelled in silence; its drafts go with it.

	The user says so with the box `dunning_cancel_anyway` on the document, or makes a credit note.
	"""
	document = {"document_type": doc.doctype, "document": doc.name}
	reminded = frappe.get_all(
		NOTICE,
		{**document, "state": ["in", CHASED]},
		["level", "state", "control_date"],
		order_by="level desc",
	)
	if reminded and not (doc.get("dunning_cancel_anyway") or doc.flags.by_membership):
		frappe.throw(
			_(
				"The debtor was reminded of {0} on {1} (level {2}). Make a credit note, or tick “{3}” first."
			).format(
				doc.name,
				frappe.utils.formatdate(getdate(reminded[0].control_date)),
				reminded[0].level,
				_("Cancel although reminders exist"),
			),
			title=_("Reminders exist"),
		)
	frappe.db.delete(NOTICE, {**document, "state": ["in", (DRAFT, IGNORED)]})
	notice = frappe.qb.DocType(NOTICE)
	(
		frappe.qb.update(notice)
		.set(notice.state, IGNORED)
		.set(notice.state_reason, _("The document was cancelled."))
		.where((notice.document_type == doc.doctype) & (notice.document == doc.name))
		.where(notice.state.isin([state for state in OPEN if state != DRAFT]))
		.run()
	)
