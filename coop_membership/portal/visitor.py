"""Who a logged-in visitor of the public form is: everything starts from the session's user and its contacts."""

from __future__ import annotations

import frappe
from frappe.utils import getdate

from coop_membership.membership import identity

SHOWN = (*identity.PERSON, *identity.ADDRESS)
NOT_SHOWN = ("gender", "national_number")
ORGANISATION = "Organisation"


def members(cooperative: str) -> list:
	"""The Members of a cooperative that the session's user is, or represents today: one's own first."""
	user = frappe.session.user
	if user == "Guest":
		return []
	contacts = frappe.get_all("Contact", {"user": user}, pluck="name")
	own = frappe.get_all(
		"Member",
		{"cooperative": cooperative, "merged_into": ["is", "not set"], "member_type": "Individual"},
		pluck="name",
		or_filters=[["user", "=", user], ["contact", "in", contacts or [""]]],
		order_by="creation asc",
	)
	today = getdate()
	represented = {
		row.parent
		for row in frappe.get_all(
			"Member Representative",
			{"parenttype": "Member", "contact": ["in", contacts or [""]]},
			["parent", "from_date", "to_date"],
		)
		if getdate(row.from_date or today) <= today <= getdate(row.to_date or today)
	}
	organisations = frappe.get_all(
		"Member",
		{
			"name": ["in", list(represented) or [""]],
			"cooperative": cooperative,
			"merged_into": ["is", "not set"],
			"member_type": ORGANISATION,
		},
		pluck="name",
		order_by="creation asc",
	)
	return [frappe.get_doc("Member", name) for name in [*own, *organisations]]


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


def prefill(cooperative: str | None) -> dict:
	"""Values of the public form for the session's user: {} for a guest, or for somebody who is no member here."""
	found = members(cooperative) if cooperative else []
	if not found:
		return {}
	member = found[0]
	fields = SHOWN + (identity.ORGANISATION if member.member_type == ORGANISATION else ())
	values = {
		field: str(member.get(field)) for field in fields if member.get(field) and field not in NOT_SHOWN
	}
	return {"applicant_type": member.member_type, "values": values}
