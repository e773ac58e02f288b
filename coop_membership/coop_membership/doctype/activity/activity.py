from frappe.model.document import Document

from coop_membership import actions
from coop_membership.activities import activities, registrations


class Activity(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.member_line.member_line import MemberLine
		from coop_membership.coop_membership.doctype.right_line.right_line import RightLine

		activity_type: DF.Literal["Training", "Event", "Meeting", "Shift"]
		capacity: DF.Int
		cooperative: DF.Link
		ends_on: DF.Datetime
		free_on_plan: DF.Link | None
		grants: DF.Table[RightLine]
		guests_allowed: DF.Int
		leaders: DF.Table[MemberLine]
		minimum: DF.Int
		next_position: DF.Int
		on_website: DF.Check
		online_link: DF.Data | None
		open_to: DF.Literal["Public", "Members", "Share Class", "Plan", "Right"]
		open_to_class: DF.Link | None
		open_to_plan: DF.Link | None
		open_to_right: DF.Link | None
		place: DF.Data | None
		price: DF.Currency
		register_until: DF.Datetime | None
		remind_hours: DF.Int
		series: DF.Link | None
		starts_on: DF.Datetime
		status: DF.Literal["Planned", "Cancelled"]
		status_reason: DF.Data | None
		taken: DF.Int
		text: DF.TextEditor | None
		title: DF.Data
		waiting: DF.Int
	# end: auto-generated types

	def validate(self):
		activities.check(self)

	def on_update(self):
		activities.changed(self)

	@actions.of_document("write", lock=False, also={"member": ("Member", "read")})
	def register(self, member: str, guests: int = 0):
		return registrations.register(self, member, guests, late=True).name

	@actions.of_document("write", lock=False, also={"member": ("Member", "read")})
	def unregister(self, member: str):
		return registrations.unregister_member(self, member)

	@actions.of_document("write", lock=False)
	def call_off(self, reason: str):
		return activities.call_off(self, reason)

	@actions.of_document("write")
	def repeat(self, every_days: int, times: int):
		return activities.repeat(self, every_days, times)
