"""Dokos books resources by itself: who has no right to a machine books none of its slots there either."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host
from coop_membership.machines import access


def validate(doc, method: str | None = None) -> None:
	"""Doc event of Item Booking. Bookings of the desk for nobody in particular, and of other items, are not ours."""
	if not host.has_field("Equipment", "booking_item") or not doc.get("user") or doc.status == "Cancelled":
		return
	for name in frappe.get_all("Equipment", {"booking_item": doc.item, "disabled": 0}, pluck="name"):
		machine = frappe.get_cached_doc("Equipment", name)
		theirs = {"user": doc.user, "cooperative": machine.cooperative}
		found = [
			access.answer(one, machine, doc.starts_on)
			for one in frappe.get_all("Member", theirs, pluck="name")
		]
		found = found or [access.answer(None, machine)]
		if not any(one.allowed for one in found):
			frappe.throw("<br>".join(found[0].sentences), title=_("This slot can't be booked"))
