"""The host's own portal pages (quotations, orders, invoices) of a member's Customer.

ERPNext v15 opens them to the users listed on the Customer, Dokos to whoever's Contact is linked to it.
"""

from __future__ import annotations

import frappe

from coop_membership import host


def roles() -> list[str]:
	"""Roles that the host's pages ask for."""
	return ["Customer"] if host.has_erpnext() and frappe.db.exists("Role", "Customer") else []


def open_pages(member, user: str) -> None:
	"""Let a user see what belongs to the member's Customer. Nothing where there are no customers."""
	if not (host.has_erpnext() and member.get("customer")):
		return
	if member.contact:
		link_contact(member.contact, member.customer)
	customer = frappe.get_doc("Customer", member.customer)
	if host.has_field("Customer", "portal_users") and user not in [row.user for row in customer.portal_users]:
		customer.append("portal_users", {"user": user})
		customer.save(ignore_permissions=True)  # grant_access's caller decided on the member


def link_contact(contact: str, customer: str) -> None:
	"""Link a Contact to a Customer, once."""
	doc = frappe.get_doc("Contact", contact)
	if not any(row.link_doctype == "Customer" and row.link_name == customer for row in doc.links):
		doc.append("links", {"link_doctype": "Customer", "link_name": customer})
		doc.save(ignore_permissions=True)  # as in open_pages
