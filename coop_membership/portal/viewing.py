"""A manager looks at a member's pages as the member sees them: read only, for six hours, and written down.

Who looks stays who they are: only pages ask this, no action does, so nothing can be changed. Each look asks the
manager's right on the member anew. Each address says whose pages they are, and opens no others: once the look is over,
or another one has begun, it is refused, and nobody takes his own pages for a member's.
"""

from __future__ import annotations

import time

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log

from coop_membership import actions
from coop_membership.doctypes import Member
from coop_membership.messages import timeline
from coop_membership.portal import sections

HOURS = 6
RIGHT = "write"  # who may change a member may see what the member sees
_KEY = "coop_membership_viewing"


def begin(member: Member) -> None:
	"""From now on, and for six hours, My membership shows this member to the session's user.

	The caller checked the right on the member. A line stays in the access log and on the member.
	"""
	until = time.time() + HOURS * 3600
	frappe.cache().hset(_KEY, frappe.session.user, {"member": member.name, "until": until})
	make_access_log(doctype="Member", document=member.name, method="View as member")
	timeline.note(member, _("Looked at as the member sees it."))


def end() -> None:
	frappe.cache().hdel(_KEY, frappe.session.user)


def member() -> Member | None:
	"""Whom the session's user looks at; None once the time or the right is over."""
	if frappe.session.user == "Guest":
		return None
	kept = frappe.cache().hget(_KEY, frappe.session.user)
	if not kept:
		return None
	if kept["until"] < time.time() or not frappe.db.exists("Member", kept["member"]):
		end()
		return None
	found = frappe.get_doc("Member", kept["member"])
	return found if frappe.has_permission("Member", RIGHT, found) else None


@actions.of_site("Member", RIGHT)
def start(member: str) -> str:
	"""Open the pages of a member as the member sees them; returns their address."""
	found = actions.granted("Member", member, RIGHT)
	begin(found)
	return sections.address("", found.name)


@actions.of_site(None)
def stop() -> None:
	"""See one's own pages again."""
	end()
