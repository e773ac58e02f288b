"""The workspaces of a site whose cooperatives are all associations: without what is about shares, which nobody can hold there."""

from __future__ import annotations

import frappe
from frappe.desk import desktop

from coop_membership import actions
from coop_membership.desk import tables
from coop_membership.register import standing

ABOUT_SHARES = {
	"Capital Accounts",
	"Capital Summary",
	"Share Class",
	"Share Register",
	"Share Register Entry",
	"Share Subscription",
	"Share Transaction",
	"Yearly Certificate",
	"Yearly Movements",
}
CARDS = {"Capital still to be paid", "Capital subscribed", "Late payers", "Payments taken back"}
CHARTS = {"Share Capital over Time"}


@actions.of_site(None, changes=False)
def get_desktop_page(page: str) -> dict:
	"""What the host shows on a page of the desk, for whoever may see it."""
	found = desktop.get_desktop_page(page)
	if not standing.site_has_shares():
		without_shares(found)
	return found


def boot(bootinfo: frappe._dict) -> None:
	"""Hook `extend_bootinfo`: the sidebars of Frappe 16, and the only cooperative, which forms and reports then begin with."""
	if cooperative := tables.own_cooperative():
		bootinfo.user["defaults"].setdefault("cooperative", cooperative)
	sidebars = bootinfo.get("workspace_sidebar_item") or {}
	if sidebars and not standing.site_has_shares():
		for title in ("members", "dunning"):
			if sidebar := sidebars.get(title):
				sidebar["items"] = [item for item in sidebar["items"] if item["link_to"] not in ABOUT_SHARES]


def without_shares(page: dict) -> None:
	"""Take out of a page's parts those that are about shares."""
	for part, is_about in (
		("shortcuts", lambda item: item.get("link_to") in ABOUT_SHARES),
		("number_cards", lambda item: item.get("number_card_name") in CARDS),
		("charts", lambda item: item.get("chart_name") in CHARTS),
	):
		if items := (page.get(part) or {}).get("items"):
			page[part]["items"] = [item for item in items if not is_about(item)]
	for card in (page.get("cards") or {}).get("items") or ():
		card["links"] = [link for link in card.get("links") or () if link.get("link_to") not in ABOUT_SHARES]
