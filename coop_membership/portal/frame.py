"""What stands around each page of a member's own place: who it is, between whom to switch, the menu."""

from __future__ import annotations

import frappe

from coop_membership import host
from coop_membership.doctypes import Member
from coop_membership.portal import sections
from coop_membership.portal.visitor import Visit


def words(visit: Visit, section: sections.Section) -> frappe._dict:
	"""The frame of a page, and the page's own words as `my`, in the session's language."""
	chosen = visit.chosen
	named = chosen.name if chosen and (visit.only_looks or len(visit.members) > 1) else None
	return frappe._dict(
		title=section.title(),
		name=section.name,
		template=section.template,
		only_looks=visit.only_looks,
		desk=host.desk(),
		member=chosen and chosen.name,
		display_name=chosen and chosen.display_name,
		persons=_persons(visit, section) if len(visit.members) > 1 else [],
		menu=_menu(chosen, section, named) if chosen else [],
		home=sections.address("", named),
		contact_email=chosen and frappe.get_cached_value("Cooperative", chosen.cooperative, "contact_email"),
		my=frappe._dict(section.words(chosen)) if chosen else None,
	)


def _persons(visit: Visit, section: sections.Section) -> list[frappe._dict]:
	"""Between whom the page switches; it stays the same page where that person has it too."""
	return [
		frappe._dict(
			display_name=one.display_name,
			cooperative=frappe.get_cached_value("Cooperative", one.cooperative, "title"),
			link=sections.address(section.name if section.is_for(one) else "", one.name),
			chosen=one.name == visit.chosen.name,
		)
		for one in visit.members
	]


def _menu(member: Member, section: sections.Section, named: str | None) -> list[frappe._dict]:
	return [
		frappe._dict(title=one.title(), link=sections.address(one.name, named), here=one.name == section.name)
		for one in sections.for_member(member)
		if one.in_menu
	]
