from frappe.model.document import Document


class CooperativeConsent(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		key: DF.Data
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		required: DF.Check
		shown: DF.Check
		text: DF.TextEditor | None
		title: DF.Data
		version: DF.Int
	# end: auto-generated types

	pass
