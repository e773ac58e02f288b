"""A member's agenda: what is going on, as a list or a month, with a place in it taken or given back."""

from __future__ import annotations

import calendar
import datetime

import frappe
from frappe import _
from frappe.utils import add_days, cint, get_datetime, get_url, getdate

from coop_membership import signing
from coop_membership.activities import activities, agenda, eligibility, feeds, places, registrations, words
from coop_membership.doctypes import Member
from coop_membership.portal import sections
from coop_membership.prints import codes, wording
from coop_membership.prints.wording import long_date, month_name, weekday_names

LIST, MONTH = "list", "month"
SHOWN_DAYS = 366
CHECK_IN, CHECK_IN_DAYS = "activity attendance", 400
STATES = {
	registrations.REGISTERED: lambda place: _("You have a place."),
	registrations.WAITING: lambda place: _("You are on the waiting list."),
	registrations.ATTENDED: lambda place: _("You were there."),
	registrations.ABSENT: lambda place: _("You were not there."),
}


class Agenda(sections.Section):
	name = "agenda"
	template = "templates/includes/portal/agenda.html"

	def title(self) -> str:
		return _("Agenda", context="Activity")

	def words(self, member: Member) -> dict:
		view = MONTH if frappe.form_dict.view == MONTH else LIST
		first, last = days_of(view, frappe.form_dict.month)
		rows = agenda.between(member.cooperative, first, last)
		mine = agenda.places_of(member.name, [row.name for row in rows])
		who = eligibility.Candidate(member)
		token = feeds.token_of(member.name)
		cards = [card(row, mine.get(row.name), who) for row in rows]
		return {
			"view": view,
			"list": sections.address(self.name, member.name),
			"month": sections.address(self.name, member.name, view=MONTH),
			"cards": cards,
			"mine": [one for one in cards if one["place"]] if view == LIST else [],
			"weeks": weeks(first, cards) if view == MONTH else [],
			**(around(self.name, member.name, first) if view == MONTH else {}),
			"weekdays": weekday_names(),
			"feed": get_url(f"{FEED}?token={token}") if token else "",
		}

	def asks(self, member: Member) -> dict:
		table = frappe.qb.DocType(registrations.REGISTRATION)
		mine = (table.member == member.name) & (table.status == registrations.REGISTERED)
		coming = (
			frappe.qb.from_(table)
			.where(mine & (table.starts_on > frappe.utils.now_datetime()))
			.orderby(table.starts_on)
			.orderby(table.name)
			.limit(1)
		)
		return {
			"next_title": coming.select(table.activity_title),
			"next_starts_on": coming.select(table.starts_on),
		}

	def tiles(self, member: Member) -> list[sections.Tile]:
		"""The next activity that she has a place in."""
		told = sections.told(member)
		if not told.next_starts_on:
			return []
		when = f"{long_date(told.next_starts_on)}, {words.hour(get_datetime(told.next_starts_on))}"
		link = sections.address(self.name, member.name)
		return [sections.Tile(_(told.next_title), when, link, _("My agenda"))]


FEED = "/api/method/coop_membership.portal.agenda.feed"


def days_of(view: str, asked: str | None) -> tuple[datetime.date, datetime.date]:
	"""The days that a page shows: a month, or a year from today on."""
	if view == LIST:
		return getdate(), getdate(add_days(getdate(), SHOWN_DAYS))
	first = month_of(asked)
	return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def month_of(asked: str | None) -> datetime.date:
	"""The first day of the month that an address asks for ("2026-03"); of this month for anything else."""
	try:
		found = datetime.datetime.strptime(str(asked or ""), "%Y-%m").date()
	except ValueError:
		found = None
	return found if found and found.year in activities.YEARS else getdate().replace(day=1)


def around(name: str, member: str | None, first: datetime.date) -> dict:
	"""Title and neighbours of a month."""
	before, after = first - datetime.timedelta(days=1), first + datetime.timedelta(days=32)
	link = {
		key: sections.address(name, member, view=MONTH, month=f"{day:%Y-%m}")
		for key, day in (("before", before), ("after", after))
	}
	months = {"before_month": f"{before:%Y-%m}", "after_month": f"{after:%Y-%m}"}
	return {"month_title": month_name(first), **link, **months}


def weeks(first: datetime.date, cards: list[dict]) -> list[list[dict]]:
	"""A month as weeks of days: number, whether it is of this month, today, and its cards."""
	by_day: dict[datetime.date, list[dict]] = {}
	for one in cards:
		by_day.setdefault(one["day"], []).append(one)
	start = wording.locale().first_week_day
	return [
		[
			{
				"number": day.day,
				"title": long_date(day),
				"here": day.month == first.month,
				"today": day == getdate(),
				"cards": by_day.get(day, []) if day.month == first.month else [],
			}
			for day in week
		]
		for week in calendar.Calendar(start).monthdatescalendar(first.year, first.month)
	]


def card(row: frappe._dict, place: frappe._dict | None, who: eligibility.Candidate) -> dict:
	"""What a page says of one activity to one person; `place`: the registration that this person has."""
	left = places.free(cint(row.capacity), cint(row.taken))
	closed = eligibility.closed(row)
	full = left == 0 or bool(row.waiting)
	return {
		"name": row.name,
		"day": get_datetime(row.starts_on).date(),
		"title": _(row.title),
		"kind": _(row.activity_type, context="Activity"),
		"when": words.when(row.starts_on, row.ends_on),
		"hour": words.hour(get_datetime(row.starts_on)),
		"at": _(row.place or ""),
		"online_link": words.online_link(row) if place and place.status != registrations.WAITING else "",
		"text": frappe.utils.sanitize_html(row.text or ""),
		"cancelled": row.status == eligibility.CANCELLED,
		"reason": row.status_reason or "",
		"price": words.price(row, eligibility.price(row, who)),
		"free": _places_in_words(left, cint(row.waiting)),
		"until": long_date(eligibility.deadline(row)),
		"guests_allowed": cint(row.guests_allowed),
		"guests": place.guests if place else 0,
		"place": place.name if place else "",
		"waits": bool(place) and place.status == registrations.WAITING,
		"state": STATES[place.status](place) if place else "",
		"may_cancel": bool(place)
		and place.status in (registrations.REGISTERED, registrations.WAITING)
		and not eligibility.is_over(row),
		"fee_stays": bool(place)
		and bool(place.fee)
		and frappe.utils.now_datetime() > eligibility.deadline(row),
		"leads": row.name in who.led,
		"why_not": "" if place else (closed or eligibility.refused(row, who) or ""),
		"full": full,
		"check_in": codes.qr(
			get_url(sections.address("leading", key=signing.sign(CHECK_IN, place.name, CHECK_IN_DAYS)))
		)
		if place and place.status == registrations.REGISTERED
		else "",
	}


def _places_in_words(left: int | None, waiting: int) -> str:
	if left is None:
		return ""
	if waiting:
		return wording.count(waiting, _("Full, {0} person waits"), _("Full, {0} people wait"))
	return wording.count(left, _("{0} place left"), _("{0} places left")) if left else _("Full")
