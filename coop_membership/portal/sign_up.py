"""The host's sign-up page leads to the public form when a cooperative says so, and is as before when none does.

ERPNext v15 asks a template (`signup_form_template`), Dokos a setting of its own.
"""

from __future__ import annotations

import frappe

from coop_membership import host
from coop_membership.portal.join_page import ROUTE

OURS = "coop_membership/templates/includes/sign_up.html"
HOSTS = "frappe/templates/signup.html"
HOOK = "coop_membership.portal.sign_up.template"


def is_replaced() -> bool:
	return bool(frappe.db.exists("Cooperative", {"replaces_signup": 1}))


def template() -> str:
	"""Path of the template that the login page shows to who has no account."""
	if is_replaced():
		return OURS
	others = [path for path in frappe.get_hooks("signup_form_template") if path != HOOK]
	if not others:
		return HOSTS
	return others[-1] if others[-1].endswith(".html") else frappe.get_attr(others[-1])()


def follow_setting() -> None:
	"""After a Cooperative is saved or deleted."""
	host.set_sign_up_form(ROUTE, is_replaced())
