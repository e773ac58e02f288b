"""Who leads an activity sees who comes, on the phone, and notes who was there: by a tap, or by scanning the other's code."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import add_days, cint, now_datetime

from coop_membership import host, signing
from coop_membership.activities import activities, eligibility, registrations, words
from coop_membership.doctypes import Member
from coop_membership.portal import sections
from coop_membership.portal.pages.agenda import CHECK_IN
from coop_membership.states.demands import PAID

PAST_DAYS, COMING_DAYS = 90, 120
LINE = "Member Line"


class Leading(sections.Section):
	name = "leading"
	template = "templates/includes/portal/leading.html"

	def title(self) -> str:
		return _("Activities I lead")

	def asks(self, member: Member) -> dict:
		table = frappe.qb.DocType(LINE)
		mine = (table.member == member.name) & (table.parenttype == "Activity")
		return {"leads": frappe.qb.from_(table).select(table.name).where(mine).limit(1)}

	def is_for(self, member: Member) -> bool:
		return bool(sections.told(member).leads)

	def words(self, member: Member) -> dict:
		scanned = scanned_place(member, frappe.form_dict.key)
		asked = scanned.activity if scanned else frappe.form_dict.activity
		led = [row for row in _led(member) if row.name == asked] or _led(member)[:0]
		chosen = led[0] if led else None
		return {
			"key_is_wrong": bool(frappe.form_dict.key) and not scanned,
			"scanned": _person(scanned) if scanned else None,
			"activity": _activity(chosen, member) if chosen else None,
			"people": _people(chosen.name) if chosen else [],
			"activities": [_activity(row, member) for row in _led(member)] if not chosen else [],
			"all": sections.address(self.name, member.name),
		}


def _led(member: Member) -> list[frappe._dict]:
	"""The activities that a member leads, the nearest day first; one that is asked for by name however old."""
	mine = {"member": member.name, "parenttype": "Activity", "parentfield": "leaders"}
	names = frappe.get_all(LINE, mine, pluck="parent")
	days = [add_days(now_datetime(), -PAST_DAYS), add_days(now_datetime(), COMING_DAYS)]
	near = {"name": ["in", names or [host.NOTHING]], "starts_on": ["between", days]}
	columns = ["name", "title", "starts_on", "ends_on", "place", "status", "taken", "waiting", "capacity"]
	found = frappe.get_all("Activity", near, columns, order_by="starts_on asc")
	asked = frappe.form_dict.activity
	if asked in names and asked not in [row.name for row in found]:
		found += frappe.get_all("Activity", {"name": asked}, columns)
	return found


def _activity(row: frappe._dict, member: Member) -> dict:
	return {
		"name": row.name,
		"title": _(row.title),
		"when": words.when(row.starts_on, row.ends_on),
		"at": _(row.place or ""),
		"cancelled": row.status == eligibility.CANCELLED,
		"taken": cint(row.taken),
		"capacity": cint(row.capacity),
		"waiting": cint(row.waiting),
		"link": sections.address("leading", member.name, activity=row.name),
		"to_note": registrations.may_be_noted(row.starts_on),
	}


def _people(activity: str) -> list[dict]:
	rows = frappe.get_all(
		registrations.REGISTRATION,
		{"activity": activity, "status": ["in", registrations.LIVE]},
		["name", "person_name", "status", "guests", "member", "amount", "fee", "position", "starts_on"],
		order_by="person_name asc",
	)
	paid = _paid([row.fee for row in rows if row.fee])
	return [{**_person(row), "pays": _pays(row, paid)} for row in rows]


def _person(row) -> dict:
	return {
		"place": row.name,
		"name": row.person_name,
		"guests": cint(row.guests),
		"waits": row.status == registrations.WAITING,
		"there": row.status == registrations.ATTENDED,
		"absent": row.status == registrations.ABSENT,
		"to_note": registrations.may_be_noted(row.starts_on),
	}


def _paid(fees: list[str]) -> set[str]:
	return set(
		frappe.get_all("Activity Fee", {"name": ["in", fees or [host.NOTHING]], "status": PAID}, pluck="name")
	)


def _pays(row, paid: set[str]) -> str:
	if not row.amount or row.status == registrations.WAITING:
		return ""
	if row.fee:
		return _("paid") if row.fee in paid else _("not paid yet")
	return _("pays on the spot")


def scanned_place(member: Member, key: str | None):
	"""The registration whose code was scanned, for a leader of its activity; None for anything else."""
	if not key:
		return None
	try:
		name = signing.read(CHECK_IN, key)
	except signing.BadKey:
		return None
	activity = frappe.db.get_value(registrations.REGISTRATION, name, "activity")
	if not activity or not activities.leads(frappe.get_doc("Activity", activity), [member]):
		return None
	return frappe.get_doc(registrations.REGISTRATION, name)
