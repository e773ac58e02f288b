import frappe
from frappe.model.document import Document

from coop_membership import actions
from coop_membership.accounting.in_erpnext import online
from coop_membership.accounting.transfer import Transfer
from coop_membership.activities import fees
from coop_membership.joining import from_credit
from coop_membership.payments import credit, instructions, recording, settlement
from coop_membership.prints import models


class ActivityFee(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		activity: DF.Link
		amended_from: DF.Link | None
		amount: DF.Currency
		application: DF.Link | None
		cooperative: DF.Link
		due_date: DF.Date | None
		dunning_policy: DF.Link | None
		dunning_promise_until: DF.Date | None
		effective_date: DF.Date | None
		member: DF.Link
		member_name: DF.Data | None
		outstanding_amount: DF.Currency
		paid_amount: DF.Currency
		payment_reference: DF.Data | None
		posting_date: DF.Date
		registration: DF.Link | None
		status: DF.Literal["Open", "Partly Paid", "Paid", "Cancelled"]
	# end: auto-generated types

	def validate(self):
		fees.compute(self)

	def onload(self):
		self.set_onload("pays_online", online.is_possible(self))

	def on_submit(self):
		fees.submitted(self)

	def on_cancel(self):
		fees.cancelled(self)

	# money of a member: all that is open is locked in one order

	@actions.of_document("submit", lock=False, also={"member": ("Member", "read")})
	def record_payment(
		self,
		amount,
		posting_date: str | None = None,
		mode_of_payment: str | None = None,
		reference: str | None = None,
	):
		transfer = Transfer.of(amount, posting_date, mode_of_payment, reference)
		return recording.record_payment(self, transfer)

	@actions.of_document("submit")
	def settle(self):
		return settlement.settle(self)

	@actions.of_document("submit")
	def payment_url(self):
		return online.payment_url(self)

	@actions.of_document("submit", changes=False)
	def payment_link(self):
		return online.page_of(self)

	@actions.of_document("read", changes=False, also={"member": ("Member", "read")})
	def credit(self):
		return from_credit.offer(self.holder(), demand=self)

	@actions.of_document("submit", lock=False, also={"member": ("Member", "read")})
	def use_credit(self):
		return credit.use_for(self)

	@actions.of_document("submit", also={"member": ("Member", "read")})
	def refund(
		self,
		amount=None,
		posting_date: str | None = None,
		mode_of_payment: str | None = None,
		reference: str | None = None,
	):
		return credit.refund(self.holder(), amount, posting_date, mode_of_payment, reference)

	def holder(self):
		return frappe.get_doc("Member", self.member)

	# for its print format and mails

	def before_print(self, settings=None):
		self.sheet = models.plain(instructions.sheet(self))

	def mail_values(self):
		return {"payment": lambda: models.plain(instructions.details(self))}
