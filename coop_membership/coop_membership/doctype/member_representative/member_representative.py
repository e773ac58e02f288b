import frappe
from frappe import _
from frappe.model.document import Document


class MemberRepresentative(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		contact: DF.Link
		from_date: DF.Date | None
		function: DF.Data | None
		invited_user: DF.Link | None
		is_signatory: DF.Check
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		to_date: DF.Date | None
		user: DF.Link | None
	# end: auto-generated types

	def validate(self):
		self.refuse_alone()

	def on_trash(self):
		self.refuse_alone()

	def refuse_alone(self):
		"""A row saved or deleted by itself would pass by what its Member checks; saved with its Member it isn't asked."""
		frappe.throw(_("Change the representatives on the member."))
