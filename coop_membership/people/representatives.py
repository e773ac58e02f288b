"""Who represents an organisation, and which members a user is or represents."""

from __future__ import annotations

import datetime

import frappe
from frappe.utils import getdate

from coop_membership.doctypes import Member, MemberRepresentative, MembershipApplication
from coop_membership.people import facts, persons
from coop_membership.people.contacts import known_contact
from coop_membership.states.members import INDIVIDUAL, ORGANISATION


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


def in_force(member: Member, day: datetime.date | None = None) -> list[MemberRepresentative]:
	"""The representatives of an organisation on a day (today), in their order."""
	return [row for row in member.representatives if in_office(row, day)]


def represents(application: MembershipApplication, member: Member) -> bool:
	contact = known_contact(application)
	return any(row.contact == contact for row in member.representatives)


def members(cooperative: str | None = None) -> list[Member]:
	"""The Members that the session's user is, or represents today: one's own first. Of one cooperative, or of all.

	Read from what `accounts` alone writes: no field that its subject could change takes part.
	"""
	return members_of(frappe.session.user, cooperative)


def members_of(user: str, cooperative: str | None = None) -> list[Member]:
	"""As `members`, of any user. For the services."""
	if not user or user == "Guest":
		return []
	here = {"merged_into": ["is", "not set"], **({"cooperative": cooperative} if cooperative else {})}
	own = frappe.get_all(
		"Member",
		{"member_type": INDIVIDUAL, "user": user, **here},
		["name", "user"],
		order_by="creation asc",
	)
	mandates = frappe.get_all(
		"Member Representative",
		{"parenttype": "Member", "user": user},
		["parent", "user", "from_date", "to_date"],
	)
	represented = {row.parent for row in mandates if row.user == user and in_office(row)}
	organisations = represented and frappe.get_all(
		"Member",
		{"name": ["in", list(represented)], "member_type": ORGANISATION, **here},
		pluck="name",
		order_by="creation asc",
	)
	mine = [row.name for row in own if row.user == user]  # a database may take é for e
	return [frappe.get_doc("Member", name) for name in [*mine, *organisations]]


def stands_for(member: str) -> bool:
	"""True when the session's user is a Member, or represents it today."""
	return any(one.name == member for one in members())


def mandate_of(member: Member, user: str) -> MemberRepresentative | None:
	"""The row by which a user represents an organisation today."""
	return next((row for row in in_force(member) if row.user == user), None)


def member_of(application: MembershipApplication) -> str | None:
	"""The Member whose increase an application of the session's user is; None when it is about somebody else."""
	mine = [one for one in members(application.cooperative) if one.member_type == application.applicant_type]
	if application.applicant_type == ORGANISATION:
		asked = (application.registration_number or "", application.organisation_name)
		found = (one.name for one in mine if (one.registration_number or "", one.organisation_name) == asked)
		return next(found, None)
	person = facts.of(application)
	mine = [one for one in mine if persons.same_name(facts.of(one), person)]
	which = persons.the_one(person, [facts.of(one) for one in mine])
	return None if which is None else mine[which].name
