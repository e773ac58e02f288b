"""The Contact and the Address of a person, found or made."""

from __future__ import annotations

import unicodedata

import frappe

from coop_membership import host
from coop_membership.doctypes import Member, MembershipApplication
from coop_membership.register.states import INDIVIDUAL


def same_name(one, other) -> bool:
	return _plain(one.first_name, one.last_name) == _plain(other.first_name, other.last_name) != ""


def _plain(*names: str | None) -> str:
	"""Names without capitals, accents and signs, as two forms may differ in them."""
	text = unicodedata.normalize("NFKD", "".join(name or "" for name in names)).casefold()
	return "".join(char for char in text if char.isalnum())


def contact_for(application: MembershipApplication) -> str:
	"""Name of the person's Contact: the one with this e-mail address, else a new one."""
	if name := known_contact(application):
		return name
	contact = frappe.get_doc(
		{
			"doctype": "Contact",
			"first_name": application.first_name,
			"last_name": application.last_name,
			"email_ids": [{"email_id": application.email, "is_primary": 1}],
			"phone_nos": [{"phone": application.phone, "is_primary_phone": 1}] if application.phone else [],
		}
	)
	contact.flags.ignore_links = True  # it has none
	with host.as_import():
		contact.insert(ignore_permissions=True)  # as in member_for
	return contact.name


def known_contact(application: MembershipApplication) -> str | None:
	"""The Contact with the application's address: of the same name first, else one that is no other member's own."""
	contacts = contacts_with_email(application.email)
	for contact in contacts:
		if same_name(contact, application):
			return contact.name
	if not contacts:
		return None
	taken = set(
		frappe.get_all(
			"Member",
			{"contact": ["in", [c.name for c in contacts]], "member_type": INDIVIDUAL},
			pluck="contact",
		)
	)
	return next((contact.name for contact in contacts if contact.name not in taken), None)


def contacts_with_email(email: str | None) -> list:
	"""Contacts that list the address, oldest first; blank never matches."""
	if not email:
		return []
	table, contact = frappe.qb.DocType("Contact Email"), frappe.qb.DocType("Contact")
	return (
		frappe.qb.from_(table)
		.join(contact)
		.on((table.parent == contact.name) & (table.parenttype == "Contact"))
		.select(contact.name, contact.first_name, contact.last_name)
		.where(table.email_id == email)
		.orderby(contact.creation)
		.run(as_dict=True)
	)


def add_address(application: MembershipApplication, contact: str, member: Member) -> None:
	"""Keep what the application says as an Address of the person's Contact and of the Member; nothing when it says none."""
	if not (application.address_line1 and application.city and application.country):
		return
	address = frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": application.applicant_name,
			"address_type": "Personal" if application.applicant_type == INDIVIDUAL else "Office",
			"address_line1": application.address_line1,
			"address_line2": application.address_line2,
			"pincode": application.postcode,
			"city": application.city,
			"country": application.country,
			"links": [
				{"link_doctype": "Contact", "link_name": contact, "link_title": application.applicant_name},
				{"link_doctype": "Member", "link_name": member.name, "link_title": member.display_name},
			],
		}
	)
	address.flags.ignore_links = True  # as in member_for
	address.insert(ignore_permissions=True)  # as in member_for
	frappe.db.set_value("Contact", contact, "address", address.name)
