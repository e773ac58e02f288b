"""What a membership card says: who is a member, since when, and until when the dues are paid."""

from __future__ import annotations

from dataclasses import dataclass

import frappe

from coop_membership.doctypes import Member
from coop_membership.prints.letterhead import letterhead, printed
from coop_membership.prints.wording import long_date, picture
from coop_membership.register import standing
from coop_membership.register.states import ACTIVE

PRINT_FORMAT = "Membership Card"


def pdf(member: Member, spoken: str) -> bytes:
	"""The card of a Member as a PDF, in a language. Permissions are the caller's matter."""
	return printed(member, PRINT_FORMAT, spoken)


@dataclass(frozen=True)
class Card:
	"""A membership card in words, for its print format and mail: the head of the letter as HTML, the signature as a data
	URI or "", `number` 0 and `since` or `until` "" when there is none.
	"""

	letterhead: str
	cooperative: str
	board_representative: str
	signature: str
	on_date: str
	is_member: bool
	number: int
	since: str
	until: str


def sheet(member: Member) -> Card:
	"""A Member's card today, in the session's language."""
	cooperative = frappe.get_cached_doc("Cooperative", member.cooperative)
	dues = standing.all_by_dues(member.cooperative, member.name).get(member.name)
	return Card(
		letterhead=letterhead(member),
		cooperative=cooperative.title,
		board_representative=cooperative.board_representative or "",
		signature=picture(cooperative.signature),
		on_date=long_date(frappe.utils.today()),
		is_member=member.status == ACTIVE,
		number=member.member_number or 0,
		since=long_date(member.joined_on),
		until=long_date(dues.until) if dues else "",
	)
