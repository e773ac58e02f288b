import frappe
from frappe.model.document import Document

from coop_membership import actions
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.in_erpnext import online
from coop_membership.accounting.states import CANCELLED
from coop_membership.accounting.transfer import Transfer
from coop_membership.dues import belonging, dues
from coop_membership.joining import from_credit
from coop_membership.messages import mail
from coop_membership.payments import credit, instructions, recording, settlement
from coop_membership.prints import letterhead, models
from coop_membership.register import cards


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
		if self.docstatus == 1:
			self.set_onload("renews_from", dues.first_day_after(self))

	def validate(self):
		dues.compute(self)

	def on_submit(self):
		dues.ask(self)

	def on_cancel(self):
		books_of(self).withdraw(self)
		self.db_set({"status": CANCELLED, "outstanding_amount": 0})
		dues.called_off(self)

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
		self.check_permission("submit")
		return settlement.settle(self)

	@actions.of_document("submit")
	def payment_url(self):
		self.check_permission("submit")
		return online.payment_url(self)

	@actions.of_document("submit", changes=False)
	def payment_link(self):
		self.check_permission("submit")
		return online.page_of(self)

	@actions.of_document("submit", also={"member": ("Member", "read")})
	def renew(self, first_day: str | None = None):
		return dues.renew(self, first_day)

	@actions.of_document("email", also={"member": ("Member", "read")})
	def resend(self, event: str):
		return mail.resend(event, self)

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
		return {
			"payment": lambda: models.plain(instructions.details(self)),
			"card": lambda: models.plain(cards.sheet(self.holder())),
			"dues_alone": lambda: belonging.asked_alone(self),
		}

	# as before, for what a site has written itself

	def letterhead(self):
		return letterhead.letterhead(self)

	def payment_details(self):
		return models.plain(instructions.sheet(self))

	def payment_page(self):
		return online.page_of(self)

	def payment_qr(self):
		return instructions.qr_code(self)
