from frappe.model.document import Document


class ReferralSource(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		disabled: DF.Check
		title: DF.Data
	# end: auto-generated types

	pass
