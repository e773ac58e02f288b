from frappe.model.document import Document


class DunningPolicy(Document):
	pass
