"""A member's status, number and totals: always derived from the register, never entered."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership import host
from coop_membership.doctypes import Member
from coop_membership.register import ledger

CANDIDATE, ACTIVE, FORMER = "Candidate", "Active", "Former"


def refresh(member: str | Document) -> Document:
	"""Bring a Member, given by name or as read and locked, in line with the register; returns it as it is now.

	The number is given once, when the first shares become effective, and kept for a return. Called by the services
	that post register entries, inside their transaction, after the entry: the number's counter is locked already.
	"""
	doc = frappe.get_doc("Member", member, for_update=True) if isinstance(member, str) else member
	host.changes_from_here(doc)
	entries = ledger.movements(member=doc.name, lock=True)
	shares, value = ledger.totals(doc.name, entries)
	changes = {"total_shares": shares, "total_value": float(value)}
	if shares:
		changes |= {"status": ACTIVE, "left_on": None}
		if not doc.member_number:
			changes["member_number"] = ledger.take_number(doc.cooperative, "next_member_number")
		if not doc.joined_on:
			changes["joined_on"] = min(row.effective_date for row in entries)
	elif doc.member_number and doc.status != CANDIDATE:
		last = max(row.effective_date for row in entries)
		changes |= {"status": FORMER, "left_on": doc.left_on or last}
	changes = {field: new for field, new in changes.items() if doc.get(field) != new}
	if changes:
		doc.update(changes)
		# written past the form's checks: all of it follows from the register, which is its own history
		doc.db_set({**changes, "number_key": number_key(doc)})
	return doc


def is_active(member: Member) -> bool:
	"""True for who holds shares."""
	return member.status == ACTIVE


def has_left(member: Member) -> bool:
	"""True for who held shares once."""
	return member.status == FORMER


def number_key(doc) -> str | None:
	"""Unique in the database; on the number itself all candidates would share the 0 of an empty Int."""
	return f"{doc.cooperative}-{doc.member_number}" if doc.member_number else None


def refuse_by_hand(doc) -> None:
	"""Raise when a save outside the services changes what the register says."""
	if doc.flags.by_service:
		return
	before = doc.get_doc_before_save()
	for field in ("status", "member_number", "total_shares", "total_value", "cooperative"):
		was = before.get(field) if before else None
		if before and (was or None) != (doc.get(field) or None):
			frappe.throw(
				_("{0} follows from the register of operations and can't be changed by hand.").format(
					_(doc.meta.get_label(field))
				)
			)
