"""Who a logged-in visitor is: everything starts from the session's user and its contacts."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership.membership import identity

SHOWN = (*identity.PERSON, *identity.ADDRESS)
NOT_SHOWN = ("gender", "national_number")
ORGANISATION = identity.ORGANISATION_TYPE


def members(cooperative: str | None = None) -> list:
	"""The Members that the session's user is, or represents today: one's own first. Of one cooperative, or of all."""
	user = frappe.session.user
	if user == "Guest":
		return []
	here = {"merged_into": ["is", "not set"], **({"cooperative": cooperative} if cooperative else {})}
	contacts = _contacts() or [""]
	own = frappe.get_all(
		"Member",
		{"member_type": "Individual", **here},
		pluck="name",
		or_filters=[["user", "=", user], ["contact", "in", contacts]],
		order_by="creation asc",
	)
	mandates = frappe.get_all(
		"Member Representative",
		{"parenttype": "Member", "contact": ["in", contacts]},
		["parent", "from_date", "to_date"],
	)
	represented = {row.parent for row in mandates if identity.in_office(row)}
	organisations = frappe.get_all(
		"Member",
		{"name": ["in", list(represented) or [""]], "member_type": ORGANISATION, **here},
		pluck="name",
		order_by="creation asc",
	)
	return [frappe.get_doc("Member", name) for name in [*own, *organisations]]


def _contacts() -> list[str]:
	"""Contacts of the session's user."""
	return frappe.get_all("Contact", {"user": frappe.session.user}, pluck="name", order_by="creation asc")


def choose(found: list, name: str | None):
	"""The one that a visitor asks for among the Members found, the first when none is asked for; None of none.

	Raises frappe.PermissionError for any other name, alike whether there is such a member or not.
	"""
	if not name:
		return found[0] if found else None
	for member in found:
		if member.name == name:
			return member
	frappe.throw(
		_("This page belongs to another account. Open My membership to see yours."), frappe.PermissionError
	)


def member_of(application) -> str | None:
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
			same = identity._same_name(member, application)
		if same:
			return member.name
	return None


def prefill(cooperative: str | None, name: str | None = None) -> dict:
	"""Values of the public form for the session's user: {} for a guest, or for somebody who is no member here.

	They are those of the chosen Member, or of the first one. Raises as `choose`.
	"""
	member = choose(members(cooperative) if cooperative else [], name)
	if not member:
		return {}
	found = _about(member)
	return {
		"applicant_type": member.member_type,
		"name": member.display_name,
		"values": {field: str(value) for field, value in found.items() if value and field not in NOT_SHOWN},
	}


def _about(member) -> dict:
	"""What the form may show of a Member. An organisation's keeps the personal data of its account's holder only."""
	user = frappe.session.user
	fields = SHOWN if member.member_type != ORGANISATION else (*SHOWN, *identity.ORGANISATION)
	found = {field: member.get(field) for field in fields}
	if member.member_type == ORGANISATION and member.user != user:
		mine = _contacts()
		contact = next(row.contact for row in member.representatives if row.contact in mine)
		names = frappe.db.get_value("Contact", contact, ["first_name", "last_name"], as_dict=True)
		found |= {**dict.fromkeys(identity.PERSON), **names, "email": user}
	return found
