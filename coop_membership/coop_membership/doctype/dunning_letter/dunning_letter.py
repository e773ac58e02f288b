import frappe
from frappe.model.document import Document

from coop_membership.dunning.letters import delivery, fees, printing, resending


class DunningLetter(Document):
	def onload(self):
		delivery.refresh([self.name])

	def print_values(self):
		return printing.values_of(self)

	@frappe.whitelist()
	def resend(self):
		resending.resend(self)

	@frappe.whitelist()
	def waive_fee(self, reason=None):
		fees.waive(self, reason)
