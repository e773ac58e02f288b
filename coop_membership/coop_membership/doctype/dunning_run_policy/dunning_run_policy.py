from frappe.model.document import Document


class DunningRunPolicy(Document):
	pass
