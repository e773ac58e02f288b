"""The host's link that logs somebody in, by mail: the same answer whether there is a login of that address or not.

The hosts answer 404 for an address that nobody has, so that anybody could try who is a member.
"""

from __future__ import annotations

import inspect

import frappe
from frappe.utils import cint
from frappe.www import login

from coop_membership import actions, jobs

ASKS = 5  # an hour and network address, where the site's settings say nothing


@actions.for_anybody(
	lambda: cint(frappe.get_system_settings("rate_limit_email_link_login")) or ASKS, 3600, changes=True
)
def send_login_link(email: str) -> None:
	"""Let the host mail the link to a login that is enabled; nothing for any other address, and not a word about it."""
	wanted = email.strip().lower()
	user = frappe.db.get_value("User", {"name": wanted, "enabled": 1})
	if not user or user.lower() != wanted:  # a database may take é for e
		return
	with jobs.attempt("Login link not sent", "User", user):
		inspect.unwrap(login.send_login_link)(user)  # its own limit has been counted above
