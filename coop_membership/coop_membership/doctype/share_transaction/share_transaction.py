import frappe
from frappe.model.document import Document

from coop_membership import actions
from coop_membership.joining import receivers
from coop_membership.people import private
from coop_membership.shares import confirmations, payouts, transactions

# whose shares they are, and who receives them
PEOPLE = {"member": ("Member", "read"), "receiver": ("Member", "read")}


class ShareTransaction(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amended_from: DF.Link | None
		amount: DF.Currency
		application: DF.Link | None
		approved_by: DF.Link | None
		approved_on: DF.Datetime | None
		board_price: DF.Currency
		cooperative: DF.Link | None
		effective_date: DF.Date | None
		executed_on: DF.Datetime | None
		giver_confirmed_on: DF.Datetime | None
		is_departure: DF.Check
		member: DF.Link
		member_name: DF.Data | None
		nominal_value: DF.Currency
		paid_out_amount: DF.Currency
		posting_date: DF.Date
		price_reason: DF.SmallText | None
		quantity: DF.Int
		reason: DF.SmallText | None
		receiver: DF.Link | None
		receiver_confirmed_on: DF.Datetime | None
		receiver_name: DF.Data | None
		requested_by: DF.Link | None
		share_class: DF.Link
		signed_document: DF.Attach | None
		status: DF.Literal["Draft", "Waiting", "Approved", "Executed", "Refused", "Cancelled"]
		status_reason: DF.SmallText | None
		to_quantity: DF.Int
		to_share_class: DF.Link | None
		transaction_type: DF.Literal["Sell Back", "Transfer", "Conversion", "Gift"]
	# end: auto-generated types

	def onload(self):
		if self.docstatus == 1:
			self.set_onload("outstanding", payouts.outstanding(self))

	def validate(self):
		transactions.validate(self)

	def after_insert(self):
		private.receive(self)

	def on_update(self):
		private.receive_changes(self)

	def on_trash(self):
		private.forget(self)

	def before_submit(self):
		transactions.submit(self)

	def on_submit(self):
		confirmations.ask(self)

	def before_cancel(self):
		transactions.cancel(self)

	def on_cancel(self):
		self.db_set("status", transactions.CANCELLED)
		receivers.release(self)

	@actions.of_document(actions.DECIDE, also=PEOPLE)
	def approve(self, board_price=None, price_reason: str | None = None):
		return transactions.approve(self, board_price, price_reason)

	@actions.of_document(actions.DECIDE)
	def refuse(self, reason: str | None = None):
		status = transactions.refuse_request(self, reason)
		receivers.release(self)
		return status

	@actions.of_document("write", also=PEOPLE)
	def execute(self, effective_date: str | None = None):
		return transactions.execute(self, effective_date)

	@actions.of_document("write", also=PEOPLE)
	def new_receiver(self, person: dict):
		return receivers.enter(self, person)

	@actions.of_document("read", also=PEOPLE)
	def pay_out(
		self,
		amount,
		posting_date: str | None = None,
		mode_of_payment: str | None = None,
		reference: str | None = None,
	):
		return payouts.pay_out(self, amount, posting_date, mode_of_payment, reference)

	@actions.of_document("email", also=PEOPLE)
	def resend(self, event: str):
		return transactions.resend(self, event)

	@property
	def operation(self) -> str:
		"""What is asked for, in words, for mails."""
		return transactions.operation(self)

	def holder(self):
		return frappe.get_doc("Member", self.member)
