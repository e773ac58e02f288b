from frappe.model.document import Document


class MemberPaymentAllocation(Document):
	pass
