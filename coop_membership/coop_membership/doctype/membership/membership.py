import frappe
from frappe.model.document import Document

from coop_membership.accounting import online
from coop_membership.accounting.books import books_of
from coop_membership.membership import dues, mail
from coop_membership.payments import instructions, requests, settlement
from coop_membership.shares.letterhead import letterhead


class Membership(Document):
	def onload(self):
		self.set_onload("pays_online", online.is_possible(self))

	def validate(self):
		dues.compute(self)

	def on_submit(self):
		books_of(self).demand(self)

	def on_cancel(self):
		books_of(self).withdraw(self)
		self.db_set({"status": "Cancelled", "outstanding_amount": 0})
		dues.called_off(self)

	@frappe.whitelist()
	def record_payment(self, amount, posting_date=None, mode_of_payment=None, reference=None):
		return requests.record_payment(self, amount, posting_date, mode_of_payment, reference)

	@frappe.whitelist()
	def settle(self):
		self.check_permission("submit")
		status = settlement.settle(self.name, doctype=self.doctype)
		self.reload()
		return status

	@frappe.whitelist()
	def payment_url(self):
		self.check_permission("submit")
		return online.payment_url(self)

	@frappe.whitelist()
	def payment_link(self):
		self.check_permission("submit")
		return online.page_of(self)

	@frappe.whitelist()
	def renew(self):
		return dues.renew(self)

	@frappe.whitelist()
	def resend(self, event):
		return mail.resend(event, self)

	# for its print format and mails

	def letterhead(self):
		return letterhead(self)

	def payment_details(self):
		return instructions.details(self)

	def payment_page(self):
		return online.page_of(self)

	def payment_qr(self):
		return instructions.qr_code(self)
