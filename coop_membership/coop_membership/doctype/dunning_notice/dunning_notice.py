from frappe.model.document import Document


class DunningNotice(Document):
	pass
