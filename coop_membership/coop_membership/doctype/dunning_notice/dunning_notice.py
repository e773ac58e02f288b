import frappe
from frappe.model.document import Document

from coop_membership.dunning import notices
from coop_membership.dunning.letters import delivery


class DunningNotice(Document):
	def onload(self):
		if self.letter:
			delivery.refresh([self.letter])

	def before_insert(self):
		notices.fill(self)
		notices.check_single(self)

	def validate(self):
		notices.check_unchanged(self)

	def on_trash(self):
		notices.check_deletable(self)

	@frappe.whitelist()
	def override(self, policy, level, reason=None):
		return notices.override(self, policy, level, reason)


def on_doctype_update():
	frappe.db.add_index("Dunning Notice", ["document", "state"], index_name="document_state")
	frappe.db.add_index("Dunning Notice", ["run", "state"], index_name="run_state")
