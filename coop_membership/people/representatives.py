"""Who represents an organisation, and which members a user is or represents."""

from __future__ import annotations

import datetime

import frappe
from frappe.utils import getdate

from coop_membership.doctypes import Member, MembershipApplication
from coop_membership.people import contacts
from coop_membership.people.contacts import known_contact
from coop_membership.register.states import INDIVIDUAL, ORGANISATION


def represent(member: Member, contact: str, function: str | None) -> None:
	"""Add a representative from today on to an organisation's unsaved list, once."""
	if not any(row.contact == contact and not row.to_date for row in member.representatives):
		member.append(
			"representatives",
			{"contact": contact, "function": function, "from_date": frappe.utils.today()},
		)


def in_office(row, day: datetime.date | None = None) -> bool:
	"""True when a Member Representative represents on a day (today), both ends of the mandate included."""
	day = day or getdate()
	return getdate(row.from_date or day) <= day <= getdate(row.to_date or day)


def represents(application: MembershipApplication, member: Member) -> bool:
	contact = known_contact(application)
	return any(row.contact == contact for row in member.representatives)


def members(cooperative: str | None = None) -> list:
	"""The Members that the session's user is, or represents today: one's own first. Of one cooperative, or of all."""
	user = frappe.session.user
	if user == "Guest":
		return []
	here = {"merged_into": ["is", "not set"], **({"cooperative": cooperative} if cooperative else {})}
	contacts = own_contacts() or [""]
	own = frappe.get_all(
		"Member",
		{"member_type": INDIVIDUAL, **here},
		pluck="name",
		or_filters=[["user", "=", user], ["contact", "in", contacts]],
		order_by="creation asc",
	)
	mandates = frappe.get_all(
		"Member Representative",
		{"parenttype": "Member", "contact": ["in", contacts]},
		["parent", "from_date", "to_date"],
	)
	represented = {row.parent for row in mandates if in_office(row)}
	organisations = frappe.get_all(
		"Member",
		{"name": ["in", list(represented) or [""]], "member_type": ORGANISATION, **here},
		pluck="name",
		order_by="creation asc",
	)
	return [frappe.get_doc("Member", name) for name in [*own, *organisations]]


def own_contacts() -> list[str]:
	"""Contacts of the session's user."""
	return frappe.get_all("Contact", {"user": frappe.session.user}, pluck="name", order_by="creation asc")


def member_of(application: MembershipApplication) -> str | None:
	"""The Member whose increase an application of the session's user is; None when it is about somebody else."""
	for member in members(application.cooperative):
		if member.member_type != application.applicant_type:
			continue
		if member.member_type == ORGANISATION:
			same = (member.registration_number or "", member.organisation_name) == (
				application.registration_number or "",
				application.organisation_name,
			)
		else:
			same = contacts.same_name(member, application)
		if same:
			return member.name
	return None
