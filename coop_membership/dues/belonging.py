"""What dues make of a member where they make members (register/standing.py): a number, a card, an account, an end.

Called with the dues locked; then the cooperative's row is locked, then the member's.
"""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import getdate

from coop_membership import host
from coop_membership.doctypes import DuesCover, Member, Membership
from coop_membership.messages import mail, tasks
from coop_membership.payments.demands import application_paid, application_unpaid
from coop_membership.people import accounts, members
from coop_membership.register import ledger, standing
from coop_membership.states.members import ACTIVE

MAILS = ("Membership Confirmed", "Membership Card")
MEMBER_STATE = ("status", "member_number", "joined_on", "left_on")


@dataclass(frozen=True)
class Brought:
	"""A sentence each: that the dues made a member, and what becomes of that when they are taken back."""

	fact: str
	undoing: str


def follow(membership: Membership) -> bool:
	"""Bring the member in line with these dues; False where dues make no members."""
	if not standing.counts_dues(membership.cooperative):
		return False
	members.refresh(_locked(membership.cooperative, membership.member))
	for cover in _covered_by(membership.member):
		bring_in(cover)
	return True


def _covered_by(head: str) -> list[DuesCover]:
	"""Whom the dues of a Member cover, also from a later day on."""
	rows = frappe.get_all(standing.COVER, {"head": head}, ["name", "from_date", "to_date"])
	there = [row.name for row in rows if not row.to_date or getdate(row.to_date) >= getdate()]
	return [frappe.get_doc(standing.COVER, name) for name in sorted(there)]


def bring_in(cover: DuesCover) -> None:
	"""Bring who is covered in line with the dues that cover them: paid, they make a member, with a card and an account."""
	if not standing.counts_dues(cover.cooperative):
		return
	member = _locked(cover.cooperative, cover.member)
	was = member.status
	if members.refresh(member).status == ACTIVE and was != ACTIVE:
		mail.send("Membership Card", cover)
		accounts.grant_when(accounts.ON_PAYMENT, cover.cooperative, cover.member)


def keep_up(member: str) -> None:
	"""Bring a Member in line after a cover has ended or changed hands."""
	cooperative = frappe.db.get_value("Member", member, "cooperative")
	if standing.counts_dues(cooperative):
		members.refresh(_locked(cooperative, member))


def welcome(membership: Membership) -> None:
	"""The dues are paid for the first time: card, account, and the request that asked for them."""
	if asked_alone(membership):
		application_paid(membership)
		_tell_paid(membership)
	mail.send("Membership Card", membership)
	accounts.grant_when(accounts.ON_PAYMENT, membership.cooperative, membership.member)


def asked_alone(membership: Membership) -> bool:
	"""True when a request asked for these dues and nothing else; with shares, it waits for those."""
	asked = {"application": membership.application, "docstatus": 1}
	return bool(membership.application) and not frappe.db.exists("Share Subscription", asked)


def _tell_paid(membership: Membership) -> None:
	"""The managers did not see this member come."""
	approval = frappe.get_cached_value("Cooperative", membership.cooperative, "approval")
	if approval == "Automatic when paid":
		tasks.tell(membership, _("{0} has paid online and is a member.").format(membership.member_name))


def may_reuse_number(membership: Membership) -> bool:
	"""True when these dues alone brought the member number, and it is the last one given."""
	member = frappe.get_doc("Member", membership.member)
	return _made_by(membership, member) and members.has_newest_number(member)


def brought(membership: Membership, number_back: bool) -> Brought | None:
	"""What is to be told before the payment of these dues is taken back; None when they made no member."""
	member = frappe.get_doc("Member", membership.member)
	if not _made_by(membership, member):
		return None
	name, number = member.display_name, member.member_number
	gone = (
		_("{0} is a candidate again; the next member gets number {1}.")
		if number_back
		else _("{0} is a candidate again, and keeps number {1} for the day the dues are paid.")
	)
	return Brought(_("{0} became a member with number {1}.").format(name, number), gone.format(name, number))


def _made_by(membership: Membership, member: Member) -> bool:
	"""True when nothing but these dues makes the member one."""
	if not member.member_number or member.total_shares or not standing.counts_dues(membership.cooperative):
		return False
	others = {
		"member": member.name,
		"docstatus": 1,
		"effective_date": ["is", "set"],
		"name": ["!=", membership.name],
	}
	return not (
		frappe.db.exists(standing.DUES, others)
		or ledger.movements(member=member.name)
		or members.was_brought_along(member)
	)


def undo(membership: Membership, numbers_back: bool) -> dict:
	"""The payment was somebody else's: the member is what it was before. Returns what that was."""
	if not standing.counts_dues(membership.cooperative):
		return {}
	member = _locked(membership.cooperative, membership.member)
	kept = {"name": member.name, **{field: member.get(field) for field in MEMBER_STATE}}
	members.undo_payment(member, numbers_back)
	for cover in _covered_by(membership.member):
		members.undo_payment(_locked(cover.cooperative, cover.member), False)
	if asked_alone(membership):
		application_unpaid(membership)
	return {"member": kept}


def ended() -> list[str]:
	"""Members whose dues have run out, and who hold no shares."""
	names = []
	for cooperative in frappe.get_all("Cooperative", pluck="name"):
		if standing.counts_dues(cooperative):
			out = [name for name, dues in standing.all_by_dues(cooperative).items() if not dues.running]
			there = {"name": ["in", out or [host.NOTHING]], "status": ACTIVE, "total_shares": 0}
			names += frappe.get_all("Member", there, pluck="name", order_by="name")
	return names


def leave(member: str) -> None:
	"""Daily job's part for one of them."""
	keep_up(member)


def _locked(cooperative: str, member: str) -> Member:
	ledger.lock(cooperative)
	return frappe.get_doc("Member", member, for_update=True)
