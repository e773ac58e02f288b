import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from coop_membership.dues.periods import CALENDAR_YEAR, YEAR


class MembershipPlan(Document):
	def validate(self):
		if flt(self.price, 2) <= 0:
			frappe.throw(_("Enter the price of a period: more than zero."))
		if cint(self.interval) < 1:
			frappe.throw(_("Enter the length of a period: at least 1."))
		if self.period == CALENDAR_YEAR:
			self.interval_unit = YEAR
		else:
			self.prorate = 0
