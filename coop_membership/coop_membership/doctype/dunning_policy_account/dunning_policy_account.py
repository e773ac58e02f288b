from frappe.model.document import Document


class DunningPolicyAccount(Document):
	pass
