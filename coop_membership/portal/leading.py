"""What a leader does: note who was there, on the phone, before, during and after."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import actions
from coop_membership.activities import activities, registrations
from coop_membership.portal import sections, visitor

SAID = {
	registrations.ATTENDED: lambda name: _("{0} was there.").format(name),
	registrations.ABSENT: lambda name: _("{0} was not there.").format(name),
	registrations.REGISTERED: lambda name: _("{0}: not known yet.").format(name),
}


@visitor.action()
def note(place: str, status: str, member: str | None = None) -> dict:
	"""Note whether somebody was there, in an activity that one of the session's members leads."""
	chosen = visitor.own(member)
	name = frappe.db.get_value(registrations.REGISTRATION, place, "activity")
	activity = name and frappe.get_doc(registrations.ACTIVITY, name)
	if not activity or not activities.leads(activity, [chosen]):
		actions.deny()
	document = frappe.get_doc(registrations.REGISTRATION, place)
	registrations.note(document, status)
	return {
		"said": SAID[document.status](document.person_name),
		"next": sections.address("leading", chosen.name, activity=activity.name),
	}
