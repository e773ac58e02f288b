from frappe.model.document import Document

from coop_membership.people import documents


class SharedDocument(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		category: DF.Literal["Statutes", "Minutes of a meeting", "Other document"]
		cooperative: DF.Link
		disabled: DF.Check
		document_date: DF.Date
		file: DF.Attach
		member: DF.Link | None
		note: DF.SmallText | None
		plan: DF.Link | None
		share_class: DF.Link | None
		title: DF.Data
	# end: auto-generated types

	def validate(self):
		documents.check(self)

	def on_update(self):
		documents.keep_private(self)
