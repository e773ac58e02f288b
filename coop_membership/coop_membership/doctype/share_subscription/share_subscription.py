import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership.accounting import online
from coop_membership.accounting.books import books_of
from coop_membership.membership import mail
from coop_membership.payments import instructions, overpayment, requests, settlement
from coop_membership.shares import ledger, subscriptions
from coop_membership.shares.letterhead import letterhead


class ShareSubscription(Document):
	def onload(self):
		self.set_onload("pays_online", online.is_possible(self))

	def validate(self):
		subscriptions.compute(self)

	def on_submit(self):
		books_of(self).demand(self)

	def before_cancel(self):
		if ledger.entries_of(self.name):
			frappe.throw(_("Its shares are in the register. Use a payment correction instead."))

	def on_cancel(self):
		books_of(self).withdraw(self)
		self.db_set({"status": "Cancelled", "outstanding_amount": 0})

	@frappe.whitelist()
	def record_payment(self, amount, posting_date=None, mode_of_payment=None, reference=None):
		return requests.record_payment(self, amount, posting_date, mode_of_payment, reference)

	@frappe.whitelist()
	def settle(self):
		self.check_permission("submit")
		status = settlement.settle(self.name)
		self.reload()
		return status

	@frappe.whitelist()
	def reduce_to_paid(self):
		return subscriptions.reduce_to_paid(self)

	@frappe.whitelist()
	def credit(self):
		return overpayment.offer(self.holder(), self.items[0].share_class)

	@frappe.whitelist()
	def use_credit(self):
		return overpayment.use_for(self)

	@frappe.whitelist()
	def more_shares(self, quantity=None):
		return overpayment.more_shares(self.holder(), quantity, self.items[0].share_class)

	@frappe.whitelist()
	def refund(self, amount=None, posting_date=None, mode_of_payment=None, reference=None):
		return overpayment.refund(self.holder(), amount, posting_date, mode_of_payment, reference)

	def holder(self):
		return frappe.get_doc("Member", self.member)

	@frappe.whitelist()
	def payment_url(self):
		self.check_permission("submit")
		return online.payment_url(self)

	@frappe.whitelist()
	def payment_link(self):
		self.check_permission("submit")
		return online.page_of(self)

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
