from frappe.model.document import Document


class CooperativeEmail(Document):
	pass
