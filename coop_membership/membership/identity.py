"""Who is behind an application: the Contact, the Address and the Member, matched or made, never duplicated.

Matching is exact: a person by e-mail within the same cooperative (a member in person), an organisation by its
registration number. Blank never matches. Source: peers.md 1.3, without its [B]s.
"""

from __future__ import annotations

import frappe

PERSON = (
	"first_name",
	"last_name",
	"birth_date",
	"gender",
	"email",
	"phone",
	"language",
	"national_number",
	"iban",
)
ADDRESS = ("address_line1", "address_line2", "postcode", "city", "country")
ORGANISATION = ("organisation_name", "organisation_email", "registration_number", "legal_form")


def find_member(application) -> str | None:
	"""Name of the Member that the application is about, or None for somebody new."""
	if application.member:
		return application.member
	filters = {"cooperative": application.cooperative, "member_type": application.applicant_type}
	if application.applicant_type == "Organisation":
		if not application.registration_number:
			return None
		filters["registration_number"] = application.registration_number
	else:
		if not application.email:
			return None
		filters["email"] = application.email
	return frappe.db.get_value("Member", filters, "name", order_by="creation asc")


def member_for(application):
	"""The Member document behind an application, made as `Candidate` with Contact and Address when there is none."""
	if name := find_member(application):
		return frappe.get_doc("Member", name)
	contact = contact_for(application)
	member = frappe.get_doc(
		{
			"doctype": "Member",
			"cooperative": application.cooperative,
			"member_type": application.applicant_type,
			"contact": contact,
			"referral_source": application.referral_source,
			**{field: application.get(field) for field in PERSON + ADDRESS},
		}
	)
	if application.applicant_type == "Organisation":
		member.update({field: application.get(field) for field in ORGANISATION})
		member.append(
			"representatives",
			{
				"contact": contact,
				"function": application.representative_function,
				"from_date": frappe.utils.today(),
			},
		)
	member.insert(ignore_permissions=True)  # approve() checked that this user may decide on the application
	add_address(application, contact, member)
	return member


def contact_for(application) -> str:
	"""Name of the person's Contact: the one with this e-mail address, else a new one."""
	if name := contact_with_email(application.email):
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
	contact.insert(ignore_permissions=True)  # as in member_for
	return contact.name


def contact_with_email(email: str | None) -> str | None:
	"""The oldest Contact that lists the address; blank never matches."""
	if not email:
		return None
	table = frappe.qb.DocType("Contact Email")
	rows = (
		frappe.qb.from_(table)
		.select(table.parent)
		.where((table.email_id == email) & (table.parenttype == "Contact"))
		.orderby(table.creation)
		.limit(1)
		.run()
	)
	return rows[0][0] if rows else None


def add_address(application, contact: str, member) -> None:
	"""Keep what the application says as an Address of the person's Contact and of the Member; nothing when it says none."""
	if not (application.address_line1 and application.city and application.country):
		return
	address = frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": application.applicant_name,
			"address_type": "Personal" if application.applicant_type == "Individual" else "Office",
			"address_line1": application.address_line1,
			"address_line2": application.address_line2,
			"pincode": application.postcode,
			"city": application.city,
			"country": application.country,
			"links": [
				{"link_doctype": "Contact", "link_name": contact},
				{"link_doctype": "Member", "link_name": member.name},
			],
		}
	)
	address.insert(ignore_permissions=True)  # as in member_for
	frappe.db.set_value("Contact", contact, "address", address.name)
