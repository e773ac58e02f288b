"""What is going on: the activities between two days, and which of them somebody is registered for. A few queries in all."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime, get_url, now_datetime, strip_html

from coop_membership import host
from coop_membership.activities import eligibility, ical, registrations, words
from coop_membership.activities.registrations import ACTIVITY, REGISTRATION
from coop_membership.doctypes import Member

FIELDS = (
	"name",
	"cooperative",
	"title",
	"activity_type",
	"starts_on",
	"ends_on",
	"place",
	"online_link",
	"status",
	"status_reason",
	"text",
	"open_to",
	"open_to_class",
	"open_to_plan",
	"open_to_right",
	"register_until",
	"capacity",
	"minimum",
	"taken",
	"waiting",
	"guests_allowed",
	"price",
	"free_on_plan",
	"on_website",
	"modified",
)
KEPT_DAYS = 60  # a calendar shows what has just been, too


def between(
	cooperative: str, first: datetime.date, last: datetime.date, public: bool = False
) -> list[frappe._dict]:
	"""The activities of a cooperative that go on in these days, in their order; `public`: of the website only."""
	filters = {
		"cooperative": cooperative,
		"starts_on": ["<=", f"{last} 23:59:59"],
		"ends_on": [">", f"{first} 00:00:00"],
		**({"on_website": 1} if public else {}),
	}
	return frappe.get_all(ACTIVITY, filters, list(FIELDS), order_by="starts_on asc, name asc")


def places_of(member: str, activities: Iterable[str] | None = None) -> dict[str, frappe._dict]:
	"""{activity: the member's live registration} of some activities, or of all to come and just been."""
	filters = {"member": member, "status": ["in", registrations.LIVE]}
	if activities is None:
		filters["starts_on"] = [">", add_days(now_datetime(), -KEPT_DAYS)]
	else:
		filters["activity"] = ["in", list(activities) or [host.NOTHING]]
	columns = ["name", "activity", "status", "position", "guests", "fee", "amount", "modified"]
	return {row.activity: row for row in frappe.get_all(REGISTRATION, filters, columns)}


def calendar_of(member: Member) -> str:
	"""The iCalendar of what a Member is registered for, or waits for."""
	mine = places_of(member.name)
	rows = frappe.get_all(
		ACTIVITY, {"name": ["in", list(mine) or [host.NOTHING]]}, list(FIELDS), order_by="starts_on asc"
	)
	title = frappe.get_cached_value("Cooperative", member.cooperative, "title")
	return ical.calendar(title, [_entry(row, mine[row.name]) for row in rows])


def _entry(row: frappe._dict, place: frappe._dict) -> ical.Entry:
	waits = place.status == registrations.WAITING
	title = _("{0} (waiting list)").format(_(row.title)) if waits else _(row.title)
	link = words.online_link(row) if not waits else ""
	return ical.Entry(
		uid=f"{row.name}@{frappe.local.site}",
		title=title,
		begins=zoned(row.starts_on),
		ends=zoned(row.ends_on),
		changed=zoned(max(row.modified, place.modified)),
		place=_(row.place or ""),
		text="\n".join(filter(None, [strip_html(row.text or "").strip()[:2000], link])),
		url=get_url(words.AGENDA),
		cancelled=row.status == eligibility.CANCELLED,
		tentative=waits,
	)


def zoned(moment: datetime.datetime | str) -> datetime.datetime:
	"""A moment of the site in the site's zone."""
	try:
		zone = ZoneInfo(frappe.db.get_single_value("System Settings", "time_zone", cache=True) or "UTC")
	except (ZoneInfoNotFoundError, ValueError):
		zone = ZoneInfo("UTC")
	return get_datetime(moment).replace(tzinfo=zone)
