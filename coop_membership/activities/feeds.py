"""The address of a member's own calendar: whoever has it reads it, so it is random, and a new one ends the one before.

Each login has its own one of a member: it leads somewhere as long as that login opens the member's pages.
"""

from __future__ import annotations

import secrets

import frappe
from frappe.utils import now_datetime

from coop_membership import server_owned
from coop_membership.doctypes import Member
from coop_membership.people import representatives

FEED = "Calendar Link"
BYTES = 32


def token_of(member: str) -> str | None:
	"""The address that the session's user made of a Member's calendar."""
	return frappe.db.get_value(FEED, _live(member), "token")


def renew(member: Member) -> str:
	"""Give the session's user a new address of a Member's calendar; the one before leads nowhere from now on.

	The caller checked whose member it is.
	"""
	end(member)
	link = frappe.get_doc(
		{
			"doctype": FEED,
			"member": member.name,
			"user": frappe.session.user,
			"token": secrets.token_urlsafe(BYTES),
		}
	)
	server_owned.by_service(link).insert(ignore_permissions=True)  # see above
	return link.token


def end(member: Member) -> None:
	"""Let the address that the session's user made of a Member's calendar lead nowhere."""
	for name in frappe.get_all(FEED, _live(member.name), pluck="name"):
		frappe.db.set_value(FEED, name, {"ended_on": now_datetime(), "token": None})


def _live(member: str) -> dict:
	return {"member": member, "user": frappe.session.user, "ended_on": ["is", "not set"]}


def member_of(token: str) -> str | None:
	"""The Member whose calendar has this address; None for any other text.

	Also once the login that made it no longer opens the member's pages: a mandate ended, an address was corrected.
	"""
	live = {"token": token, "ended_on": ["is", "not set"]}
	link = frappe.db.get_value(FEED, live, ["member", "user", "token"], as_dict=True) if token else None
	if link and link.token != token:  # the database knows no capitals
		return None
	if not link or not frappe.db.exists("User", {"name": link.user or "", "enabled": 1}):
		return None
	theirs = {one.name for one in representatives.members_of(link.user)}
	return link.member if link.member in theirs else None
