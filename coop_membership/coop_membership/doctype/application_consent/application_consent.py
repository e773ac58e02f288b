from frappe.model.document import Document


class ApplicationConsent(Document):
	pass
