"""Who a logged-in visitor is: everything starts from the session's user, and from the links of `people/accounts`."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership.doctypes import Member
from coop_membership.people import private
from coop_membership.people.fields import ADDRESS, ORGANISATION_FIELDS, PERSON, PRIVATE
from coop_membership.people.representatives import mandate_of, members
from coop_membership.register.states import ORGANISATION

SHOWN = (*PERSON, *PRIVATE, *ADDRESS)
NOT_SHOWN = ("gender", "national_number")


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


def _about(member: Member) -> dict:
	"""What the form may show of a Member. An organisation's keeps the personal data of the person it stands for only."""
	fields = SHOWN if member.member_type != ORGANISATION else (*SHOWN, *ORGANISATION_FIELDS)
	found = {**{field: member.get(field) for field in fields}, **private.of(member)}
	if member.member_type == ORGANISATION:
		mandate = mandate_of(member, frappe.session.user)
		if mandate.contact != member.contact:
			names = frappe.db.get_value("Contact", mandate.contact, ["first_name", "last_name"], as_dict=True)
			found |= {**dict.fromkeys((*PERSON, *PRIVATE)), **names, "email": mandate.user}
	return found
