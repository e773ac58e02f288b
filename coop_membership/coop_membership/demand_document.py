"""What every document that asks a member for money offers: its controller is `class X(DemandDocument)`.

What becomes of the money is the matter of its kind (accounting/demands.py); what can be done with it is the same for all.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from coop_membership import actions, doors
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.in_erpnext import online
from coop_membership.accounting.transfer import Transfer
from coop_membership.messages import mail
from coop_membership.payments import credit, instructions, recording, settlement
from coop_membership.prints import letterhead, models
from coop_membership.states.demands import CANCELLED


class DemandDocument(Document):
	"""A submittable document with the fields of `payments.demands.begin`."""

	def onload(self):
		self.set_onload("pays_online", online.is_possible(self))

	def on_cancel(self):
		books_of(self).withdraw(self)
		self.db_set({"status": CANCELLED, "outstanding_amount": 0})

	def holder(self):
		"""The member who is asked."""
		return frappe.get_doc("Member", self.member)

	# money of a member: all that is open is locked in one order

	@actions.of_document(actions.RECORD, lock=False, also={"member": ("Member", "read")})
	def record_payment(
		self,
		amount,
		posting_date: str | None = None,
		mode_of_payment: str | None = None,
		reference: str | None = None,
		asked: int | None = None,
		seen: float | None = None,
	):
		transfer = Transfer.of(amount, posting_date, mode_of_payment, reference)
		looked_at = None if seen is None else doors.price(seen)
		return recording.record_payment(self, transfer, bool(cint(asked)), looked_at)

	@actions.of_document(actions.RECORD, changes=False, also={"member": ("Member", "read")})
	def payment_doubts(self, amount, posting_date: str | None = None, reference: str | None = None):
		return recording.doubtful(self, Transfer.of(amount, posting_date, None, reference))

	@actions.of_document(actions.RECORD)
	def settle(self):
		return settlement.settle(self)

	@actions.of_document(actions.RECORD)
	def payment_url(self):
		return online.payment_url(self)

	@actions.of_document(actions.RECORD, changes=False)
	def payment_link(self):
		return online.page_of(self)

	@actions.of_document("email", also={"member": ("Member", "read")})
	def resend(self, event: str):
		return mail.resend(event, self)

	@actions.of_document(actions.RECORD, lock=False, also={"member": ("Member", "read")})
	def use_credit(self):
		return credit.use_for(self)

	@actions.of_document(actions.RECORD, also={"member": ("Member", "read")})
	def refund(
		self,
		amount=None,
		posting_date: str | None = None,
		mode_of_payment: str | None = None,
		reference: str | None = None,
	):
		return credit.refund(self.holder(), amount, posting_date, mode_of_payment, reference)

	# for its print format and mails

	def before_print(self, settings=None):
		self.sheet = models.plain(instructions.sheet(self))

	def mail_values(self):
		return {"payment": lambda: models.plain(instructions.details(self))}

	# as before, for what a site has written itself

	def letterhead(self):
		return letterhead.letterhead(self)

	def payment_details(self):
		return models.plain(instructions.sheet(self))

	def payment_page(self):
		return online.page_of(self)

	def payment_qr(self):
		return instructions.qr_code(self)
