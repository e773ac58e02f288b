from coop_membership import actions
from coop_membership.activities import fees
from coop_membership.coop_membership.demand_document import DemandDocument
from coop_membership.joining import from_credit


class ActivityFee(DemandDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		activity: DF.Link
		activity_title: DF.Data | None
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

	def on_submit(self):
		fees.submitted(self)

	@actions.of_document("read", changes=False, also={"member": ("Member", "read")})
	def credit(self):
		return from_credit.offer(self.holder(), demand=self)
