"""Shares whose payment belonged to somebody else: what they have caused, and how that is taken back."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import formatdate

from coop_membership.accounting.demands import Caused, Obstacle
from coop_membership.doctypes import Member, ShareSubscription
from coop_membership.payments.demands import application_unpaid
from coop_membership.people import members
from coop_membership.prints import wording
from coop_membership.register import ledger
from coop_membership.states.transactions import OPEN

MAILS = ("Certificate", "Share Increase")
MEMBER_STATE = ("status", "member_number", "joined_on", "left_on", "total_shares", "total_value")


def caused(subscription: ShareSubscription, numbers_back: bool) -> Caused:
	"""As `Demand.caused`, for a Share Subscription whose shares are issued."""
	entries = ledger.entries_of(subscription.name)
	member = frappe.get_doc("Member", subscription.member)
	names = {row.name for row in entries}
	others = [row for row in ledger.in_force(ledger.movements(member=member.name)) if row.name not in names]
	reusable = _may_reuse(entries, member, others)
	facts = [
		_("Register entry {0}: {1} × {2} for {3}, effective on {4}.").format(
			row.number,
			row.quantity,
			_(frappe.get_cached_value("Share Class", row.share_class, "title")),
			member.display_name,
			formatdate(row.effective_date),
		)
		for row in entries
	]
	facts += [
		_(
			"The transaction {0} over {1} waits. It is refused if they are not there when it is executed."
		).format(row.name, wording.shares(row.quantity))
		for row in frappe.get_all(
			"Share Transaction",
			{"member": member.name, "status": ["in", OPEN]},
			["name", "quantity"],
			order_by="name",
		)
	]
	if member.member_number and not others and not members.was_brought_along(member):
		facts.append(
			_("{0} became a member with number {1}.").format(member.display_name, member.member_number)
		)
	undoing = [
		*_about_numbers(entries, numbers_back and reusable),
		_about_member(member, others, numbers_back and reusable),
	]
	since = min((frappe.db.get_value(ledger.ENTRY, name, "posted_on") for name in names), default=None)
	return Caused(tuple(facts), tuple(undoing), obstacles(entries), since, MAILS, reusable)


def _may_reuse(entries: list[frappe._dict], member: Member, others: list[frappe._dict]) -> bool:
	"""The entries are the newest, and so is the member number unless the member has it for other shares."""
	if not ledger.are_newest(entries):
		return False
	return bool(others) or members.was_brought_along(member) or members.has_newest_number(member)


def _about_numbers(entries: list[frappe._dict], removed: bool) -> list[str]:
	numbers = ", ".join(str(row.number) for row in entries)
	if not numbers:
		return []
	if removed:
		return [_("Register entry {0} is removed; the next operation gets its number.").format(numbers)]
	return [
		_("Register entry {0} is taken back by an entry the other way; the numbers go on.").format(numbers)
	]


def _about_member(member: Member, others: list[frappe._dict], numbers_back: bool) -> str:
	name, number = member.display_name, member.member_number
	if shares := ledger.totals(member.name, others)[0]:
		return _("{0} stays a member, with {1}.").format(name, wording.shares(shares))
	if others or members.was_brought_along(member):
		return _("{0} is a former member again, with number {1}.").format(name, number)
	if numbers_back:
		return _("{0} is a candidate again; the next member gets number {1}.").format(name, number)
	return _("{0} is a candidate again, and keeps number {1} for the day the shares are paid.").format(
		name, number
	)


def obstacles(entries: list[frappe._dict]) -> tuple[Obstacle, ...]:
	"""Why shares can't be taken back: the operations by which they went on, each with the document to cancel first."""
	return tuple(_went_on(row) for row in ledger.in_the_way(entries))


def _went_on(row: frappe._dict) -> Obstacle:
	what = (
		row.number,
		_(row.entry_type, context="Share Register Entry"),
		formatdate(row.effective_date),
		wording.shares(abs(row.quantity)),
	)
	if row.reference_doctype == "Share Transaction":
		sentence = _(
			"The shares went on since: register entry {0} ({1}) of {2} over {3}. Cancel the transaction {4} first."
		)
		return Obstacle(sentence.format(*what, row.reference), row.reference_doctype, row.reference)
	sentence = _(
		"The shares went on since: register entry {0} ({1}) of {2} over {3}. Take that operation back first."
	)
	return Obstacle(sentence.format(*what), ledger.ENTRY, row.name)


def undo(subscription: ShareSubscription, numbers_back: bool) -> dict:
	"""As `Demand.undo`: the shares leave the register, the member is what it was before, the request waits again."""
	entries = ledger.entries_of(subscription.name)
	member = frappe.get_doc("Member", subscription.member, for_update=True)
	counters = ["next_register_number", "next_member_number"]
	kept = {
		"entries": [frappe.db.get_value(ledger.ENTRY, row.name, "*", as_dict=True) for row in entries],
		"member": {"name": member.name, **{field: member.get(field) for field in MEMBER_STATE}},
		"counters": frappe.db.get_value("Cooperative", subscription.cooperative, counters, as_dict=True),
		"subscription": {field: subscription.get(field) for field in ("status", "effective_date")},
	}
	if stopped := obstacles(entries):
		frappe.throw("<br>".join(obstacle.sentence for obstacle in stopped))
	if numbers_back:
		ledger.take_back_newest(entries)
	else:
		kept["reversals"] = [ledger.reverse(row) for row in reversed(entries)]
	members.undo_payment(member, numbers_back)
	_unpaid(subscription)
	return kept


def _unpaid(subscription: ShareSubscription) -> None:
	subscription.db_set("effective_date", None)
	application_unpaid(subscription)
