import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership.joining import (
	applications,
	approval,
	automatic,
	decisions,
	identity_documents,
	reception,
	resending,
	states,
)
from coop_membership.people import matching


class MembershipApplication(Document):
	def before_insert(self):
		if self.website:
			frappe.throw(_("Please leave the field Website empty."))
		applications.prepare(self)

	def _validate_links(self):
		"""A visitor who names an unknown country or class reads our sentence (applications.validate), not the host's."""
		if not applications.is_public(self):
			super()._validate_links()

	def autoname(self):
		if self.flags.repeats:
			self.name = self.flags.repeats

	def validate(self):
		applications.validate(self)

	def db_insert(self, *args, **kwargs):
		"""A repeated public submit finds the first one stored; the visitor sees the same answer, nothing is added."""
		if self.flags.repeats:
			self.set("shares", [])
			self.set("consents", [])
			return
		super().db_insert(*args, **kwargs)

	def after_insert(self):
		if self.flags.repeats:
			automatic.lead_to_payment(self)
			identity_documents.lead_on(self)
		else:
			reception.received(self)

	def on_trash(self):
		if self.status in states.DECIDED_OK:
			frappe.throw(_("An approved request stays in the books and can't be deleted."))
		identity_documents.remove(self.name)

	def onload(self):
		self.set_onload("id_document", identity_documents.actions(self))

	@frappe.whitelist()
	def approve(self):
		return approval.approve(self)

	@frappe.whitelist()
	def put_on_waiting_list(self):
		return decisions.put_on_waiting_list(self)

	@frappe.whitelist()
	def block(self, reason=None):
		return decisions.block(self, reason)

	@frappe.whitelist()
	def unblock(self):
		return decisions.unblock(self)

	@frappe.whitelist()
	def refuse(self, reason=None):
		return decisions.refuse_application(self, reason)

	@frappe.whitelist()
	def withdraw(self, reason=None):
		return decisions.withdraw(self, reason)

	@frappe.whitelist()
	def differences(self):
		self.check_permission("write")
		return matching.differences(self)

	@frappe.whitelist()
	def take_over(self, fields):
		return matching.take_over(self, frappe.parse_json(fields))

	@frappe.whitelist()
	def id_document_checked(self):
		return identity_documents.checked(self)

	@frappe.whitelist()
	def resend(self, event):
		return resending.resend(event, self)


def on_doctype_update():
	frappe.db.add_index("Membership Application", ["cooperative", "status"])
