from frappe.model.document import Document


class CalendarLink(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		ended_on: DF.Datetime | None
		member: DF.Link
		token: DF.Data | None
		user: DF.Link | None
	# end: auto-generated types

	pass
