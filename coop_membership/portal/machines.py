"""What a member does at a machine: a trainer gives its rights."""

from __future__ import annotations

import datetime

import frappe
from frappe import _

from coop_membership import actions, doors
from coop_membership.doctypes import Equipment, Member
from coop_membership.machines import access, bookings, rights
from coop_membership.portal import sections, visitor

MOMENT = "%Y-%m-%d %H:%M"


@visitor.action()
def grant(equipment: str, right: str, number: str, member: str | None = None) -> dict:
	"""Give a right of a machine to the member with this number, as one of its trainers."""
	chosen = visitor.own(member)
	machine = machine_of(chosen, equipment)
	if not rights.is_trainer([chosen], machine):
		actions.deny()
	asked = doors.whole(number, _("Member number")) or 0
	to = frappe.db.get_value("Member", {"cooperative": chosen.cooperative, "member_number": asked})
	if not asked or not to:
		frappe.throw(_("No member has this number. Ask for the card."))
	found = frappe.get_doc("Member", to)
	rights.grant_as_trainer([chosen], machine, found, right)
	said = _("{0} has the right {1} now.").format(found.display_name, access.title_of(right))
	return {"said": said, "next": sections.address("machines", chosen.name, equipment=machine.name)}


@visitor.action()
def book(equipment: str, starts_on: str, member: str | None = None) -> dict:
	"""Book a slot of a machine for one of the session's members."""
	chosen = visitor.own(member)
	machine = machine_of(chosen, equipment)
	try:
		moment = datetime.datetime.strptime(starts_on, MOMENT)
	except ValueError:
		frappe.throw(_("There is no slot at this hour. Choose one of the list."))
	bookings.book(machine, chosen, moment)
	day = f"{moment:%Y-%m-%d}"
	back = sections.address("machines", chosen.name, equipment=machine.name, day=day)
	return {"said": _("The slot is yours."), "next": back}


@visitor.action()
def call_off(booking: str, member: str | None = None) -> dict:
	"""Give back a slot of one of the session's members."""
	chosen = visitor.own(member)
	if not frappe.db.exists(bookings.BOOKING, {"name": booking, "member": chosen.name}):
		actions.deny()
	bookings.cancel(frappe.get_doc(bookings.BOOKING, booking))
	return {"said": _("The slot is given back.")}


def machine_of(member: Member, equipment: str) -> Equipment:
	"""A machine of the member's own cooperative. Raises frappe.PermissionError for any other name."""
	there = {"name": equipment, "cooperative": member.cooperative, "disabled": 0}
	if not frappe.db.exists(access.EQUIPMENT, there):
		actions.deny()
	return frappe.get_doc(access.EQUIPMENT, equipment)
