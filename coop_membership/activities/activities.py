"""An activity: whether it says what can be, repeated, called off, too few people, reminders."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, flt, get_datetime, now_datetime

from coop_membership import host, jobs
from coop_membership.activities import eligibility, places, registrations
from coop_membership.activities.registrations import ACTIVITY, REGISTRATION
from coop_membership.doctypes import Activity, Member
from coop_membership.machines import rights
from coop_membership.messages import mail, tasks, timeline
from coop_membership.values.text import is_web_address

MOST, MOST_DAYS = 60, 366  # repetitions at once; days between two of them
MOST_HOURS = 744  # a month before; what old rows ask beyond counts as that
MOST_MONEY, MOST_PEOPLE = 1_000_000, 100_000
YEARS = range(2000, 2101)
NEEDED = {
	eligibility.SHARE_CLASS: ("open_to_class", "Share Class"),
	eligibility.PLAN: ("open_to_plan", "Membership Plan"),
	eligibility.RIGHT: ("open_to_right", "Equipment Right"),
}


def check(activity: Activity) -> None:
	"""Raise a sentence when an activity says something that can't be."""
	_check_bounds(activity)
	starts_on, ends_on = get_datetime(activity.starts_on), get_datetime(activity.ends_on)
	if ends_on <= starts_on:
		frappe.throw(_("The end lies before the beginning. Correct one of them."))
	if activity.register_until and get_datetime(activity.register_until) > starts_on:
		frappe.throw(_("Registration has to end before the activity begins."))
	if activity.capacity and cint(activity.minimum) > cint(activity.capacity):
		frappe.throw(_("More people are needed than there are places."))
	if activity.capacity and cint(activity.capacity) < cint(activity.taken):
		frappe.throw(_("Places taken already: {0}. Offer at least as many.").format(activity.taken))
	for choice, (field, _doctype) in NEEDED.items():
		if activity.open_to != choice:
			activity.set(field, None)
		elif not activity.get(field):
			frappe.throw(_("Choose who may register: {0}.").format(_(activity.meta.get_label(field))))
	rights.check_same(activity, "grants")
	for row in activity.leaders:
		if frappe.db.get_value("Member", row.member, "cooperative") != activity.cooperative:
			frappe.throw(_("{0} belongs to another cooperative.").format(row.member))


def _check_bounds(activity: Activity) -> None:
	for field in ("starts_on", "ends_on"):
		if get_datetime(activity.get(field)).year not in YEARS:
			frappe.throw(_("Choose a day between the years {0} and {1}.").format(YEARS[0], YEARS[-1]))
	if not 0 <= cint(activity.remind_hours) <= MOST_HOURS:
		frappe.throw(_("People are reminded {0} hours before at most.").format(MOST_HOURS))
	if not 0 <= flt(activity.price) <= MOST_MONEY:
		frappe.throw(_("The price lies between 0 and {0}. Correct it.").format(MOST_MONEY))
	for field in ("capacity", "minimum", "guests_allowed"):
		if not 0 <= cint(activity.get(field)) <= MOST_PEOPLE:
			label = _(activity.meta.get_label(field))
			frappe.throw(_("{0} lies between 0 and {1}. Correct it.").format(label, MOST_PEOPLE))
	if activity.online_link and not is_web_address(activity.online_link):
		frappe.throw(_("The online link has to begin with https:// or http://."))


def changed(activity: Activity) -> None:
	"""After a save: registrations show the new title and hour, and free places go to those who wait."""
	before = activity.get_doc_before_save()
	if not before:
		return
	if (before.title, get_datetime(before.starts_on)) != (activity.title, get_datetime(activity.starts_on)):
		values = {"activity_title": activity.title, "starts_on": activity.starts_on, "reminded_on": None}
		frappe.db.set_value(REGISTRATION, {"activity": activity.name}, values, update_modified=False)
	if cint(before.capacity) != cint(activity.capacity):
		registrations.promote(activity.name)
		activity.reload()


def leads(activity: Activity, members: list[Member]) -> bool:
	"""True when one of these Members leads an activity; also once it is over."""
	named = {row.member for row in activity.leaders}
	return any(member.name in named for member in members)


def repeat(activity: Activity, every_days: int, times: int) -> list[str]:
	"""Make so many more of an activity, each so many days after the one before; returns their names."""
	if not 1 <= cint(every_days) <= MOST_DAYS or not 1 <= cint(times) <= MOST:
		frappe.throw(_("Say after how many days, and how many times: {0} at most.").format(MOST))
	first = get_datetime(activity.starts_on)
	ahead = first - get_datetime(activity.register_until) if activity.register_until else None
	days = places.repeated(first, get_datetime(activity.ends_on), cint(every_days), cint(times))
	names = []
	for starts_on, ends_on in days:
		following = frappe.copy_doc(activity)
		following.update(
			{
				"starts_on": starts_on,
				"ends_on": ends_on,
				"register_until": starts_on - ahead if ahead is not None else None,
			}
		)
		following.insert(ignore_permissions=True)  # the action asked for the right to write the first one
		following.db_set("series", activity.series or activity.name)
		names.append(following.name)
	if not activity.series:
		activity.db_set("series", activity.name)
	return names


def call_off(activity: Activity, reason: str) -> str:
	"""Cancel an activity: everybody is told, fees are called off and given back, once. Returns the status."""
	row = registrations.lock(activity.name)
	if row.status == eligibility.CANCELLED:
		return row.status
	if not (reason or "").strip():
		frappe.throw(_("Say why it is cancelled: everybody who is registered reads it."))
	host.lock(activity)
	activity.db_set({"status": eligibility.CANCELLED, "status_reason": reason.strip()[:140]})
	live = {"activity": activity.name, "status": ["in", (registrations.REGISTERED, registrations.WAITING)]}
	for name in frappe.get_all(REGISTRATION, live, pluck="name", order_by="position"):
		document = frappe.get_doc(REGISTRATION, name)
		host.lock(document)
		if document.status != registrations.CANCELLED:
			registrations.cancel(document, reason.strip(), refund=True)
	activity.db_set({"taken": 0, "waiting": 0})
	timeline.note(activity, _("Cancelled: {0}").format(reason.strip()))
	return activity.status


# --- by itself -----------------------------------------------------------------------------------


def hourly() -> None:
	"""Hourly job: call off what too few came for, and remind those who are expected."""
	jobs.each(_to_decide(), decide, "Activity not decided", ACTIVITY)
	jobs.each(_to_remind(), remind, "Activity not reminded of", REGISTRATION)


def _to_decide() -> list[str]:
	"""Activities to come that need a minimum, whose registration has just ended."""
	now = now_datetime()
	coming = {
		"status": eligibility.PLANNED,
		"minimum": [">", 0],
		"starts_on": [">", add_to_date(now, hours=-2)],
	}
	rows = frappe.get_all(ACTIVITY, coming, ["name", "register_until", "starts_on", "minimum", "taken"])
	return [
		row.name
		for row in rows
		if get_datetime(row.register_until or row.starts_on) <= now
		and places.falls_short(row.minimum, row.taken)
	]


def decide(name: str) -> str:
	"""Call an activity off when registration has ended and too few have a place; returns its status."""
	activity = registrations.lock(name)
	short = places.falls_short(cint(activity.minimum), activity.taken)
	if short and eligibility.deadline(activity) <= now_datetime():
		call_off(activity, _("Too few people have registered."))
		tasks.ask(activity, _("{0} is cancelled: too few people have registered.").format(activity.title))
	return activity.status


def _to_remind() -> list[str]:
	now = now_datetime()
	activity, table = frappe.qb.DocType(ACTIVITY), frappe.qb.DocType(REGISTRATION)
	query = (
		frappe.qb.from_(table)
		.join(activity)
		.on(activity.name == table.activity)
		.select(table.name, activity.starts_on, activity.remind_hours)
		.where((table.status == registrations.REGISTERED) & table.reminded_on.isnull())
		.where((activity.status == eligibility.PLANNED) & (activity.remind_hours > 0))
		.where((activity.starts_on > now) & (activity.starts_on < add_to_date(now, days=31)))
	)
	return [
		name
		for name, starts_on, hours in query.run()
		if get_datetime(starts_on) <= add_to_date(now, hours=min(hours, MOST_HOURS))
	]


def remind(name: str) -> bool:
	"""Remind one person, once; who registered within those hours has just had a mail."""
	document = frappe.get_doc(REGISTRATION, name, for_update=True)
	if document.reminded_on or document.status != registrations.REGISTERED:
		return False
	document.db_set("reminded_on", now_datetime())
	hours = min(cint(frappe.db.get_value(ACTIVITY, document.activity, "remind_hours")), MOST_HOURS)
	if get_datetime(document.registered_on) > add_to_date(document.starts_on, hours=-hours):
		return False
	return mail.send("Activity Reminder", document)
