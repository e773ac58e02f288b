from frappe.model.document import Document


class DunningRun(Document):
	pass
