"""Keys in links to an applicant: they open the application for who reads the mailbox that they went to, and prove it."""

from __future__ import annotations

import frappe

from coop_membership import signing
from coop_membership.doctypes import MembershipApplication


def sign(purpose: str, application: MembershipApplication, days: int) -> str:
	"""A key for the mailbox that an application names now."""
	return signing.sign(purpose, f"{application.name} {application.email}", days)


def read(purpose: str, key: str | None) -> MembershipApplication:
	"""The application that a key is about. Raises signing.BadKey; signing.Expired also once it names another mailbox."""
	name, _space, mailbox = signing.read(purpose, key).partition(" ")
	if not mailbox or not frappe.db.exists("Membership Application", {"name": name, "email": mailbox}):
		raise signing.Expired(name)
	return frappe.get_doc("Membership Application", name)
