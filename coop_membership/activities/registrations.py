"""A place in an activity: taken, waited for, given back, and whether somebody was there.

Whoever changes how many places are taken holds the activity's row first, so that of many at once each sees what the one
before has left. `taken` and the next position stand on that row: nothing is counted in rows that others write meanwhile.
"""

from __future__ import annotations

import datetime

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, getdate, now_datetime

from coop_membership import host, jobs, server_owned
from coop_membership.activities import eligibility, fees, places
from coop_membership.doctypes import Activity, ActivityRegistration, Member
from coop_membership.machines import rights
from coop_membership.messages import mail, timeline
from coop_membership.people import representatives

ACTIVITY, REGISTRATION, AUTHORIZATION = "Activity", "Activity Registration", "Equipment Authorization"
REGISTERED, WAITING, ATTENDED, ABSENT, CANCELLED = "Registered", "Waiting", "Attended", "Absent", "Cancelled"
THERE = (REGISTERED, ATTENDED, ABSENT)  # who has a place
LIVE = (*THERE, WAITING)
LATE = "registers_late"  # flag of a new registration: staff and leaders add somebody after the deadline


# --- taking a place ------------------------------------------------------------------------------


def register(
	activity: str | Activity,
	member: str | Member | None = None,
	guests: int = 0,
	late: bool = False,
	**person,
) -> ActivityRegistration:
	"""Give a Member, or the `person` (contact, or guest_name and guest_email), a place or a position on the waiting list.

	Returns the registration; the one that is there when there is one. `late`: also after the deadline. Raises a sentence
	when this person can't register. The caller checked who acts for whom.
	"""
	document = frappe.get_doc(
		{
			"doctype": REGISTRATION,
			"activity": _name(activity),
			"member": _name(member) if member else None,
			"guests": cint(guests),
			**person,
		}
	)
	key = key_of(document)
	if known := frappe.db.get_value(REGISTRATION, {"place_key": key}):
		return frappe.get_doc(REGISTRATION, known)
	document.flags[LATE] = late
	jobs.rehearse("one_place")
	try:
		return document.insert(ignore_permissions=True)  # see above
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		# the same person, at the same moment: the key is unique in the database
		jobs.forget("one_place")
		frappe.clear_last_message()
		name = frappe.db.get_value(REGISTRATION, {"place_key": key}, for_update=True)
		return frappe.get_doc(
			REGISTRATION, name, for_update=True
		)  # newer than what this transaction began with


def _name(document) -> str:
	return document if isinstance(document, str) else document.name


def key_of(document: ActivityRegistration) -> str:
	"""Who has, or waits for, a place: once for each activity."""
	who = document.member or document.contact or (document.guest_email or document.guest_name or "").lower()
	return f"{document.activity}:{who}"[:140]


def begin(document: ActivityRegistration) -> None:
	"""A new registration, whoever writes it: all that follows from activity and person. Locks the activity."""
	activity = lock(document.activity)
	member = frappe.get_doc("Member", document.member) if document.member else None
	who = eligibility.Candidate(member)
	check(document, activity, who)
	seats = seats_of(document)
	has_place = places.has_room(activity.capacity, activity.taken, seats, activity.waiting)
	server_owned.by_service(document)
	document.update(
		{
			"activity_title": activity.title,
			"starts_on": activity.starts_on,
			"cooperative": activity.cooperative,
			"person_name": _person_name(document, member),
			"status": REGISTERED if has_place else WAITING,
			"position": activity.next_position,
			"amount": eligibility.price(activity, who, document.guests),
			"registered_on": now_datetime(),
			"place_key": key_of(document),
			**dict.fromkeys(("fee", "noted_by", "status_reason", "reminded_on")),
		}
	)
	counted = {"next_position": cint(activity.next_position) + 1}
	counted |= {"taken": activity.taken + seats} if has_place else {"waiting": activity.waiting + 1}
	frappe.db.set_value(ACTIVITY, activity.name, counted, update_modified=False)


def check(document: ActivityRegistration, activity: Activity, who: eligibility.Candidate) -> None:
	"""Raise a sentence when a registration can't be made like this."""
	if not (who.member or document.contact or document.guest_name):
		frappe.throw(_("Say who comes: a member, a contact, or a name."))
	if frappe.db.exists(REGISTRATION, {"place_key": key_of(document)}):
		frappe.throw(_("This person is registered already."), frappe.DuplicateEntryError)
	if activity.status == eligibility.CANCELLED:
		frappe.throw(eligibility.closed(activity))
	if not document.flags.get(LATE) and (sentence := eligibility.closed(activity)):
		frappe.throw(sentence)
	if sentence := eligibility.refused(activity, who):
		frappe.throw(sentence)
	if cint(document.guests) > cint(activity.guests_allowed) or cint(document.guests) < 0:
		frappe.throw(_("Guests of each person: {0} at most.").format(cint(activity.guests_allowed)))
	if activity.capacity and seats_of(document) > activity.capacity:
		frappe.throw(_("Places in all: {0}. Bring fewer guests.").format(activity.capacity))


def placed(document: ActivityRegistration) -> None:
	"""After the insert: the fee, and the mail."""
	if document.status == REGISTERED:
		_welcome(document)
	else:
		mail.send("Activity Waiting List", document)


def _welcome(document: ActivityRegistration) -> None:
	fees.ask(document, frappe.get_doc(ACTIVITY, document.activity))
	mail.send("Activity Registration", document)


def lock(activity: str) -> Activity:
	"""Wait for whoever changes the places of an activity; its counters as they are saved by now."""
	found = frappe.get_doc(ACTIVITY, activity, for_update=True)
	found.update({field: cint(found.get(field)) for field in ("capacity", "taken", "waiting")})
	found.next_position = cint(found.next_position) or 1
	return found


def seats_of(document) -> int:
	return 1 + cint(document.guests)


def _person_name(document: ActivityRegistration, member: Member | None) -> str:
	if member:
		return member.display_name
	if document.contact:
		names = frappe.db.get_value("Contact", document.contact, ["first_name", "last_name"])
		return " ".join(filter(None, names))
	return document.guest_name


def follow_merge(member: Member, _method: str | None = None) -> None:
	"""Two records of one person became this Member: places of both are hers, and she takes no second one."""
	live = {"member": member.name, "status": ["in", LIVE]}
	for name in frappe.get_all(REGISTRATION, live, pluck="name", order_by="position"):
		document = frappe.get_doc(REGISTRATION, name)
		if not frappe.db.exists(REGISTRATION, {"place_key": key_of(document)}):
			document.db_set("place_key", key_of(document), update_modified=False)


# --- giving it back ------------------------------------------------------------------------------


def unregister(document: ActivityRegistration, reason: str = "", refund: bool | None = None) -> str:
	"""Give a place back; who waits moves up. Returns the status.

	`refund`: whether the fee is called off; None: when it is before the deadline. A second call finds it done.
	"""
	activity = lock(document.activity)
	host.lock(document)
	if document.status == CANCELLED:
		return document.status
	if document.status in (ATTENDED, ABSENT):
		frappe.throw(_("Attendance is noted already. Take that back first."))
	if refund is None:
		refund = now_datetime() <= eligibility.deadline(activity)
	cancel(document, reason, refund)
	promote(activity.name)
	return document.status


def unregister_member(activity: Activity, member: str) -> str:
	"""Give back the place of a Member at the desk: the fee is called off. Returns the status; Cancelled when there is none."""
	key = f"{activity.name}:{member}"[:140]
	name = frappe.db.get_value(REGISTRATION, {"place_key": key})
	return unregister(frappe.get_doc(REGISTRATION, name), refund=True) if name else CANCELLED


def cancel(document: ActivityRegistration, reason: str, refund: bool) -> None:
	"""Give a place back of an activity that the caller holds, and tell it; nobody moves up yet."""
	document.db_set({"status": CANCELLED, "status_reason": reason[:140] or None, "place_key": None})
	paid_back = fees.call_off(document.fee) if document.fee and refund else 0
	timeline.note(document, _("Cancelled: {0}").format(reason) if reason else _("Cancelled."))
	mail.send("Activity Cancelled", document, {"paid_back": paid_back, "reason": reason})


def promote(activity: str) -> list[str]:
	"""Count the places anew and give free ones to those who wait, in their order; returns their registrations.

	The activity's row is held by the caller.
	"""
	row = lock(activity)
	there = _seats(activity, THERE)
	waiting = _seats(activity, (WAITING,))
	taken = sum(seats for _name, seats in there)
	open_still = row.status == eligibility.PLANNED and get_datetime(row.starts_on) > now_datetime()
	moved = places.promoted(row.capacity, taken, waiting) if open_still else []
	seats = dict(waiting)
	counted = {
		"taken": taken + sum(seats[name] for name in moved),
		"waiting": len(waiting) - len(moved),
	}
	frappe.db.set_value(ACTIVITY, activity, counted, update_modified=False)
	for name in moved:
		document = frappe.get_doc(REGISTRATION, name)
		document.db_set("status", REGISTERED)
		timeline.note(document, _("A place became free."))
		_welcome(document)
	return moved


def _seats(activity: str, states: tuple[str, ...]) -> list[tuple[str, int]]:
	"""(registration, its seats) by position, as saved by now."""
	table = frappe.qb.DocType(REGISTRATION)
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.guests)
		.where((table.activity == activity) & table.status.isin(states))
		.orderby(table.position)
		.for_update()
	)
	return [(name, 1 + cint(guests)) for name, guests in query.run()]


# --- who was there -------------------------------------------------------------------------------


def may_be_noted(starts_on: datetime.datetime | str) -> bool:
	"""Whether the day of an activity has come: before, nobody can have been there or have stayed away."""
	return get_datetime(starts_on).date() <= getdate()


def note(document: ActivityRegistration, status: str) -> str:
	"""Note that somebody was there, was not, or that it is not known yet; returns the status.

	Who was there is given the rights of the activity, once; when it was a mistake, these are withdrawn. Never one's own.
	The caller checked that the user leads the activity, or may write registrations.
	"""
	host.lock(document)
	if status not in (REGISTERED, ATTENDED, ABSENT):
		frappe.throw(_("Say whether the person was there."))
	if document.status not in THERE:
		frappe.throw(_("{0} has no place in this activity.").format(document.person_name))
	if document.status == status:
		return status
	if status != REGISTERED and not may_be_noted(document.starts_on):
		frappe.throw(_("Nobody was there yet: attendance is noted from the day of the activity on."))
	if document.member and representatives.stands_for(document.member):
		frappe.throw(_("Somebody else has to note your own attendance."))
	document.db_set({"status": status, "noted_by": frappe.session.user if status != REGISTERED else None})
	_follow_attendance(document)
	return status


def _follow_attendance(document: ActivityRegistration) -> None:
	if not document.member:
		return
	table = frappe.qb.DocType(AUTHORIZATION)
	query = frappe.qb.from_(table).select(table.right, table.name)
	query = query.where((table.registration == document.name) & (table.status != rights.WITHDRAWN))
	given = dict(query.run())
	if document.status == ATTENDED:
		day = min(get_datetime(document.starts_on), now_datetime()).date()
		for row in frappe.get_doc(ACTIVITY, document.activity).grants:
			if row.right not in given:
				rights.grant(document.member, row.right, rights.ATTENDANCE, day, registration=document.name)
	else:
		for name in given.values():
			rights.withdraw(frappe.get_doc(AUTHORIZATION, name), _("Was not at the training."))
