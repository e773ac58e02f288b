import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from coop_membership.accounting import demands
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.kept_elsewhere import books as elsewhere_books
from coop_membership.payments import settlement


class MemberPayment(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.member_payment_allocation.member_payment_allocation import (
			MemberPaymentAllocation,
		)

		allocations: DF.Table[MemberPaymentAllocation]
		amended_from: DF.Link | None
		amount: DF.Currency
		bank_reference: DF.Data | None
		cooperative: DF.Link | None
		direction: DF.Literal["Received", "Paid out"]
		member: DF.Link
		member_name: DF.Data | None
		mode: DF.Data | None
		posting_date: DF.Date
		unallocated_amount: DF.Currency
	# end: auto-generated types

	def validate(self):
		if flt(self.amount, 2) <= 0:
			frappe.throw(_("Enter an amount of more than zero."))
		if getdate(self.posting_date) > getdate():
			frappe.throw(_("The payment date lies in the future. Enter the date on the bank statement."))
		if not self.flags.settles_itself:  # `record_payment` allocates what it has just found to be due
			for row in self.allocations:
				self.check_allocation(row)
		self.unallocated_amount = flt(self.amount - sum(flt(row.amount, 2) for row in self.allocations), 2)
		if self.unallocated_amount < 0:
			frappe.throw(_("More is allocated than was paid. Lower the amounts in the table."))

	def check_allocation(self, row):
		if row.document_type == "Member Payment" and self.direction == "Paid out":
			self.check_refund(row)
			return
		if row.document_type not in demands.doctypes():
			frappe.throw(_("Row {0}: choose a capital release request or dues.").format(row.idx))
		asked = frappe.db.exists(row.document_type, row.document) and frappe.get_doc(
			row.document_type, row.document
		)
		if not asked or asked.docstatus != 1 or asked.status == "Cancelled":
			frappe.throw(_("Row {0}: this request is not open.").format(row.idx))
		due = max(flt(asked.amount - books_of(asked).paid(asked).amount, 2), 0)
		if self.direction == "Received" and flt(row.amount, 2) > due:
			frappe.throw(
				_(
					"Row {0}: only {1} are due. Allocate no more; the rest stays with the member as credit."
				).format(row.idx, frappe.format_value(due))
			)

	def check_refund(self, row):
		"""Money goes back out of a payment that the same member has made."""
		received = frappe.db.get_value(
			"Member Payment",
			row.document,
			["member", "direction", "docstatus", "unallocated_amount"],
			as_dict=True,
			for_update=True,
		)
		if not received or (received.member, received.direction, received.docstatus) != (
			self.member,
			"Received",
			1,
		):
			frappe.throw(_("Row {0}: choose a payment received from the same member.").format(row.idx))
		if flt(row.amount, 2) > flt(received.unallocated_amount, 2):
			frappe.throw(
				_("Row {0}: only {1} of this payment are left to be paid back.").format(
					row.idx, frappe.format_value(flt(received.unallocated_amount, 2))
				)
			)

	def on_submit(self):
		self.use_up(1)
		self.settle_later()

	def on_cancel(self):
		self.use_up(-1)
		self.settle_later()

	def use_up(self, sign):
		"""What is paid back is no credit any more; once that is cancelled, it is again."""
		for row in self.allocations:
			if row.document_type == "Member Payment":
				elsewhere_books.take_from(row.document, sign * row.amount)

	def settle_later(self):
		"""Shares follow after this payment is saved; `record_payment` on the request settles at once by itself."""
		if not self.flags.settles_itself:
			for row in self.allocations:
				if row.document_type in demands.doctypes():
					settlement.queue(row.document_type, row.document)
