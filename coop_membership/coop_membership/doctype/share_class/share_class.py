import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from coop_membership.register import standing


class ShareClass(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		certificate_template: DF.Link | None
		code: DF.Data
		cooperative: DF.Link
		disabled: DF.Check
		enforce_minimum: DF.Check
		for_individuals: DF.Check
		for_organisations: DF.Check
		is_default: DF.Check
		maximum_quantity: DF.Int
		minimum_quantity: DF.Int
		on_website: DF.Check
		title: DF.Data
		unit_price: DF.Currency
	# end: auto-generated types

	def validate(self):
		kind = frappe.get_cached_value("Cooperative", self.cooperative, "kind")
		if kind == standing.WITH_DUES:
			frappe.throw(
				_("{0} is an association without shares. Choose “{1}” on its form first.").format(
					self.cooperative, _(standing.WITH_BOTH)
				)
			)
		if self.maximum_quantity and self.maximum_quantity < self.minimum_quantity:
			frappe.throw(_("The maximum quantity is smaller than the minimum quantity."))
		if flt(self.unit_price) <= 0:
			frappe.throw(_("Enter the price of one share: more than zero."))
		if not (self.for_individuals or self.for_organisations):
			frappe.throw(_("Say who may hold this class: individuals, organisations, or both."))
		if self.is_default:
			for name in frappe.get_all(
				"Share Class",
				{"cooperative": self.cooperative, "is_default": 1, "name": ["!=", self.name or ""]},
				pluck="name",
			):
				frappe.db.set_value("Share Class", name, "is_default", 0)
