"""The top of a letter: the cooperative's Letter Head when it has one, else its logo, name and postal address."""

from __future__ import annotations

import frappe

from coop_membership.doctypes import Member
from coop_membership.prints.wording import picture, with_pictures

TEMPLATE = "templates/prints/letterhead.html"


def letterhead(document) -> str:
	"""HTML of the letterhead for a document with `cooperative`."""
	cooperative = frappe.get_cached_doc("Cooperative", document.cooperative)
	if cooperative.letter_head:
		content = frappe.get_cached_value("Letter Head", cooperative.letter_head, "content")
		if content:
			return with_pictures(frappe.render_template(content, {"doc": document}))
	return frappe.render_template(
		TEMPLATE,
		{
			"title": cooperative.title,
			"logo": picture(cooperative.logo),
			"address": lines_of(cooperative.postal_address),
			"contact_email": cooperative.contact_email,
		},
	)


def recipient(member: Member) -> list[str]:
	"""Name and address of a Member, one line each, as on an envelope."""
	person = " ".join(filter(None, [member.first_name, member.last_name]))
	abroad = member.country != frappe.get_cached_value("Cooperative", member.cooperative, "country")
	return list(
		filter(
			None,
			[
				member.display_name,
				person if person != member.display_name else None,
				member.address_line1,
				member.address_line2,
				" ".join(filter(None, [member.postcode, member.city])),
				frappe._(member.country) if member.country and abroad else None,
			],
		)
	)


def lines_of(text: str | None) -> list[str]:
	return [line.strip() for line in (text or "").splitlines() if line.strip()]
