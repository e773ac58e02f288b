from frappe.model.document import Document


class MemberRepresentative(Document):
	pass
