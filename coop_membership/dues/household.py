"""A household or an organisation: the dues of one, its head, cover further members, each with a number and a login of their own.

Whom they cover, and for which days, stands in Dues Cover, which this module alone writes; what follows from it is computed where
that of one's own dues is (register/standing.py). Who may is the caller's matter: a manager, or the head on the own pages;
whoever is new to us confirms their mailbox first (joining/households.py).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import add_days, cint, formatdate, get_url, getdate, today

from coop_membership import server_owned
from coop_membership.doctypes import Member
from coop_membership.dues import belonging, renewal
from coop_membership.dues.demand import DUES
from coop_membership.messages import mail, timeline
from coop_membership.prints.wording import long_date
from coop_membership.register import ledger, standing
from coop_membership.register.covering import places
from coop_membership.states.applications import OPEN as APPLIED
from coop_membership.states.demands import LIVE

COVER = standing.COVER


def people(head: str) -> list[frappe._dict]:
	"""Whom a Member covers today or will: name, member, member_name, from_date, to_date; in the order they came."""
	fields = ["name", "member", "member_name", "from_date", "to_date"]
	rows = frappe.get_all(COVER, {"head": head}, fields, order_by="from_date asc, member asc")
	return [row for row in rows if _goes_on(row)]


def head_of(member: str) -> frappe._dict | None:
	"""By whom a Member is covered today or will be: name, head, head_name, from_date, to_date; the last one of several."""
	fields = ["name", "head", "head_name", "from_date", "to_date"]
	rows = frappe.get_all(COVER, {"member": member}, fields, order_by="from_date desc")
	return next((row for row in rows if _goes_on(row)), None)


def _goes_on(row) -> bool:
	"""True for a cover that has not ended; one that was called off before its first day never was."""
	return not row.to_date or getdate(row.to_date) >= max(getdate(), getdate(row.from_date))


def covered_people(head: str) -> int:
	"""How many people the running or open dues of a Member cover, who pays included; 1 without such dues."""
	there = {"member": head, "docstatus": 1, "status": ["in", LIVE], "to_date": [">=", today()]}
	return max([1, *map(cint, frappe.get_all(DUES, there, pluck="covers"))])


def free_places(head: str, but: str | None = None) -> int:
	"""How many people a Member may still add; who was asked and has not been admitted yet takes a place, but for `but`."""
	waiting = {"covered_by": head, "status": ["in", APPLIED]}
	if but:
		waiting["name"] = ["!=", but]
	taken = len(people(head)) + frappe.db.count("Membership Application", waiting)
	return places(covered_people(head)) - taken


def check(head: Member, but: str | None = None) -> None:
	"""Raise a sentence when a Member's dues have no place for one person more; `but`: the request of that person."""
	if above := head_of(head.name):
		frappe.throw(
			_("From {0} on, {1} pays. People are added there.").format(
				formatdate(above.from_date), above.head_name
			)
		)
	if free_places(head.name, but) > 0:
		return
	covers = covered_people(head.name)
	if covers < 2:
		frappe.throw(
			_("The dues of {0} cover one person. Renew them with a plan for several people first.").format(
				head.display_name
			)
		)
	frappe.throw(
		_("The dues of {0} cover {1} people, and no place is left. Take somebody out first.").format(
			head.display_name, covers
		)
	)


def cover(head: Member, member: Member, request: str | None = None) -> str:
	"""Cover a Member by the dues of another from today on; returns the name of the cover. A second call finds the first.

	Open dues of the member's own, of which nothing is paid, are called off. `request`: the application that brought them.
	Raises a sentence for whatever stands against it.
	"""
	_lock(head, member)
	found = head_of(member.name)
	if found and found.head == head.name:
		return found.name
	if found:
		frappe.throw(
			_("{0} is covered by the dues of {1} already. Take them out there first.").format(
				member.display_name, found.head_name
			)
		)
	if member.name == head.name or member.cooperative != head.cooperative:
		frappe.throw(_("Choose another member of the same cooperative."))
	if any(one.merged_into or one.erased_on for one in (head, member)):
		frappe.throw(_("This record is not used any more. Choose another member."))
	if people(member.name):
		frappe.throw(
			_("The dues of {0} cover other people. Take these out first.").format(member.display_name)
		)
	check(head, request)
	renewal.call_off(member)
	made = _write(head, member.name, getdate())
	timeline.note(head, _("The dues of {0} cover {1}.").format(head.display_name, member.display_name))
	timeline.note(member, _("The dues of {0} cover {1}.").format(head.display_name, member.display_name))
	belonging.bring_in(made)
	return made.name


def detach(member: Member) -> None:
	"""Cover a Member no more, from today on: they pay their own dues, or leave. A second call finds nothing to do."""
	_lock(member)
	for row in frappe.get_all(COVER, {"member": member.name}, ["name", "head_name", "from_date", "to_date"]):
		if _goes_on(row):
			frappe.db.set_value(COVER, row.name, "to_date", add_days(today(), -1))
			timeline.note(
				member,
				_("The dues of {0} do not cover {1} any more.").format(row.head_name, member.display_name),
			)
			_tell(
				member,
				lambda head=row.head_name: _(
					"From today on, the dues of {0} do not cover you any more. You can pay your own."
				).format(head),
			)
	belonging.keep_up(member.name)


def change_head(head: Member, member: Member) -> datetime.date:
	"""Let one of those who are covered pay from the next period on; returns its first day.

	What is paid covers everybody until its last day; what was asked for and is not paid is called off. Raises a sentence when
	the member is not covered, or a part is paid.
	"""
	_lock(head, member)
	there = people(head.name)
	if member.name not in {row.member for row in there} or any(row.to_date for row in there):
		frappe.throw(_("{0} is not covered by these dues.").format(member.display_name))
	renewal.call_off(head)
	last = renewal.paid_until(head) or getdate(add_days(today(), -1))
	first = getdate(add_days(last, 1))
	for row in there:
		frappe.db.set_value(COVER, row.name, "to_date", last)
		if row.member != member.name:
			_write(member, row.member, first)
	_write(member, head.name, first)
	for one in (head, member):
		timeline.note(
			one,
			_("From {0} on, {1} pays the dues instead of {2}.").format(
				formatdate(first), member.display_name, head.display_name
			),
		)
	_tell(
		member,
		lambda: _("From {0} on, you pay the dues instead of {1}.").format(
			long_date(first), head.display_name
		),
	)
	_tell(
		head,
		lambda: _("From {0} on, {1} pays the dues instead of you.").format(
			long_date(first), member.display_name
		),
	)
	for name in (head.name, *(row.member for row in there)):
		belonging.keep_up(name)
	return first


def _tell(member: Member, change: Callable[[], str]) -> None:
	"""Write to somebody whose dues somebody else pays from now on, or no more."""
	mail.send("Household Changed", member, lambda: {"change": change(), "link": get_url("/membership/dues")})


def follow_merge(member: Member, method: str | None = None) -> None:
	"""Doc event: of two records of one person, neither covers the other any more."""
	for name in frappe.get_all(COVER, {"member": member.name, "head": member.name}, pluck="name"):
		frappe.db.delete(COVER, {"name": name})


def _write(head: Member, member: str, first: datetime.date):
	made = frappe.get_doc(
		{
			"doctype": COVER,
			"cooperative": head.cooperative,
			"head": head.name,
			"member": member,
			"from_date": first,
		}
	)
	# the callers checked who decides
	return server_owned.by_service(made).insert(ignore_permissions=True)


def _lock(*members: Member) -> None:
	"""The cooperative's row is locked before those of members."""
	ledger.lock(members[0].cooperative)
	for one in sorted(members, key=lambda one: one.name):
		frappe.db.get_value("Member", one.name, "name", for_update=True)
