"""What a member buys from the cooperative: quotations, orders and invoices, each with its page on the host."""

from __future__ import annotations

from frappe import _

from coop_membership.accounting.in_erpnext import portal_access
from coop_membership.doctypes import Member
from coop_membership.portal import sections
from coop_membership.prints.wording import money, short_date

# their states are feminine in French here; under the host's own names these words would change its forms
ORDER, INVOICE = "Order of a member", "Invoice of a member"


class Purchases(sections.Section):
	name = "purchases"
	template = "templates/includes/portal/purchases.html"

	def title(self) -> str:
		return _("Purchases")

	def is_for(self, member: Member) -> bool:
		return portal_access.has_purchases(member)

	def words(self, member: Member) -> dict:
		found = portal_access.purchases_of(member)
		return {
			"kinds": [
				{
					"title": title,
					"empty": empty,
					"rows": [
						{
							"name": one.name,
							"day": short_date(one.day),
							"total": money(one.total, one.currency),
							"status": _(one.status, context=noun),
							"link": one.link,
						}
						for one in found
						if one.doctype == doctype
					],
				}
				for doctype, noun, title, empty in (
					("Quotation", None, _("Quotations"), _("No quotation. Ask us for one by e-mail.")),
					("Sales Order", ORDER, _("Orders"), _("No order yet.")),
					("Sales Invoice", INVOICE, _("Invoices"), _("No invoice yet.")),
				)
			],
			"bookings": portal_access.bookings_of(member),
		}
