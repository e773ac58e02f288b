"""The host's own portal pages (quotations, orders, invoices) of a member's Customer.

ERPNext v15 opens them to the users listed on the Customer, Dokos to whoever's Contact is linked to it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import getdate

from coop_membership import host
from coop_membership.accounting.in_erpnext import customers
from coop_membership.doctypes import Member

ROLE = "Customer"


def roles() -> list[str]:
	"""Roles that the host's pages ask for."""
	return [ROLE] if host.has_erpnext() and frappe.db.exists("Role", ROLE) else []


def open_pages(member: Member, contact: str | None, user: str) -> None:
	"""Let a user see what belongs to the member's Customer. Nothing where there are no customers."""
	if not (host.has_erpnext() and member.get("customer")):
		return
	if contact:
		customers.link("Contact", contact, member.customer)
	if host.has_field("Customer", "portal_users"):
		customer = frappe.get_doc("Customer", member.customer)
		if user not in [row.user for row in customer.portal_users]:
			# one row, as in customers.link: a save would fail on whoever saves the Customer meanwhile
			customer.append("portal_users", {"user": user}).db_insert()
			customer.clear_cache()


def close_pages(member: Member, contact: str | None, user: str | None) -> None:
	"""Let somebody see nothing of the member's Customer any more: by their Contact, their login, or both.

	Past the host's forms: what is closed is closed, also while somebody else saves one of them.
	"""
	if not (host.has_erpnext() and member.get("customer")):
		return
	if contact:
		link = {"link_doctype": "Customer", "link_name": member.customer}
		frappe.db.delete("Dynamic Link", {"parenttype": "Contact", "parent": contact, **link})
		frappe.clear_document_cache("Contact", contact)
	if user and host.has_field("Customer", "portal_users"):
		portal = {"parenttype": "Customer", "parent": member.customer, "user": user}
		frappe.db.delete(frappe.get_meta("Customer").get_field("portal_users").options, portal)
		frappe.clear_document_cache("Customer", member.customer)


@dataclass(frozen=True)
class Purchase:
	"""A document of the member's Customer, with its page on the host."""

	doctype: str
	name: str
	day: datetime.date
	total: float
	currency: str
	status: str
	link: str


# (DocType, its page, the field of the customer, the field of the day)
_KINDS = (
	("Quotation", "/quotations", "party_name", "transaction_date"),
	("Sales Order", "/orders", "customer", "transaction_date"),
	("Sales Invoice", "/invoices", "customer", "posting_date"),
)


def has_purchases(member: Member) -> bool:
	"""True where the session's user may open the host's pages of a member's Customer."""
	return bool(member.get("customer")) and host.has_erpnext() and ROLE in frappe.get_roles()


def purchases_of(member: Member, most: int = 50) -> list[Purchase]:
	"""Quotations, orders and invoices of a Member's Customer, the newest of each first."""
	if not (member.get("customer") and host.has_erpnext()):
		return []
	found = []
	for doctype, page, customer, day in _KINDS:
		theirs = {"docstatus": 1, customer: member.customer}
		if doctype == "Quotation":
			theirs["quotation_to"] = "Customer"
		fields = ["name", day, "grand_total", "currency", "status"]
		for row in frappe.get_all(doctype, theirs, fields, order_by=f"{day} desc", limit=most):
			found.append(
				Purchase(
					doctype,
					row.name,
					getdate(row[day]),
					row.grand_total,
					row.currency,
					row.status,
					f"{page}/{row.name}",
				)
			)
	return found


def bookings_of(member: Member) -> list[tuple[str, str]]:
	"""(route, title) of Dokos's own pages of bookings and subscriptions, where the session's user has some."""
	found = []
	if host.has_field("Item Booking", "user") and frappe.db.exists(
		"Item Booking", {"user": frappe.session.user}
	):
		found.append(("/bookings", _("My bookings")))
	if member.get("customer") and host.has_field("Subscription", "billing_interval"):
		if frappe.db.exists("Subscription", {"customer": member.customer}):
			found.append(("/subscriptions", _("My subscriptions")))
	return found


def pages_of(member: Member) -> list[tuple[str, str]]:
	"""(route, title) of the host's pages on which the session's user finds something of the member's Customer."""
	if not (host.has_erpnext() and member.get("customer") and ROLE in frappe.get_roles()):
		return []
	theirs = {"docstatus": 1, "customer": member.customer}
	quoted = {"docstatus": 1, "quotation_to": "Customer", "party_name": member.customer}
	return [
		(route, title)
		for route, title, doctype, filters in (
			("/invoices", _("Invoices"), "Sales Invoice", theirs),
			("/orders", _("Orders"), "Sales Order", theirs),
			("/quotations", _("Quotations"), "Quotation", quoted),
		)
		if frappe.db.exists(doctype, filters)
	]
