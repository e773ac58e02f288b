"""Somebody new whom a head wants to have covered by the own dues: asked for in a request, whose person confirms the mailbox.

It is decided on like any other request; nobody is asked for money. Who is approved becomes a member of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

import frappe
from frappe import _

from coop_membership import host
from coop_membership.doctypes import Member, MembershipApplication
from coop_membership.dues import household
from coop_membership.joining import decisions, repeats
from coop_membership.states import applications as states
from coop_membership.states.members import INDIVIDUAL, ORGANISATION
from coop_membership.values.person_fields import ADDRESS

ASKED = ("first_name", "last_name", "email", "birth_date")


def ask(head: Member, person: Mapping[str, str | None]) -> str:
	"""Ask, as the head, to have a person covered; returns the name of the request, which waits for that person's mailbox.

	`person` has the fields ASKED. A household has one address; people of an organisation write their own later. The same
	person asked for again is one request. Raises a sentence for whatever stands against it.
	"""
	host.wait_for("Member", head.name)
	head = frappe.get_doc("Member", head.name, for_update=True)
	wanted = {field: person.get(field) for field in ASKED}
	if (wanted["email"] or "").strip().lower() == (head.email or "").lower():
		frappe.throw(_("Each person has a login of their own. Give the address of that person."))
	application = frappe.get_doc(
		{
			"doctype": "Membership Application",
			"cooperative": head.cooperative,
			"applicant_type": INDIVIDUAL,
			"language": head.language,
			**({field: head.get(field) for field in ADDRESS} if head.member_type != ORGANISATION else {}),
			**wanted,
			"source": "Portal",
			"covered_by": head.name,
		}
	)
	application.flags.by_head = True
	if waiting := _asked_before(head.name, wanted):
		return waiting
	application.insert(ignore_permissions=True)  # the caller checked whose head it is
	if repeats.mailed_enough(application):
		frappe.throw(_("This address had several messages within the hour. Try again later."))
	return application.name


def _asked_before(head: str, person: Mapping) -> str | None:
	same = {
		"covered_by": head,
		"email": (person["email"] or "").strip().lower(),
		"status": ["in", states.OPEN],
	}
	return frappe.db.exists("Membership Application", same)


def waiting_for(head: str) -> list[frappe._dict]:
	"""The requests of people whom a head wants to have covered: name, applicant_name, status."""
	there = {"covered_by": head, "status": ["in", states.OPEN]}
	fields = ["name", "applicant_name", "status"]
	return frappe.get_all("Membership Application", there, fields, order_by="creation asc")


def take_back(head: Member, request: str) -> None:
	"""A head does not want to have a person covered any more who was not admitted yet. Raises a sentence for any other request."""
	there = {"name": str(request), "covered_by": head.name, "status": ["in", states.OPEN]}
	if not frappe.db.exists("Membership Application", there):
		frappe.throw(_("This request does not wait any more. Reload the page."))
	application = frappe.get_doc("Membership Application", str(request), for_update=True)
	decisions.move(application, states.CANCELLED, _("Taken back by who pays."))


def admit(application: MembershipApplication, member: Member) -> bool:
	"""Part of an approval: True when the dues of somebody else cover the person, so that no money is asked for."""
	if not application.covered_by:
		return False
	household.cover(frappe.get_doc("Member", application.covered_by), member, application.name)
	decisions.move(application, states.PAID)
	return True
