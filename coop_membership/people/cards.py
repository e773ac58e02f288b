"""Which of the host's Contacts and Addresses our roles see: those of members, and of who represents them.

The roles get the right to read from `setup/host_rights.py`; these hooks keep it to the cooperatives that a user may read.
Whoever has the right from a role of the host sees what the host shows, and everybody sees what they made themselves.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.query_builder import Criterion

from coop_membership import host

READERS = ("Membership Manager", "Membership User", "Membership Board")
CONTACT, ADDRESS = "Contact", "Address"


def contact_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook for lists of Contacts."""
	return _conditions(CONTACT, user)


def address_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook for lists of Addresses."""
	return _conditions(ADDRESS, user)


def has_permission(doc: Document, ptype: str = "read", user: str | None = None, **_more) -> bool:
	"""Hook for one Contact or Address, with the same answer as its list."""
	user = user or frappe.session.user
	if not isinstance(doc, Document) or doc.is_new() or not is_ours_alone(doc.doctype, user):
		return True
	table = frappe.qb.DocType(doc.doctype)
	query = frappe.qb.from_(table).select(table.name).where(table.name == doc.name)
	return bool(query.where(_visible(table, doc.doctype, user)).run())


def is_ours_alone(doctype: str, user: str) -> bool:
	"""True when a user may read all documents of a DocType because of our roles, and of no other."""
	if user == "Administrator":
		return False
	roles = set(frappe.get_roles(user))
	readers = {
		row.role
		for row in frappe.get_meta(doctype).permissions
		if row.read and not row.permlevel and not row.if_owner
	}
	return bool(roles & readers) and not (roles & readers) - set(READERS)


def _conditions(doctype: str, user: str | None) -> str:
	user = user or frappe.session.user
	if not is_ours_alone(doctype, user):
		return ""
	return _visible(frappe.qb.DocType(doctype), doctype, user).get_sql(
		quote_char=frappe.qb.from_(doctype).QUOTE_CHAR, with_namespace=True
	)


def _visible(table, doctype: str, user: str) -> Criterion:
	"""Their own, and those of members of the cooperatives that the user may read."""
	if doctype == CONTACT:
		return (table.owner == user) | _is_ours(table.name, user)
	link = frappe.qb.DocType("Dynamic Link")
	of_them = (
		frappe.qb.from_(link)
		.select(link.parent)
		.where((link.parenttype == ADDRESS) & (link.link_doctype == CONTACT) & _is_ours(link.link_name, user))
	)
	return (table.owner == user) | table.name.isin(of_them)


def _is_ours(contact, user: str) -> Criterion:
	"""The Contact is a member's, or of somebody who represents one."""
	member, row = frappe.qb.DocType("Member"), frappe.qb.DocType("Member Representative")
	cooperatives = frappe.get_list("Cooperative", pluck="name", user=user, limit_page_length=0) or [
		host.NOTHING
	]
	own = frappe.qb.from_(member).select(member.contact).where(member.cooperative.isin(cooperatives))
	represented = (
		frappe.qb.from_(row)
		.join(member)
		.on((row.parent == member.name) & (row.parenttype == "Member"))
		.select(row.contact)
		.where(member.cooperative.isin(cooperatives) & row.contact.isnotnull())
	)
	return contact.isin(own.where(member.contact.isnotnull())) | contact.isin(represented)
