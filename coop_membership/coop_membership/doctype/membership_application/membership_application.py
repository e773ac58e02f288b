import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership import actions, doors, host, jobs
from coop_membership.joining import (
	applications,
	approval,
	automatic,
	decisions,
	identity_documents,
	reception,
	repeats,
	resending,
)
from coop_membership.people import matching, private
from coop_membership.states import applications as states
from coop_membership.values import phones

REPEAT = "repeated_request"  # a savepoint
ITS_MEMBER = {
	right: dict.fromkeys(("member", "matched_member"), ("Member", right)) for right in ("read", "write")
}


class MembershipApplication(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.application_consent.application_consent import (
			ApplicationConsent,
		)
		from coop_membership.coop_membership.doctype.share_line.share_line import ShareLine

		accepted_consents: DF.SmallText | None
		address_line1: DF.Data | None
		address_line2: DF.Data | None
		amount: DF.Currency
		applicant_name: DF.Data | None
		applicant_type: DF.Literal["Individual", "Organisation"]
		chosen_amount: DF.Currency
		city: DF.Data | None
		consents: DF.Table[ApplicationConsent]
		contact: DF.Link | None
		cooperative: DF.Link
		country: DF.Link | None
		covered_by: DF.Link | None
		email: DF.Data
		first_name: DF.Data
		gender: DF.Literal["", "Female", "Male", "Other"]
		id_document: DF.Literal["", "Asked", "Received", "Not Sent", "Kept", "Deleted"]
		id_document_since: DF.Datetime | None
		is_increase: DF.Check
		language: DF.Link | None
		last_name: DF.Data
		legal_form: DF.Link | None
		match_choice: DF.Literal["As found", "Another member", "New member"]
		match_reason: DF.SmallText | None
		matched_member: DF.Link | None
		member: DF.Link | None
		organisation_email: DF.Data | None
		organisation_name: DF.Data | None
		phone: DF.Data | None
		plan: DF.Link | None
		postcode: DF.Data | None
		quantity: DF.Int
		referral_source: DF.Link | None
		registration_number: DF.Data | None
		representative_function: DF.Data | None
		requested_on: DF.Date | None
		share_class: DF.Link | None
		shares: DF.Table[ShareLine]
		source: DF.Literal["Website", "Desk", "Contact", "Portal", "Import", "API"]
		status: DF.Literal[
			"To Confirm",
			"Pending",
			"Waiting List",
			"Blocked",
			"Approved",
			"Paid",
			"Refused",
			"Cancelled",
			"Expired",
		]
		status_reason: DF.SmallText | None
		tariff: DF.Data | None
		tariff_proof: DF.Literal["", "Sent online", "Shown at the office"]
		total_shares: DF.Int
		waiting_since: DF.Datetime | None
		wanted_shares: DF.SmallText | None
		website: DF.Data | None
	# end: auto-generated types

	def _set_defaults(self):
		"""A person's language is the cooperative's until another is chosen, not the site's."""
		host.with_defaults(super()._set_defaults, self, "language")

	def before_insert(self):
		if self.website:
			frappe.throw(_("Please leave the field Website empty."))
		applications.prepare(self)
		if self.flags.repeats:
			jobs.rehearse(REPEAT)

	def _validate_links(self):
		"""A visitor who names an unknown country or class reads our sentence (applications.validate), not the host's."""
		if not applications.is_public(self):
			super()._validate_links()

	def validate(self):
		applications.validate(self)

	def on_update(self):
		if not self.flags.repeats:
			private.receive_changes(self)

	def after_insert(self):
		private.receive(self)
		reception.received(self)
		if self.flags.repeats:
			self.take_back()

	def take_back(self):
		"""A repeated public submit was worked on like the first one, so that it takes as long, and leaves nothing."""
		jobs.forget(REPEAT)
		self.name = self.flags.repeats
		self.update({"shares": [], "consents": [], "__onload": None})
		automatic.hand_over_page(self)
		identity_documents.hand_over_page(self)

	def as_dict(self, *args, no_nulls=False, **kwargs):
		"""`no_nulls` is how every host writes a document that it answers a browser with: a visitor reads nothing of it."""
		if no_nulls and self.flags.of_visitor:
			return reception.answer()
		return super().as_dict(*args, no_nulls=no_nulls, **kwargs)

	def on_trash(self):
		if self.status in states.DECIDED_OK:
			frappe.throw(_("An approved request stays in the books and can't be deleted."))
		identity_documents.remove(self.name)
		private.forget(self)

	def before_print(self, settings=None):
		self.phone = phones.shown(self.phone)

	def onload(self):
		doors.show_phone(self)
		if not self.is_new() and self.status in states.OPEN:
			matching.look_again(self)
			self.set_onload("repeats", repeats.others(self))
		self.set_onload("may_decide", not self.is_new() and decisions.may_decide(self))
		self.set_onload("id_document", identity_documents.actions(self))

	def mail_values(self):
		return applications.in_mail(self) | {"what": lambda: identity_documents.what(self)}

	# the board decides too where its cooperative says so: `decisions.require`

	@actions.of_document("read", also={"matched_member": ("Member", "read")})
	def approve(self):
		return approval.approve(self)

	@actions.of_document("read")
	def put_on_waiting_list(self):
		return decisions.put_on_waiting_list(self)

	@actions.of_document("read")
	def block(self, reason: str | None = None):
		return decisions.block(self, reason)

	@actions.of_document("read")
	def unblock(self):
		return decisions.unblock(self)

	@actions.of_document("read")
	def refuse(self, reason: str | None = None):
		return decisions.refuse_application(self, reason)

	@actions.of_document("write")
	def withdraw(self, reason: str | None = None):
		return decisions.withdraw(self, reason)

	@actions.of_document("read", changes=False, also=ITS_MEMBER["read"])
	def differences(self):
		decisions.require(self)
		if self.status in states.OPEN:
			matching.look_again(self)
		return matching.differences(self)

	@actions.of_document("write", also=ITS_MEMBER["write"])
	def take_over(self, fields: list[str] | str):
		return matching.take_over(self, actions.names_of(fields))

	@actions.of_document("write")
	def id_document_checked(self):
		return identity_documents.checked(self)

	@actions.of_document("email")
	def resend(self, event: str):
		return resending.resend(event, self)


def on_doctype_update():
	frappe.db.add_index("Membership Application", ["cooperative", "status"])
