from frappe.model.document import Document


class IdentityDocument(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		application: DF.Link
		cooperative: DF.Link
		file: DF.Data | None
	# end: auto-generated types

	"""What the file of an applicant hangs on, so that only managers read it: see joining/identity_documents.py."""
