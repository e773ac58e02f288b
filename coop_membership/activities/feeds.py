"""The address of a member's own calendar: whoever has it reads it, so it is random, and a new one ends the one before."""

from __future__ import annotations

import secrets

import frappe
from frappe.utils import now_datetime

from coop_membership import server_owned
from coop_membership.doctypes import Member

FEED = "Calendar Link"
BYTES = 32


def token_of(member: str) -> str | None:
	return frappe.db.get_value(FEED, {"member": member, "ended_on": ["is", "not set"]}, "token")


def renew(member: Member) -> str:
	"""Give a Member a new address; the one before leads nowhere from now on. The caller checked whose it is."""
	end(member)
	link = frappe.get_doc({"doctype": FEED, "member": member.name, "token": secrets.token_urlsafe(BYTES)})
	server_owned.by_service(link).insert(ignore_permissions=True)  # see above
	return link.token


def end(member: Member) -> None:
	"""Let the address of a Member's calendar lead nowhere."""
	live = {"member": member.name, "ended_on": ["is", "not set"]}
	for name in frappe.get_all(FEED, live, pluck="name"):
		frappe.db.set_value(FEED, name, {"ended_on": now_datetime(), "token": None})


def member_of(token: str) -> str | None:
	"""The Member whose calendar has this address; None for any other text."""
	return (
		frappe.db.get_value(FEED, {"token": token, "ended_on": ["is", "not set"]}, "member")
		if token
		else None
	)
