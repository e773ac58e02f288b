from frappe.model.document import Document


class LegalForm(Document):
	pass
