"""The member card on a phone: shown at a door or a counter; its code says valid or not, and nothing more."""

from __future__ import annotations

from urllib.parse import urlencode

import frappe
from frappe import _

from coop_membership import actions, host
from coop_membership.doctypes import Member
from coop_membership.portal import sections, visitor
from coop_membership.portal.pages.profile import photo_of
from coop_membership.prints.wording import long_date
from coop_membership.register import cards
from coop_membership.states.members import ACTIVE

PDF = "/api/method/coop_membership.portal.pages.card.pdf?"


class Card(sections.Section):
	name = "card"
	template = "templates/includes/portal/card.html"

	def title(self) -> str:
		return _("Member card")

	def is_for(self, member: Member) -> bool:
		return member.status == ACTIVE

	def words(self, member: Member) -> dict:
		return {
			"cooperative": frappe.get_cached_value("Cooperative", member.cooperative, "title"),
			"number": member.member_number,
			"since": long_date(member.joined_on),
			"photo": photo_of(member),
			"qr_code": cards.qr_code(member),
			"pdf": PDF + urlencode({"member": member.name}),
		}

	def tiles(self, member: Member) -> list[sections.Tile]:
		link = sections.address(self.name, member.name)
		return [sections.Tile(_("Member card"), _("Show it from your phone."), link, _("Open the card"))]


@actions.of_site(None, changes=False, looks=True)
def pdf(member: str | None = None):
	"""Download the card of one of the session's members. Raises as visitor.choose."""
	chosen = visitor.shown(member)
	if chosen.status != ACTIVE:
		actions.deny()
	with host.as_system():  # chosen among the session's own members
		content = cards.pdf(chosen, frappe.local.lang)
	title = f"{_(cards.PRINT_FORMAT)} {chosen.name}.pdf"
	frappe.local.response.update({"filename": title, "filecontent": content, "type": "pdf"})
	return host.as_it_is()
