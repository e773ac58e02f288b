import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership import actions
from coop_membership.payments import correction


class PaymentCorrection(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amended_from: DF.Link | None
		amount: DF.Currency
		cooperative: DF.Link | None
		demand: DF.DynamicLink
		demand_type: DF.Link
		disable_account: DF.Check
		member: DF.Link | None
		member_name: DF.Data | None
		notify_member: DF.Check
		payment: DF.DynamicLink | None
		payment_type: DF.Link | None
		reason: DF.SmallText
		right_demand: DF.DynamicLink | None
		right_demand_type: DF.Link | None
		snapshot: DF.Code | None
		status: DF.Literal["Draft", "Done"]
		take_numbers_back: DF.Check
	# end: auto-generated types

	def validate(self):
		correction.complete(self)

	def before_submit(self):
		correction.execute(self)

	def before_update_after_submit(self):
		frappe.throw(_("A correction that is done can't be changed. Make another one."))

	def before_cancel(self):
		frappe.throw(_("A correction is undone by another correction, never cancelled."))

	@actions.of_document("read", changes=False, also={"member": ("Member", "read")})
	def preview(self):
		return correction.preview(self)
