"""The host's own portal pages (quotations, orders, invoices) of a member's Customer.

ERPNext v15 opens them to the users listed on the Customer, Dokos to whoever's Contact is linked to it.
"""

from __future__ import annotations

import frappe
from frappe import _

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
	customer = frappe.get_doc("Customer", member.customer)
	if host.has_field("Customer", "portal_users") and user not in [row.user for row in customer.portal_users]:
		customer.append("portal_users", {"user": user})
		customer.save(ignore_permissions=True)  # the callers in accounts.py decided on the member


def close_pages(member: Member, contact: str | None, user: str | None) -> None:
	"""Let somebody see nothing of the member's Customer any more: by their Contact, their login, or both."""
	if not (host.has_erpnext() and member.get("customer")):
		return
	if contact and frappe.db.exists("Contact", contact):
		doc = frappe.get_doc("Contact", contact)
		if links := [row for row in doc.links if _leads_to(row, member.customer)]:
			for row in links:
				doc.remove(row)
			doc.save(ignore_permissions=True)  # as in open_pages
	customer = frappe.get_doc("Customer", member.customer)
	if rows := [row for row in customer.get("portal_users") or [] if user and row.user == user]:
		for row in rows:
			customer.remove(row)
		customer.save(ignore_permissions=True)  # as in open_pages


def _leads_to(link, customer: str) -> bool:
	return (link.link_doctype, link.link_name) == ("Customer", customer)


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
