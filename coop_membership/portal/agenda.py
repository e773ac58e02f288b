"""What a member does in the own agenda: take a place, give it back, subscribe to the calendar."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import actions, doors, host
from coop_membership.activities import agenda, feeds, registrations
from coop_membership.portal import sections, visitor
from coop_membership.prints.wording import language

FEEDS = 120  # looks per minute and address: calendars of many members may come from one server


@visitor.action()
def register(activity: str, guests: str | None = None, member: str | None = None) -> dict:
	"""Take a place for one of the session's members, or a position on the waiting list."""
	chosen = visitor.own(member)
	of_theirs = {"name": activity, "cooperative": chosen.cooperative}
	if not frappe.db.exists(registrations.ACTIVITY, of_theirs):
		actions.deny()
	place = registrations.register(activity, chosen, doors.whole(guests, _("Guests brought along")) or 0)
	said = (
		_("All places are taken: you are on the waiting list and hear from us.")
		if place.status == registrations.WAITING
		else _("You have a place. A confirmation is on its way by e-mail.")
	)
	return {"said": said, "next": sections.address("agenda", chosen.name)}


@visitor.action()
def unregister(place: str, member: str | None = None) -> dict:
	"""Give back a place of one of the session's members."""
	chosen = visitor.own(member)
	if not frappe.db.exists(registrations.REGISTRATION, {"name": place, "member": chosen.name}):
		actions.deny()
	registrations.unregister(frappe.get_doc(registrations.REGISTRATION, place))
	return {"said": _("Your place is cancelled."), "next": sections.address("agenda", chosen.name)}


@visitor.action()
def new_feed(member: str | None = None) -> dict:
	"""Give one of the session's members a new address of the calendar; the one before ends."""
	chosen = visitor.own(member)
	feeds.renew(chosen)
	return {"said": _("Your calendar has an address."), "next": sections.address("agenda", chosen.name)}


@visitor.action()
def end_feed(member: str | None = None) -> dict:
	"""Let the address of the calendar of one of the session's members lead nowhere."""
	chosen = visitor.own(member)
	feeds.end(chosen)
	return {
		"said": _("The address of your calendar has ended."),
		"next": sections.address("agenda", chosen.name),
	}


@actions.for_anybody(FEEDS, 60)
def feed(token: str):
	"""The calendar of whoever has this address, as a file that calendars subscribe to. Nothing for any other address."""
	name = feeds.member_of(token)
	if not name:
		frappe.throw(_("This calendar does not exist, or its address has ended."), frappe.PermissionError)
	member = frappe.get_doc("Member", name)
	with language(member.language or frappe.get_cached_value("Cooperative", member.cooperative, "language")):
		text = agenda.calendar_of(member)
	frappe.response.update({"type": "binary", "filename": "agenda.ics", "filecontent": text.encode()})
	return host.as_it_is()
