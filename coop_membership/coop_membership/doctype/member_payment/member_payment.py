from frappe.model.document import Document

from coop_membership import doors
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.kept_elsewhere import allocation
from coop_membership.accounting.kept_elsewhere.books import RECEIVED
from coop_membership.accounting.transfer import Transfer
from coop_membership.payments import doubts, recording, settlement
from coop_membership.shares import payouts
from coop_membership.values import bank


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
		payment_correction: DF.Link | None
		posting_date: DF.Date
		unallocated_amount: DF.Currency
	# end: auto-generated types

	def before_insert(self):
		if self.direction == RECEIVED and not self.allocations and not self.flags.settles_itself:
			self.set("allocations", recording.proposed(self))

	def validate(self):
		Transfer.of(self.amount, self.posting_date)
		doors.read_fields(self, {"bank_reference": bank.reference})
		if not self.flags.settles_itself:  # `record_payment` allocates what it has just found to be due
			allocation.check(self, books_of)
		allocation.spread(self)
		self.say_doubts()

	def say_doubts(self):
		"""While it is a draft: what is submitted was looked at, unless it was never one."""
		if (
			self.direction == RECEIVED
			and not self.flags.settles_itself
			and (self.is_new() or not self.docstatus)
		):
			paid = allocation.demands_of(self)
			doubts.tell(doubts.of(self.member, self.posting_date, self.bank_reference, paid))

	def before_submit(self):
		allocation.check_out_of_credit(self, books_of)

	def on_submit(self):
		allocation.use_up(self, 1)
		self.follow_payouts()
		self.settle_later()

	def before_cancel(self):
		allocation.refuse_half(self)

	def on_cancel(self):
		allocation.use_up(self, -1)
		self.follow_payouts()
		self.settle_later()

	def follow_payouts(self):
		for name in allocation.sell_backs_of(self):
			payouts.follow_safely(name)

	def settle_later(self):
		"""Shares follow after this payment is saved; `record_payment` on the demand settles at once by itself."""
		if not self.flags.settles_itself:
			for doctype, name in allocation.demands_of(self):
				settlement.queue(doctype, name)
