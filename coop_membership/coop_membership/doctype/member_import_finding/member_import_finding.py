from frappe.model.document import Document


class MemberImportFinding(Document):
	pass
