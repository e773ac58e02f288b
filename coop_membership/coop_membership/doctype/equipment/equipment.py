import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership.machines import rights


class Equipment(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.member_line.member_line import MemberLine
		from coop_membership.coop_membership.doctype.right_line.right_line import RightLine

		code: DF.Data
		cooperative: DF.Link
		disabled: DF.Check
		needs: DF.Table[RightLine]
		needs_dues: DF.Check
		out_of_order: DF.Check
		out_of_order_reason: DF.Data | None
		place: DF.Data | None
		text: DF.SmallText | None
		title: DF.Data
		trainers: DF.Table[MemberLine]
	# end: auto-generated types

	def validate(self):
		rights.check_same(self, "needs")
		for row in self.trainers:
			if frappe.db.get_value("Member", row.member, "cooperative") != self.cooperative:
				frappe.throw(_("{0} belongs to another cooperative.").format(row.member))
