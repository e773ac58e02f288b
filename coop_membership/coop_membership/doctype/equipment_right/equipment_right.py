from frappe.model.document import Document

from coop_membership.machines import rights


class EquipmentRight(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.right_line.right_line import RightLine

		cooperative: DF.Link
		disabled: DF.Check
		ends: DF.Literal["Never", "After a time", "On a date", "When unused"]
		ends_on: DF.Date | None
		prerequisites: DF.Table[RightLine]
		renewed_by_use: DF.Check
		text: DF.SmallText | None
		title: DF.Data
		valid_for: DF.Int
		valid_for_unit: DF.Literal["Day", "Month", "Year"]
	# end: auto-generated types

	def validate(self):
		rights.check_right(self)
