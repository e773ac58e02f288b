from frappe.model.document import Document


class DunningLetterDocument(Document):
	pass
