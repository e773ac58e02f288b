from frappe.model.document import Document

from coop_membership.dunning import policies


class DunningPolicy(Document):
	def validate(self):
		policies.check(self)

	def on_trash(self):
		policies.check_unused(self)
