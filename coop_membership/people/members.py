"""A member's status, number and totals: always derived from the register and from paid dues, never entered."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from coop_membership import host
from coop_membership.doctypes import Member
from coop_membership.register import imports, ledger, standing
from coop_membership.states.members import ACTIVE, CANDIDATE, FORMER


def refresh(member: str | Document) -> Document:
	"""Bring a Member, given by name or as read and locked, in line with the register; returns it as it is now.

	The number is given once, when the first shares become effective or the first dues are paid (where those make
	members, see register/standing.py), and kept for a return. Called by the services
	that post register entries, inside their transaction, after the entry: the number's counter is locked already.
	"""
	doc = frappe.get_doc("Member", member, for_update=True) if isinstance(member, str) else member
	entries = ledger.movements(member=doc.name, lock=True)
	shares, value = ledger.totals(doc.name, entries)
	changes = {"total_shares": shares, "total_value": float(value)}
	dues = None if shares or doc.merged_into else standing.by_dues(doc.name, doc.cooperative)
	if shares or (dues and dues.running):
		changes |= {"status": ACTIVE, "left_on": None}
		if not doc.member_number:
			changes["member_number"] = ledger.take_number(doc.cooperative, "next_member_number")
		if not doc.joined_on:
			first = dues.since if dues else min(row.effective_date for row in ledger.in_force(entries))
			changes["joined_on"] = first
	elif doc.merged_into or (doc.member_number and doc.status != CANDIDATE):
		ends = [*(row.effective_date for row in entries), *([dues.until] if dues else [])]
		last = max(ends, default=getdate())
		changes |= {"status": FORMER, "left_on": doc.left_on or last}
	return _write(doc, changes)


def _write(doc: Document, changes: dict) -> Document:
	"""Written past the form's checks: all of it follows from the register, which is its own history."""
	changes = {field: new for field, new in changes.items() if doc.get(field) != new}
	if changes:
		host.changes_from_here(doc)
		doc.update(changes)
		doc.db_set({**changes, "number_key": number_key(doc)})
	return doc


def undo_payment(doc: Document, number_back: bool) -> Document:
	"""Bring a Member, read and locked, in line after shares were taken back that were never paid for.

	Who holds none besides and never did is a candidate again; who had left before has left again. `number_back`: the
	member number is given up, to be used again, when these shares had brought it and it is the last one given; else
	it is kept for the day the member really pays.
	"""
	rows = ledger.movements(member=doc.name, lock=True)
	shares, value = ledger.totals(doc.name, rows)
	entries = ledger.in_force(rows)
	dates = [row.effective_date for row in entries]
	dues = None if shares else standing.by_dues(doc.name, doc.cooperative)
	changes: dict = {"total_shares": shares, "total_value": float(value)}
	if shares:
		changes["joined_on"] = min([*dates, doc.joined_on] if was_brought_along(doc) else dates)
	elif dues and dues.running:
		changes |= {"status": ACTIVE, "left_on": None, "joined_on": min([*dates, dues.since])}
	elif dues and not entries:
		changes |= {"status": FORMER, "left_on": dues.until, "joined_on": dues.since}
	elif entries or was_brought_along(doc):
		changes |= {"status": FORMER, "left_on": max(dates, default=doc.left_on)}
		changes["joined_on"] = min(dates) if dates and not was_brought_along(doc) else doc.joined_on
	else:
		changes |= {"status": CANDIDATE, "joined_on": None, "left_on": None}
		if number_back and ledger.give_number_back(doc.cooperative, "next_member_number", doc.member_number):
			changes["member_number"] = 0
	return _write(doc, changes)


def has_newest_number(member: Member) -> bool:
	"""True when the member's number is the last one given."""
	following = frappe.db.get_value("Cooperative", member.cooperative, "next_member_number", for_update=True)
	return int(following or 1) == (member.member_number or 0) + 1


def was_brought_along(member: Member) -> bool:
	"""True for who was a member before the register was kept here: number and dates were not given by us."""
	return bool(member.member_number) and member.member_number <= imports.brought_along(member.cooperative)


def is_active(member: Member) -> bool:
	"""True for who is a member today."""
	return member.status == ACTIVE


def has_left(member: Member) -> bool:
	"""True for who was a member once."""
	return member.status == FORMER


def number_key(doc) -> str | None:
	"""Unique in the database; on the number itself all candidates would share the 0 of an empty Int."""
	return f"{doc.cooperative}-{doc.member_number}" if doc.member_number else None
