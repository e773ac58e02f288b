"""The front desk: a name or a number, and the answer who may use what, and why not."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from coop_membership import actions
from coop_membership.machines import access, badges
from coop_membership.machines.access import AUTHORIZATION
from coop_membership.prints.wording import long_date

MOST = 6  # people shown at once
SHORTEST = 2  # letters of a name


@actions.of_site(AUTHORIZATION, changes=False)
def look_up(words: str) -> list[dict]:
	"""The members whose name holds these words, or whose number they are, with what they may use now; six at most.

	Of those that the user may read, see `actions`.
	"""
	return [_card(frappe.get_doc("Member", name)) for name in _found(words.strip())]


def _found(words: str) -> list[str]:
	if scanned := badges.member_of(words):
		return frappe.get_list("Member", {"name": scanned}, pluck="name")
	here = {"merged_into": ["is", "not set"]}
	if words.isdigit():
		return frappe.get_list("Member", {**here, "member_number": cint(words)}, pluck="name", limit=MOST)
	if len(words) < SHORTEST:
		return []
	spelled = [["display_name", "like", f"%{word}%"] for word in words.split()[:4]]
	return frappe.get_list(
		"Member",
		[*spelled, ["merged_into", "is", "not set"]],
		pluck="name",
		order_by="status asc, display_name asc",
		limit=MOST,
	)


def _card(member) -> dict:
	found = access.overview(member)
	wrong = access.in_good_standing(member)
	return {
		"name": member.name,
		"display_name": member.display_name,
		"number": member.member_number or None,
		"cooperative": frappe.get_cached_value("Cooperative", member.cooperative, "title"),
		"standing": access.sentence(wrong) if wrong else _("Membership in good standing"),
		"is_good": not wrong,
		"machines": [
			{
				"title": _(machine.title),
				"place": _(machine.place or ""),
				"allowed": answer.allowed,
				"reasons": answer.sentences,
				"until": long_date(answer.until) if answer.until else "",
			}
			for machine, answer in found
		],
	}
