import frappe
from frappe import _

from coop_membership import actions
from coop_membership.accounting.choice import books_of
from coop_membership.coop_membership.demand_document import DemandDocument
from coop_membership.joining import from_credit
from coop_membership.register import ledger
from coop_membership.shares import subscriptions


class ShareSubscription(DemandDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.share_line.share_line import ShareLine

		amended_from: DF.Link | None
		amount: DF.Currency
		application: DF.Link | None
		cooperative: DF.Link
		due_date: DF.Date | None
		dunning_policy: DF.Link | None
		dunning_promise_until: DF.Date | None
		effective_date: DF.Date | None
		items: DF.Table[ShareLine]
		member: DF.Link
		member_name: DF.Data | None
		outstanding_amount: DF.Currency
		paid_amount: DF.Currency
		payment_reference: DF.Data | None
		posting_date: DF.Date
		status: DF.Literal["Open", "Partly Paid", "Paid", "Payment Reversed", "Cancelled"]
	# end: auto-generated types

	def validate(self):
		subscriptions.compute(self)

	def on_submit(self):
		books_of(self).ask(self)

	def before_cancel(self):
		if ledger.entries_of(self.name):
			frappe.throw(_("Its shares are in the register. Use a payment correction instead."))

	@actions.of_document(actions.RECORD)
	def reduce_to_paid(self):
		return subscriptions.reduce_to_paid(self)

	@actions.of_document("read", changes=False, also={"member": ("Member", "read")})
	def credit(self):
		return from_credit.offer(self.holder(), self.items[0].share_class, self)

	@actions.of_document(actions.RECORD, also={"member": ("Member", "write")})
	def more_shares(self, quantity=None):
		return from_credit.more_shares(self.holder(), quantity, self.items[0].share_class)
