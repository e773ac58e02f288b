"""Rights to use machines: given, renewed by use, withdrawn, ended. Each is a document of its own that stays."""

from __future__ import annotations

import datetime

import frappe
from frappe import _
from frappe.utils import cint, getdate, today

from coop_membership import host, server_owned
from coop_membership.doctypes import Equipment, EquipmentAuthorization, EquipmentRight, Member
from coop_membership.machines import access, rules
from coop_membership.machines.access import AUTHORIZATION, RIGHT
from coop_membership.messages import timeline
from coop_membership.people import representatives
from coop_membership.states.members import FORMER

MOST_AHEAD, MOST_REMEMBERED = 366, 1440  # days; minutes
LONGEST = 3660  # units that a right may count: no calendar ends before
MANAGER, TRAINER, ATTENDANCE = "Manager", "Trainer", "Attendance"
VALID, EXPIRED, WITHDRAWN = "Valid", "Expired", "Withdrawn"


# --- giving --------------------------------------------------------------------------------------


def grant(
	member: str, right: str, source: str, granted_on=None, remarks: str | None = None, **origin
) -> EquipmentAuthorization:
	"""Give a right to a Member from a day on (today); `origin`: further fields that say where it comes from.

	The caller checked who may give it. Raises the sentences of `check`.
	"""
	document = frappe.get_doc(
		{
			"doctype": AUTHORIZATION,
			"member": member,
			"right": right,
			"granted_on": granted_on or today(),
			"remarks": remarks,
			"source": source,
			"granted_by": frappe.session.user,
			**origin,
		}
	)
	return server_owned.by_service(document).insert(ignore_permissions=True)  # see above


def grant_as_trainer(trainers: list[Member], equipment: Equipment, member: Member, right: str) -> str:
	"""Give a right of a machine to a Member, as one of its trainers; returns the authorization's name.

	`trainers`: who the session's user is. Raises a sentence for a machine that names none of them, or another right.
	"""
	if not is_trainer(trainers, equipment):
		frappe.throw(_("You are not a trainer of this machine."), frappe.PermissionError)
	if right not in access.rights_needed(equipment):
		frappe.throw(_("This right is not one of this machine."), frappe.PermissionError)
	return grant(member.name, right, TRAINER).name


def is_trainer(members: list[Member], equipment: Equipment) -> bool:
	"""True when one of these Members, in good standing, is named as a trainer of a machine."""
	named = {row.member for row in equipment.trainers}
	return any(one.name in named and not access.in_good_standing(one) for one in members)


def begin(document: EquipmentAuthorization) -> None:
	"""A new authorization, whoever writes it: its cooperative, its last day, who gives it."""
	document.cooperative = frappe.db.get_value("Member", document.member, "cooperative")
	document.member_name = frappe.db.get_value("Member", document.member, "display_name")
	document.granted_by = document.granted_by or frappe.session.user
	document.granted_on = document.granted_on or today()
	right = frappe.get_cached_doc(RIGHT, document.right)
	document.valid_until = last_day_of(right, getdate(document.granted_on))
	over = document.valid_until and document.valid_until < getdate()
	document.status = EXPIRED if over else VALID
	check(document, right)


def check(document: EquipmentAuthorization, right: EquipmentRight) -> None:
	"""Raise a sentence when a right can't be given like this."""
	if right.cooperative != document.cooperative:
		frappe.throw(_("The right {0} is one of another cooperative.").format(right.title))
	if right.disabled:
		frappe.throw(_("The right {0} is no longer given.").format(right.title))
	if getdate(document.granted_on) > getdate():
		frappe.throw(_("A right can't be given on a day to come. Choose today or an earlier day."))
	member = frappe.db.get_value("Member", document.member, ["status", "display_name"], as_dict=True)
	if member.status == FORMER:
		frappe.throw(_("{0} has left and can't be given a right.").format(member.display_name))
	if representatives.stands_for(document.member):
		frappe.throw(_("Nobody gives a right to themselves. Ask another trainer or manager."))
	if document.source != ATTENDANCE:  # who was at a training was there; the machine asks for the rest
		_check_first_needed(document, right)


def _check_first_needed(document: EquipmentAuthorization, right: EquipmentRight) -> None:
	needed = [one for one in rules.all_needed([right.name], access.FirstNeeded()) if one != right.name]
	held = access.rights_held(document.member, needed)
	if lacking := rules.missing(needed, held, getdate(document.granted_on)):
		names = ", ".join(access.title_of(reason.right) for reason in lacking)
		frappe.throw(_("{0} comes first. Give that right before this one.").format(names))


def last_day_of(right: EquipmentRight, since: datetime.date) -> datetime.date | None:
	"""The last day of a right that is given, or used, on a day; None when it never ends."""
	ends_on = getdate(right.ends_on) if right.ends_on else None
	return rules.last_day(right.ends, since, right.valid_for, right.valid_for_unit, ends_on)


# --- and after -----------------------------------------------------------------------------------


def withdraw(document: EquipmentAuthorization, reason: str) -> str:
	"""Take a right away from today on, for a reason that everybody concerned can read; returns its status."""
	host.lock(document)
	if document.status == WITHDRAWN:
		return document.status
	if not (reason or "").strip():
		frappe.throw(_("Say why the right is withdrawn."))
	document.db_set(
		{
			"status": WITHDRAWN,
			"withdrawn_on": today(),
			"withdrawn_by": frappe.session.user,
			"withdrawn_reason": reason.strip()[:140],
		}
	)
	timeline.note(document, _("Withdrawn: {0}").format(reason.strip()))
	return document.status


def used(member: str, equipment: Equipment, on=None) -> int:
	"""A Member has really used a machine: rights that last by use last longer; returns how many.

	What is over is not renewed, and a use to come counts for nothing.
	"""
	day, renewed = getdate(on), 0
	if day > getdate():
		return 0
	for name in _counting(member, access.rights_needed(equipment), day):
		document = frappe.get_doc(AUTHORIZATION, name, for_update=True)
		right = frappe.get_cached_doc(RIGHT, document.right)
		values = {"last_used_on": max(day, getdate(document.last_used_on or day))}
		if rules.is_renewed(right.ends, right.renewed_by_use):
			until = last_day_of(right, day)
			values["valid_until"] = max(until, getdate(document.valid_until or until))
		changed = {field for field, value in values.items() if _day(document.get(field)) != value}
		if changed:
			document.db_set(values)
			renewed += "valid_until" in changed
	return renewed


def _day(value) -> datetime.date | None:
	return getdate(value) if value else None


def _counting(member: str, rights: list[str], day: datetime.date) -> list[str]:
	"""The authorizations that make these rights count on a day."""
	table = frappe.qb.DocType(AUTHORIZATION)
	query = (
		frappe.qb.from_(table)
		.select(table.name)
		.where(
			(table.member == member) & table.right.isin(rights or [host.NOTHING]) & (table.granted_on <= day)
		)
		.where(table.valid_until.isnull() | (table.valid_until >= day))
		.where(table.withdrawn_on.isnull())
		.orderby(table.name)
	)
	return [name for (name,) in query.run()]


def daily() -> None:
	"""Daily job: what is over says so. `access` judges by the days, whether this ran or not."""
	table = frappe.qb.DocType(AUTHORIZATION)
	over = (table.status == VALID) & (table.valid_until < today())
	frappe.qb.update(table).set(table.status, EXPIRED).where(over).run()


# --- what a right and a machine may say ----------------------------------------------------------


def check_right(right: EquipmentRight) -> None:
	"""Raise a sentence when an Equipment Right says something that can't be."""
	if right.ends in (rules.AFTER, rules.UNUSED) and (right.valid_for or 0) < 1:
		frappe.throw(_("Say for how long the right counts: at least 1."))
	if cint(right.valid_for) > LONGEST:
		frappe.throw(_("A right counts for {0} days, months or years at most.").format(LONGEST))
	if right.ends == rules.ON_DATE and not right.ends_on:
		frappe.throw(_("Say until which day the right counts."))
	check_same(right, "prerequisites")
	first = {right.name: [row.right for row in right.prerequisites]}
	others = {"cooperative": right.cooperative, "name": ["!=", right.name or ""]}
	for name in frappe.get_all(RIGHT, others, pluck="name"):
		first[name] = [row.right for row in frappe.get_cached_doc(RIGHT, name).prerequisites]
	if rules.has_circle(first):
		frappe.throw(_("These rights need one another. Take one of them off the list."))


def check_machine(equipment: Equipment) -> None:
	"""Raise a sentence when an Equipment says something that can't be."""
	check_same(equipment, "needs")
	for row in equipment.trainers:
		if frappe.db.get_value("Member", row.member, "cooperative") != equipment.cooperative:
			frappe.throw(_("{0} belongs to another cooperative.").format(row.member))
	if equipment.bookable and not (
		equipment.slot_minutes and equipment.first_hour < equipment.last_hour <= 24
	):
		frappe.throw(_("Say how long a slot is, and between which hours of the day there are any."))
	if not 0 <= cint(equipment.days_ahead) <= MOST_AHEAD:
		frappe.throw(_("Slots can be booked {0} days ahead at most.").format(MOST_AHEAD))
	if not 0 <= cint(equipment.cache_minutes) <= MOST_REMEMBERED:
		frappe.throw(_("A reader remembers an answer for {0} minutes at most.").format(MOST_REMEMBERED))


def check_same(document, table: str) -> None:
	"""Raise a sentence when a list of rights names one of another cooperative, or one twice."""
	names = [row.right for row in document.get(table)]
	for name in names:
		if frappe.get_cached_value(RIGHT, name, "cooperative") != document.cooperative:
			frappe.throw(_("The right {0} is one of another cooperative.").format(access.title_of(name)))
		if names.count(name) > 1:
			frappe.throw(_("{0} is listed twice.").format(access.title_of(name)))
