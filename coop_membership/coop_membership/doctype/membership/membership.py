import frappe
from frappe.model.document import Document

from coop_membership.accounting.choice import books_of
from coop_membership.accounting.in_erpnext import online
from coop_membership.dues import dues
from coop_membership.messages import mail
from coop_membership.payments import instructions, recording, settlement
from coop_membership.prints import letterhead


class Membership(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amended_from: DF.Link | None
		amount: DF.Currency
		application: DF.Link | None
		cooperative: DF.Link
		due_date: DF.Date | None
		dunning_policy: DF.Link | None
		dunning_promise_until: DF.Date | None
		effective_date: DF.Date | None
		entry_fee: DF.Currency
		from_date: DF.Date
		member: DF.Link
		member_name: DF.Data | None
		outstanding_amount: DF.Currency
		paid_amount: DF.Currency
		payment_reference: DF.Data | None
		plan: DF.Link
		posting_date: DF.Date
		renewed_by: DF.Link | None
		renews: DF.Link | None
		status: DF.Literal["Open", "Paid", "Expired", "Cancelled"]
		to_date: DF.Date | None
	# end: auto-generated types

	def onload(self):
		self.set_onload("pays_online", online.is_possible(self))

	def validate(self):
		dues.compute(self)

	def on_submit(self):
		books_of(self).ask(self)

	def on_cancel(self):
		books_of(self).withdraw(self)
		self.db_set({"status": "Cancelled", "outstanding_amount": 0})
		dues.called_off(self)

	@frappe.whitelist()
	def record_payment(self, amount, posting_date=None, mode_of_payment=None, reference=None):
		return recording.record_payment(self, amount, posting_date, mode_of_payment, reference)

	@frappe.whitelist()
	def settle(self):
		self.check_permission("submit")
		return settlement.settle(self)

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

	def holder(self):
		return frappe.get_doc("Member", self.member)

	# for its print format and mails

	def letterhead(self):
		return letterhead.letterhead(self)

	def payment_details(self):
		return instructions.details(self)

	def payment_page(self):
		return online.page_of(self)

	def payment_qr(self):
		return instructions.qr_code(self)
