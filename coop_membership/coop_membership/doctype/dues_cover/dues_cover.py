import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership.prints import models
from coop_membership.register import cards


class DuesCover(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		cooperative: DF.Link
		from_date: DF.Date
		head: DF.Link
		head_name: DF.Data | None
		member: DF.Link
		member_name: DF.Data | None
		to_date: DF.Date | None
	# end: auto-generated types

	def holder(self):
		return frappe.get_doc("Member", self.member)

	def mail_values(self):
		return {"card": lambda: models.plain(cards.sheet(self.holder())), "covered_by": self.head_name}

	def on_trash(self):
		if not frappe.flags.in_uninstall:
			frappe.throw(_("Who was covered by whose dues is kept: end it on the member."))
