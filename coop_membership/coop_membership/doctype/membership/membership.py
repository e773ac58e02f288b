import frappe

from coop_membership import actions
from coop_membership.coop_membership.demand_document import DemandDocument
from coop_membership.dues import belonging, dues, renewal
from coop_membership.joining import from_credit
from coop_membership.prints import models
from coop_membership.register import cards, standing


class Membership(DemandDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amended_from: DF.Link | None
		amount: DF.Currency
		application: DF.Link | None
		chosen_amount: DF.Currency
		cooperative: DF.Link
		covers: DF.Int
		due_date: DF.Date | None
		dunning_policy: DF.Link | None
		dunning_promise_until: DF.Date | None
		effective_date: DF.Date | None
		entry_fee: DF.Currency
		from_date: DF.Date
		is_exempt: DF.Check
		member: DF.Link
		member_name: DF.Data | None
		outstanding_amount: DF.Currency
		paid_amount: DF.Currency
		payer_address: DF.SmallText | None
		payer_email: DF.Data | None
		payer_name: DF.Data | None
		payment_reference: DF.Data | None
		plan: DF.Link
		posting_date: DF.Date
		renewed_by: DF.Link | None
		renews: DF.Link | None
		status: DF.Literal["Open", "Paid", "Expired", "Cancelled"]
		tariff: DF.Data | None
		to_date: DF.Date | None
	# end: auto-generated types

	def onload(self):
		super().onload()
		if self.docstatus == 1:
			self.set_onload("renews_from", dues.first_day_after(self))

	def validate(self):
		dues.compute(self)

	def on_submit(self):
		dues.ask(self)

	def on_cancel(self):
		super().on_cancel()
		dues.called_off(self)

	@actions.of_document(actions.RECORD, also={"member": ("Member", "read")})
	def renew(self, first_day: str | None = None):
		return dues.renew(self, first_day)

	@actions.of_document("read", changes=False, also={"member": ("Member", "read")})
	def credit(self):
		return from_credit.offer(self.holder(), demand=self)

	def mail_values(self):
		return super().mail_values() | {
			"card": lambda: models.plain(cards.sheet(self.holder())),
			"without_shares": lambda: not standing.has_shares(self.cooperative),
			"dues_alone": lambda: belonging.asked_alone(self),
			"lapses": lambda: bool(frappe.get_cached_value("Membership Plan", self.plan, "grace_days")),
			"renewal_page": lambda: renewal.link(self),
		}
