import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership.people import private


class PrivateDetails(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		birth_date: DF.Date | None
		iban: DF.Data | None
		national_number: DF.Data | None
		previous_iban: DF.Data | None
		proposed_email: DF.Data | None
		proposed_email_on: DF.Datetime | None
		proposed_iban: DF.Data | None
		proposed_iban_on: DF.Datetime | None
		proposed_name: DF.Data | None
		proposed_name_on: DF.Datetime | None
		reference_doctype: DF.Link
		reference_name: DF.DynamicLink
	# end: auto-generated types

	"""What only managers and board may know of a person; written and read by people/private.py."""

	def validate(self):
		before = self.get_doc_before_save()
		if before and before.reference_name != self.reference_name:
			frappe.throw(_("Private details stay with the person they are about."))
		whose = frappe.get_doc(self.reference_doctype, self.reference_name)
		if before and whose.docstatus.is_submitted():
			frappe.throw(
				_(
					"The account was submitted with the request. Cancel the request and enter it anew to change it."
				)
			)
		private.read(self, whose)


def on_doctype_update():
	frappe.db.add_unique("Private Details", ["reference_doctype", "reference_name"])
