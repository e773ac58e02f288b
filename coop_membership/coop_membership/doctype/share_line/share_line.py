from frappe.model.document import Document


class ShareLine(Document):
	pass
