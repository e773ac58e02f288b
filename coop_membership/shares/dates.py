"""A wrong effective date in the register: corrected in one action, with its reason, and never silently."""

from __future__ import annotations

import datetime

import frappe
from frappe import _
from frappe.utils import formatdate, getdate, strip_html_tags

from coop_membership import doors
from coop_membership.accounting.choice import books_of
from coop_membership.doctypes import ShareRegisterEntry
from coop_membership.messages import mail, timeline
from coop_membership.payments import doubts
from coop_membership.people import members
from coop_membership.prints.wording import long_date
from coop_membership.register import ledger
from coop_membership.register.movements import Movement, overdrawn
from coop_membership.shares import transactions

CERTIFICATE = "Corrected Certificate"  # the mail
DATED = ("Share Subscription", transactions.TRANSACTION)  # documents that say the date too


def correct(
	entry: ShareRegisterEntry, effective_date: str, reason: str, send_certificates: bool = True
) -> str:
	"""Give an operation another effective date; returns the name of the entry that has it now.

	All entries of the same document move together. While they are the newest of their register they are written again
	under their numbers; else each is taken back by a reversal and entered anew. What was before, and why, stands in the
	timeline of the entry and of its document. Whoever still holds shares gets a certificate with the right date, unless
	`send_certificates` is False. For Membership Managers. Raises a sentence for a day to come, a missing
	reason, an entry that is taken back already, or a date on which somebody would hold less than nothing.
	"""
	day = doors.day(effective_date)
	reason = strip_html_tags(reason or "").strip()
	ledger.lock(entry.cooperative)
	rows = _entries(entry)
	before = getdate(rows[0].effective_date)
	if not reason:
		frappe.throw(_("Please give a reason; it is kept with the operation."))
	if day > getdate():
		frappe.throw(
			_("{0} lies in the future. Enter the day on which the shares really moved.").format(
				formatdate(day)
			)
		)
	if day == before:
		return entry.name
	_refuse_overdrawn(rows, day)
	document = _document(entry)
	if document and document.doctype == transactions.TRANSACTION:
		books_of(document).take_back_capital(document)
	sentence = _("Effective date corrected from {0} to {1}. Reason: {2}").format(
		formatdate(before), formatdate(day), reason
	)
	new = _written_again(rows, day)
	for name in new.values():
		timeline.note(frappe.get_doc(ledger.ENTRY, name), sentence)
	for member in sorted({row[side] for row in rows for side in ("from_member", "to_member")} - {None, ""}):
		doc = frappe.get_doc("Member", member, for_update=True)
		members.undo_payment(doc, number_back=False)
		timeline.note(doc, sentence)
		if send_certificates and members.is_active(doc):
			mail.send(CERTIFICATE, doc, lambda: {"before": long_date(before), "after": long_date(day)})
	if document:
		_follow(document, rows, day)
		timeline.note(document, sentence)
	return new[entry.name]


def doubtful(entry: ShareRegisterEntry, effective_date: str) -> list[str]:
	"""Sentences about what doesn't fit a date for an operation, to ask before it is corrected; none of them forbids it."""
	day, before = doors.day(effective_date), getdate(entry.effective_date)
	year_end = datetime.date(max(day, before).year - 1, 12, 31)
	found = []
	if entry.reference_doctype == "Share Subscription":
		request = frappe.get_doc(entry.reference_doctype, entry.reference)
		found += doubts.long_before(day, [(request.doctype, request.name)])
		came = books_of(request).paid(request).completed_on
		if came and came != day:
			found.append(_("The money for {0} came on {1}.").format(request.name, formatdate(came)))
	if min(day, before) <= year_end:
		found.append(
			_(
				"The registers and the capital as of {0} change: what was printed of them says something else."
			).format(formatdate(year_end))
		)
	return found


def _entries(entry: ShareRegisterEntry) -> list[frappe._dict]:
	"""The entries that have one date because they came from one document."""
	rows = ledger.entries_of(entry.reference) if entry.reference else []
	if entry.name not in {row.name for row in rows}:
		alone = ledger.movements(member=entry.to_member or entry.from_member, lock=True)
		rows = [row for row in ledger.in_force(alone) if row.name == entry.name]
	if not rows:
		frappe.throw(
			_("Register entry {0} is taken back, or takes one back: its date stays as it is.").format(
				entry.number
			)
		)
	same_day = [row for row in rows if row.effective_date == getdate(entry.effective_date)]
	if entry.entry_type == ledger.OPENING:  # its import brought along many dates
		return [row for row in rows if row.name == entry.name]
	return same_day


def _refuse_overdrawn(rows: list[frappe._dict], day) -> None:
	ours = {row.name for row in rows}
	for member in {row[side] for row in rows for side in ("from_member", "to_member")} - {None, ""}:
		moves = [
			Movement.of({**row, "effective_date": day} if row.name in ours else row)
			for row in ledger.without_voided(ledger.movements(member=member, lock=True))
		]
		for movement, loser, _share_class, _held in overdrawn(moves):
			if loser == member:
				frappe.throw(
					_(
						"With this date, {0} would give away shares on {1} that were not held yet. Choose another date."
					).format(
						frappe.db.get_value("Member", member, "display_name"),
						formatdate(movement.effective_date),
					)
				)


def _written_again(rows: list[frappe._dict], day) -> dict[str, str]:
	"""{name of the entry before: of the entry with the new date}."""
	documents = {row.name: frappe.db.get_value(ledger.ENTRY, row.name, "reference_doctype") for row in rows}
	if ledger.are_newest(rows):
		ledger.take_back_newest(rows)
	else:
		for row in reversed(rows):
			ledger.reverse(
				row, held=True
			)  # `_refuse_overdrawn` has; they come back at once, with the right date
	return {
		row.name: ledger.post(
			row.cooperative,
			row.entry_type,
			row.share_class,
			row.quantity,
			row.unit_price,
			effective_date=day,
			from_member=row.from_member,
			to_member=row.to_member,
			reference_doctype=documents[row.name],
			reference=row.reference,
			to_share_class=row.to_share_class,
			to_quantity=row.to_quantity or 0,
			to_unit_price=row.to_unit_price or 0,
		)
		for row in rows
	}


def _document(entry: ShareRegisterEntry):
	if entry.reference_doctype in DATED:
		return frappe.get_doc(entry.reference_doctype, entry.reference, for_update=True)
	return None


def _follow(document, rows: list[frappe._dict], day) -> None:
	"""The document says the same date, and so do the books of a transaction."""
	document.db_set("effective_date", day)
	if document.doctype == transactions.TRANSACTION:
		owed = document.amount if document.transaction_type == transactions.SELL_BACK else 0
		books_of(document).move_capital(document, day, transactions.capital_of(rows), owed)
