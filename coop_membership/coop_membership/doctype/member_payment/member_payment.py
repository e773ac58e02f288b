import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from coop_membership.payments import settlement


class MemberPayment(Document):
	def validate(self):
		if flt(self.amount, 2) <= 0:
			frappe.throw(_("Enter the amount received: more than zero."))
		if getdate(self.posting_date) > getdate():
			frappe.throw(_("The payment date lies in the future. Enter the date on the bank statement."))
		for row in self.allocations:
			self.check_allocation(row)
		self.unallocated_amount = flt(self.amount - sum(flt(row.amount, 2) for row in self.allocations), 2)
		if self.unallocated_amount < 0:
			frappe.throw(_("More is allocated than was paid. Lower the amounts in the table."))

	def check_allocation(self, row):
		if row.document_type != "Share Subscription":
			frappe.throw(_("Row {0}: choose a capital release request.").format(row.idx))
		asked = frappe.db.get_value(
			row.document_type, row.document, ["member", "docstatus", "status"], as_dict=True
		)
		if not asked or asked.docstatus != 1 or asked.status == "Cancelled":
			frappe.throw(_("Row {0}: this capital release request is not open.").format(row.idx))

	def on_submit(self):
		self.settle_later()

	def on_cancel(self):
		self.settle_later()

	def settle_later(self):
		"""Shares follow after this payment is saved; `record_payment` on the request settles at once by itself."""
		if not self.flags.settles_itself:
			for row in self.allocations:
				settlement.queue(row.document)
