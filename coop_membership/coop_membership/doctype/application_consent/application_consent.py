from frappe.model.document import Document


class ApplicationConsent(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		given_on: DF.Datetime | None
		ip: DF.Data | None
		key: DF.Data
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		text_hash: DF.Data | None
		version: DF.Int
	# end: auto-generated types

	pass
