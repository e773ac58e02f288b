from frappe.model.document import Document


class DunningLetterDocument(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		balance: DF.Currency
		currency: DF.Link | None
		document: DF.DynamicLink | None
		document_type: DF.Link | None
		due_date: DF.Date | None
		notice: DF.Link | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		posting_date: DF.Date | None
	# end: auto-generated types

	pass
