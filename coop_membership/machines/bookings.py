"""Slots of machines: booked by those who may use the machine on that day, and never twice.

A slot's key is unique in the database, and who books holds the machine's row, so that slots of another length don't
overlap either.
"""

from __future__ import annotations

import datetime

import frappe
from frappe import _
from frappe.utils import add_days, add_to_date, cint, get_datetime, getdate, now_datetime

from coop_membership import host, jobs, server_owned
from coop_membership.doctypes import Equipment, EquipmentBooking, Member
from coop_membership.machines import access, rights, slots

BOOKING = "Equipment Booking"
BOOKED, CANCELLED = "Booked", "Cancelled"


def book(equipment: Equipment, member: Member, starts_on: datetime.datetime | str) -> EquipmentBooking:
	"""Book a slot for a Member. Raises a sentence when it can't be had. The caller checked who acts for whom."""
	document = frappe.get_doc(
		{"doctype": BOOKING, "equipment": equipment.name, "member": member.name, "starts_on": starts_on}
	)
	jobs.rehearse("one_slot")
	try:
		return document.insert(ignore_permissions=True)  # see above
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		jobs.forget("one_slot")
		frappe.clear_last_message()
		frappe.throw(taken())


def begin(document: EquipmentBooking) -> None:
	"""A new booking, whoever writes it: checked, with the end and the key of its slot. Locks the machine."""
	equipment = frappe.get_doc(access.EQUIPMENT, document.equipment, for_update=True)
	slot = _slot(equipment, get_datetime(document.starts_on))
	found = access.answer(document.member, equipment, slot[0])
	if not found.allowed:
		frappe.throw("<br>".join(found.sentences), title=_("This slot can't be booked"))
	if _booked(equipment.name, *slot):
		frappe.throw(taken())
	most = cint(equipment.most_per_member)
	coming = {"equipment": equipment.name, "member": document.member, "status": BOOKED}
	if most and frappe.db.count(BOOKING, {**coming, "ends_on": [">", now_datetime()]}) >= most:
		frappe.throw(_("Coming slots: {0} at most. Cancel one first.").format(most))
	server_owned.by_service(document).update(
		{
			"starts_on": slot[0],
			"ends_on": slot[1],
			"status": BOOKED,
			"cooperative": equipment.cooperative,
			"member_name": frappe.db.get_value("Member", document.member, "display_name"),
			"slot_key": f"{equipment.name}:{slot[0]:%Y-%m-%d %H:%M}",
		}
	)


def taken() -> str:
	return _("This slot is taken. Choose another one.")


def _slot(equipment: Equipment, starts_on: datetime.datetime) -> slots.Slot:
	if not equipment.bookable:
		frappe.throw(_("{0} can't be booked.").format(_(equipment.title)))
	starts_on = starts_on.replace(second=0, microsecond=0)
	if starts_on.date() > getdate(add_days(getdate(), min(cint(equipment.days_ahead), rights.MOST_AHEAD))):
		frappe.throw(_("Slots can be booked {0} days ahead.").format(cint(equipment.days_ahead)))
	for slot in _of_day(equipment, starts_on.date()):
		if slot[0] == starts_on:
			if slot[1] <= now_datetime():
				frappe.throw(_("This slot is over. Choose another one."))
			return slot
	frappe.throw(_("There is no slot at this hour. Choose one of the list."))


def _of_day(equipment: Equipment, day: datetime.date) -> list[slots.Slot]:
	hours = (cint(equipment.first_hour), cint(equipment.last_hour))
	return slots.of_day(day, *hours, cint(equipment.slot_minutes))


def _booked(equipment: str, starts_on: datetime.datetime, ends_on: datetime.datetime) -> bool:
	"""True when some of these hours are taken, as saved by now."""
	table, second = (
		frappe.qb.DocType(BOOKING),
		datetime.timedelta(seconds=1),
	)  # hosts write a moment in two lengths
	query = (
		frappe.qb.from_(table)
		.select(table.name)
		.where((table.equipment == equipment) & (table.status == BOOKED))
		.where((table.starts_on <= ends_on - second) & (table.ends_on >= starts_on + second))
		.for_update()
	)
	return bool(query.run())


def cancel(document: EquipmentBooking) -> str:
	"""Give a slot back; returns the status. A second call finds it done."""
	host.lock(document)
	if document.status == BOOKED:
		document.db_set({"status": CANCELLED, "slot_key": None})
	return document.status


def day_of(equipment: Equipment, member: str, day: datetime.date) -> list[dict]:
	"""The slots of a day: starts_on, ends_on, whether free, and the member's own booking."""
	table = frappe.qb.DocType(BOOKING)
	first, last = get_datetime(day), add_to_date(get_datetime(day), days=1)
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.member, table.starts_on, table.ends_on)
		.where((table.equipment == equipment.name) & (table.status == BOOKED))
		.where((table.starts_on < last) & (table.ends_on > first))
	)
	booked = query.run(as_dict=True)
	now = now_datetime()
	return [
		{
			"starts_on": slot[0],
			"ends_on": slot[1],
			"free": slot[1] > now
			and not any(slots.overlap(slot, (row.starts_on, row.ends_on)) for row in booked),
			"mine": next(
				(
					row.name
					for row in booked
					if row.member == member and slots.overlap(slot, (row.starts_on, row.ends_on))
				),
				None,
			),
		}
		for slot in _of_day(equipment, day)
	]


def daily() -> None:
	"""Daily job: a slot that is over has been used; one to come counts for nothing."""
	since = add_days(now_datetime(), -2)
	over = {"status": BOOKED, "ends_on": ["between", [since, now_datetime()]]}
	jobs.each(frappe.get_all(BOOKING, over, pluck="name"), _used, "Use not noted", BOOKING)


def _used(name: str) -> int:
	row = frappe.db.get_value(BOOKING, name, ["member", "equipment", "ends_on"], as_dict=True)
	return rights.used(row.member, frappe.get_cached_doc(access.EQUIPMENT, row.equipment), row.ends_on)
