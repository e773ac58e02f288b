from frappe.model.document import Document


class DunningLetter(Document):
	pass
