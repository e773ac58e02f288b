import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership.prints import models
from coop_membership.register import certificates


class YearlyCertificate(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		cooperative: DF.Link
		member: DF.Link
		member_number: DF.Int
		on_date: DF.Date
		printed_on: DF.Datetime | None
		register_state: DF.Data | None
		sent_on: DF.Datetime | None
		to_print: DF.Check
		total_shares: DF.Int
		total_value: DF.Currency
		year: DF.Int
	# end: auto-generated types

	"""Written by `register/yearly.py`, changed by nobody else."""

	def on_trash(self):
		if not frappe.flags.in_uninstall:
			frappe.throw(_("A year-end certificate is kept: it is how nobody gets a second one."))

	def holder(self):
		return frappe.get_doc("Member", self.member)

	# for its print format

	def before_print(self, settings=None):
		self.sheet = models.plain(certificates.sheet(self.holder(), self.on_date, addressed=True))

	@property
	def display_name(self):
		return self.holder().display_name
