"""What a membership card says: who is a member, since when, and until when the dues are paid."""

from __future__ import annotations

from dataclasses import dataclass

import segno

import frappe
from frappe.utils import get_url

from coop_membership import signing
from coop_membership.doctypes import Member
from coop_membership.prints.letterhead import letterhead, printed
from coop_membership.prints.wording import long_date, picture
from coop_membership.register import standing
from coop_membership.states.members import ACTIVE

PRINT_FORMAT = "Membership Card"
CHECK, PURPOSE, VALID_DAYS = "/membership-check", "card", 3 * 366


def check_link(member: Member) -> str:
	"""Address of the page that says whether this card is valid, and nothing more; asked anew at each look."""
	return get_url(f"{CHECK}?key={signing.sign(PURPOSE, member.name, VALID_DAYS)}")


def is_valid(key: str | None) -> bool:
	"""True when a card belongs to who is a member today and does not pause. A key that was not made here is no card."""
	try:
		name = signing.read(PURPOSE, key)
	except signing.BadKey:
		return False
	there = {"name": name, "status": ACTIVE, "merged_into": ["is", "not set"], "erased_on": ["is", "not set"]}
	found = frappe.db.get_value("Member", there, ["cooperative", "total_shares"], as_dict=True)
	if not found:
		return False
	dues = None if found.total_shares else standing.by_dues(name, found.cooperative)
	return not (dues and dues.paused)


def qr_code(member: Member) -> str:
	"""A PNG data URI of the code that leads to `check_link`."""
	return segno.make(check_link(member), error="m").png_data_uri(scale=4, border=2)


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
	qr_code: str = ""


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
		qr_code=qr_code(member) if member.status == ACTIVE else "",
	)
