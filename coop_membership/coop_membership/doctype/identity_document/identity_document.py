from frappe.model.document import Document


class IdentityDocument(Document):
	"""What the file of an applicant hangs on, so that only managers read it: see joining/identity_documents.py."""
