import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from coop_membership.dues.periods import CALENDAR_YEAR, YEAR


class MembershipPlan(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		cooperative: DF.Link
		disabled: DF.Check
		entry_fee: DF.Currency
		grace_days: DF.Int
		interval: DF.Int
		interval_unit: DF.Literal["Year", "Month"]
		on_website: DF.Check
		period: DF.Literal["Calendar year", "Rolling"]
		price: DF.Currency
		prorate: DF.Check
		renewal_notice_days: DF.Int
		title: DF.Data
	# end: auto-generated types

	def validate(self):
		if flt(self.price, 2) < 0:
			frappe.throw(_("Enter the price of a period: zero for a free or honorary one, else more."))
		if cint(self.interval) < 1:
			frappe.throw(_("Enter the length of a period: at least 1."))
		if self.period == CALENDAR_YEAR:
			self.interval_unit = YEAR
		else:
			self.prorate = 0
