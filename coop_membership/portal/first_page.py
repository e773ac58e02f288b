"""What a site's address alone leads to: a member's own page; for visitors, unless the site has a home page, the
cooperative with a door for each. The hosts ask for it with `get_website_user_home_page` (hooks.py).
"""

from __future__ import annotations

from urllib.parse import urlencode

import frappe
from frappe import _

from coop_membership.people.accounts import OWN_PAGE
from coop_membership.portal import offer
from coop_membership.prints.wording import picture

ROUTE = "membership-welcome"
HOOK = "get_website_user_home_page"
OWN = "coop_membership.portal.first_page.home_page_of"
DESK = "/app"


def home_page_of(user: str) -> str | None:
	"""Where `/`, and a login to the website, lead; None leaves it to the host. What another app or the site says goes
	first, but for members: their page is their membership.
	"""
	if is_of_members(user):
		return OWN_PAGE
	if others := [path for path in frappe.get_hooks(HOOK) if path != OWN]:
		return frappe.get_attr(others[-1])(user)
	if own := frappe.get_hooks("website_user_home_page"):
		return own[-1]
	if user != "Guest" or _site_has_one() or not frappe.db.count("Cooperative"):
		return None
	return ROUTE


def is_of_members(user: str) -> bool:
	"""True for a login of the website that belongs to members."""
	return "Member" in frappe.get_roles(user) and frappe.get_cached_value("User", user, "user_type") != (
		"System User"
	)


def _site_has_one() -> bool:
	hooks = any(frappe.get_hooks(name) for name in ("home_page", "role_home_page"))
	return hooks or (frappe.db.get_single_value("Website Settings", "home_page") or "login") != "login"


def doors() -> frappe._dict:
	"""What the first page shows: `title`, `logo` of the only cooperative that can be joined, and its doors."""
	open_ones = offer.cooperatives()
	names = [one["name"] for one in open_ones] or frappe.get_all("Cooperative", pluck="name", limit=2)
	only = frappe.get_cached_doc("Cooperative", names[0]) if len(names) == 1 else None
	return frappe._dict(
		title=only.title if only else _("Welcome"),
		logo=picture(only.logo) if only else None,
		contact_email=only.contact_email if only else None,
		join=("/join?" + urlencode({"cooperative": only.name}) if only else "/join") if open_ones else None,
		members=_after_login(OWN_PAGE),
		staff=_after_login(DESK),
	)


def _after_login(page: str) -> str:
	return page if frappe.session.user != "Guest" else "/login?" + urlencode({"redirect-to": page})
