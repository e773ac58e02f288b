"""The Customer of a Member: called, reached and written to as the Member is."""

from __future__ import annotations

import frappe
from frappe.contacts.doctype.address.address import get_address_display

from coop_membership import host
from coop_membership.doctypes import Member


def follow(member: Member) -> None:
	"""Bring name, language, main contact and main address of the member's Customer in line with the Member.

	Nothing where there are no customers. For the services: past the host's checks of a form that nobody has open.
	"""
	if not (host.has_erpnext() and member.get("customer")):
		return
	values = {"customer_name": member.display_name, "language": member.language}
	values |= dict.fromkeys(("customer_primary_contact", "email_id", "mobile_no"))
	if member.contact:
		link("Contact", member.contact, member.customer)
		reached = frappe.db.get_value(
			"Contact", member.contact, ["email_id", "mobile_no", "phone"], as_dict=True
		)
		values |= {
			"customer_primary_contact": member.contact,
			"email_id": reached.email_id,
			"mobile_no": reached.mobile_no or reached.phone,
		}
	if address := address_of(member):
		link("Address", address, member.customer)
		values |= {
			"customer_primary_address": address,
			"primary_address": get_address_display(frappe.get_doc("Address", address).as_dict()),
		}
	values = {field: value for field, value in values.items() if host.has_field("Customer", field)}
	frappe.db.set_value("Customer", member.customer, values)
	frappe.clear_document_cache("Customer", member.customer)


def address_of(member: Member) -> str | None:
	"""The newest Address in use that our services made for a Member; never one that a website user may write."""
	table, line = frappe.qb.DocType("Address"), frappe.qb.DocType("Dynamic Link")
	rows = (
		frappe.qb.from_(table)
		.join(line)
		.on((line.parent == table.name) & (line.parenttype == "Address"))
		.select(table.name, table.owner)
		.where((line.link_doctype == "Member") & (line.link_name == member.name) & (table.disabled == 0))
		.orderby(table.creation, order=frappe.qb.desc)
		.run(as_dict=True)
	)
	visitors = host.website_users(row.owner for row in rows)
	return next((row.name for row in rows if row.owner not in visitors), None)


def link(doctype: str, name: str, customer: str) -> None:
	"""Link a Contact or an Address to a Customer, once."""
	doc = frappe.get_doc(doctype, name)
	if not any((row.link_doctype, row.link_name) == ("Customer", customer) for row in doc.links):
		# one row: a save of the whole document costs as much as making it
		doc.append("links", {"link_doctype": "Customer", "link_name": customer}).db_insert()
		doc.clear_cache()


def merge(keep: Member, drop: Member) -> None:
	"""Make two Customers one by the host's own means: invoices, payments and their ledgers follow, so does the credit.

	The caller checked who may merge the members. It takes the host a while on a site with many vouchers.
	"""
	theirs, ours = drop.get("customer"), keep.get("customer")
	if not (host.has_erpnext() and theirs):
		return
	frappe.db.set_value("Member", drop.name, "customer", None)
	if not ours:
		frappe.db.set_value("Member", keep.name, "customer", theirs)
	elif theirs != ours:
		with host.as_system():  # as said
			frappe.rename_doc("Customer", theirs, ours, merge=True, force=True, show_alert=False)
	for member in (keep, drop):
		member.reload()
