import frappe
from frappe.model.document import Document

from coop_membership.dunning import delivery, fees, printing


class DunningLetter(Document):
	def onload(self):
		delivery.refresh([self.name])

	def print_values(self):
		return printing.values_of(self)

	@frappe.whitelist()
	def resend(self):
		delivery.resend(self)

	@frappe.whitelist()
	def waive_fee(self, reason=None):
		fees.waive(self, reason)
