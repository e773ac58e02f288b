from frappe.model.document import Document


class LegalForm(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		country: DF.Link
		disabled: DF.Check
		title: DF.Data
	# end: auto-generated types

	pass
