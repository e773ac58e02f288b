"""A person has no second mailbox: what a form had sent along as an organisation's goes, and gets no mail any more."""

from __future__ import annotations

import frappe

from coop_membership.states.members import INDIVIDUAL


def execute() -> None:
	for doctype, field in (("Member", "member_type"), ("Membership Application", "applicant_type")):
		people = {field: INDIVIDUAL, "organisation_email": ["is", "set"]}
		frappe.db.set_value(doctype, people, "organisation_email", None, update_modified=False)
