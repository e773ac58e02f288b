import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership import actions
from coop_membership.machines import rights


class EquipmentAuthorization(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		cooperative: DF.Link | None
		granted_by: DF.Link | None
		granted_on: DF.Date
		last_used_on: DF.Date | None
		member: DF.Link
		member_name: DF.Data | None
		registration: DF.Link | None
		remarks: DF.SmallText | None
		right: DF.Link
		source: DF.Literal["Manager", "Trainer", "Attendance"]
		status: DF.Literal["Valid", "Expired", "Withdrawn"]
		valid_until: DF.Date | None
		withdrawn_by: DF.Link | None
		withdrawn_on: DF.Date | None
		withdrawn_reason: DF.Data | None
	# end: auto-generated types

	def validate(self):
		if self.is_new():
			rights.begin(self)

	def on_trash(self):
		if not frappe.flags.in_uninstall:
			frappe.throw(_("A right that was given is kept: withdraw it, with the reason."))

	@actions.of_document("write")
	def withdraw(self, reason: str):
		return rights.withdraw(self, reason)
