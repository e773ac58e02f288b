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

		from coop_membership.coop_membership.doctype.dues_tariff.dues_tariff import DuesTariff

		cooperative: DF.Link
		covers: DF.Int
		disabled: DF.Check
		entry_fee: DF.Currency
		free_amount: DF.Check
		grace_days: DF.Int
		interval: DF.Int
		interval_unit: DF.Literal["Year", "Month"]
		minimum_amount: DF.Currency
		on_website: DF.Check
		period: DF.Literal["Calendar year", "Rolling"]
		price: DF.Currency
		prorate: DF.Check
		renewal_notice_days: DF.Int
		tariffs: DF.Table[DuesTariff]
		title: DF.Data
	# end: auto-generated types

	def validate(self):
		if flt(self.price, 2) < 0:
			frappe.throw(_("Enter the price of a period: zero for a free or honorary one, else more."))
		if self.free_amount and flt(self.minimum_amount) > flt(self.price):
			frappe.throw(_("The least amount is above the suggested one. Lower it, or raise the price."))
		titles = [row.title for row in self.tariffs]
		if len(titles) != len(set(titles)):
			frappe.throw(_("Two tariffs have the same title. Give each its own."))
		if cint(self.interval) < 1:
			frappe.throw(_("Enter the length of a period: at least 1."))
		if self.period == CALENDAR_YEAR:
			self.interval_unit = YEAR
		else:
			self.prorate = 0
