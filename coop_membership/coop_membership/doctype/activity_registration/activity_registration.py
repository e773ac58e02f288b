import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership import actions
from coop_membership.activities import registrations, words
from coop_membership.messages import mail


class ActivityRegistration(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		activity: DF.Link
		activity_title: DF.Data | None
		amount: DF.Currency
		contact: DF.Link | None
		cooperative: DF.Link | None
		fee: DF.Link | None
		guest_email: DF.Data | None
		guest_name: DF.Data | None
		guests: DF.Int
		member: DF.Link | None
		noted_by: DF.Link | None
		person_name: DF.Data | None
		place_key: DF.Data | None
		position: DF.Int
		registered_on: DF.Datetime | None
		reminded_on: DF.Datetime | None
		starts_on: DF.Datetime | None
		status: DF.Literal["Registered", "Waiting", "Attended", "Absent", "Cancelled"]
		status_reason: DF.Data | None
	# end: auto-generated types

	def validate(self):
		if self.is_new():
			registrations.begin(self)

	def after_insert(self):
		registrations.placed(self)

	def on_trash(self):
		if not frappe.flags.in_uninstall:
			frappe.throw(_("A registration is kept: cancel it."))

	@actions.of_document("write", lock=False)
	def note(self, status: str):
		return registrations.note(self, status)

	@actions.of_document("write", lock=False)
	def unregister(self, reason: str = ""):
		return registrations.unregister(self, reason, refund=True)

	@actions.of_document("email")
	def resend(self, event: str):
		return mail.resend(event, self)

	def holder(self):
		"""Who is written to, see messages/mail.py."""
		if self.member:
			return frappe.get_doc("Member", self.member)
		email = frappe.db.get_value("Contact", self.contact, "email_id") if self.contact else self.guest_email
		return {"email": email, "display_name": self.person_name}

	def mail_values(self):
		return {
			"activity": lambda: words.of_registration(self),
			"payment": lambda: words.payment(self),
			"paid_back": "",
			"reason": "",
		}
