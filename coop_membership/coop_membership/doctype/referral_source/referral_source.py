from frappe.model.document import Document


class ReferralSource(Document):
	pass
