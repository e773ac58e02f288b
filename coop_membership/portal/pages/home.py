"""The first page: who one is here, what is due, what comes next and what is new."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership.doctypes import Member
from coop_membership.portal import sections
from coop_membership.prints.wording import long_date
from coop_membership.register import standing
from coop_membership.states.members import ACTIVE, CANDIDATE, FORMER

COLOURS = {CANDIDATE: "blue", ACTIVE: "green", FORMER: "gray"}
MOST_NEWS = 5


class Home(sections.Section):
	name = ""
	template = "templates/includes/portal/home.html"

	def title(self) -> str:
		return _("My membership")

	def words(self, member: Member) -> dict:
		open_ones = sections.for_member(member)
		tiles = [tile for one in open_ones for tile in one.tiles(member)]
		news = [item for one in open_ones for item in one.news(member)]
		return {
			"cooperative": frappe.get_cached_value("Cooperative", member.cooperative, "title"),
			"number": member.member_number,
			"has_shares": bool(member.total_shares) or standing.has_shares(member.cooperative),
			"status": _(member.status, context=member.doctype),
			"colour": COLOURS[member.status],
			"joined_on": long_date(member.joined_on),
			"left_on": long_date(member.left_on),
			"tiles": sorted(tiles, key=lambda tile: not tile.urgent),
			"news": [
				{"day": long_date(item.day), "text": item.text, "link": item.link}
				for item in sorted(news, key=lambda item: item.day, reverse=True)[:MOST_NEWS]
			],
		}
