import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership import actions
from coop_membership.machines import bookings


class EquipmentBooking(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		cooperative: DF.Link | None
		ends_on: DF.Datetime | None
		equipment: DF.Link
		member: DF.Link
		member_name: DF.Data | None
		slot_key: DF.Data | None
		starts_on: DF.Datetime
		status: DF.Literal["Booked", "Cancelled"]
	# end: auto-generated types

	def validate(self):
		if self.is_new():
			bookings.begin(self)

	def on_trash(self):
		if not frappe.flags.in_uninstall:
			frappe.throw(_("A booking is kept: cancel it."))

	@actions.of_document("write")
	def call_off(self):
		return bookings.cancel(self)
