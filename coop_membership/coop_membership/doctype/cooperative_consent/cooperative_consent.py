from frappe.model.document import Document


class CooperativeConsent(Document):
	pass
