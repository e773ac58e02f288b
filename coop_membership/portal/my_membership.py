"""What a member reads about a membership on the website. The Member comes from `visitor`, never from an address."""

from __future__ import annotations

from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import getdate, today

from coop_membership import actions, host
from coop_membership.accounting import demands
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.in_erpnext import portal_access
from coop_membership.accounting.states import DUE, PAID
from coop_membership.doctypes import Cooperative, Member
from coop_membership.payments import instructions
from coop_membership.people import representatives
from coop_membership.portal import offer, visitor
from coop_membership.prints.wording import long_date, money
from coop_membership.register import cards, certificates, ledger, standing
from coop_membership.register.states import ACTIVE, CANDIDATE, FORMER

COLOURS = {CANDIDATE: "blue", ACTIVE: "green", FORMER: "gray"}


def overview(member: Member) -> frappe._dict:
	"""Everything the page says about one Member, in the session's language."""
	cooperative = frappe.get_cached_doc("Cooperative", member.cooperative)
	open_ones = {one["name"] for one in offer.cooperatives()}
	return frappe._dict(
		cooperative=cooperative.title,
		contact_email=cooperative.contact_email,
		name=member.display_name,
		number=member.member_number,
		status=_(member.status),
		colour=COLOURS[member.status],
		joined_on=long_date(member.joined_on),
		left_on=long_date(member.left_on),
		shares=_shares(member, cooperative),
		has_shares=bool(member.total_shares) or standing.has_shares(cooperative.name),
		total_shares=member.total_shares,
		total_value=money(member.total_value, cooperative.currency),
		requests=_requests(member),
		credit=_credit(member, cooperative),
		dues=_dues(member),
		certificate=_certificate(member) if member.status == ACTIVE else None,
		certificate_title=_("Share certificate (PDF)") if member.total_shares else _("Membership card (PDF)"),
		more_shares=_more_shares(member)
		if member.cooperative in open_ones and standing.has_shares(cooperative.name)
		else None,
		pages=portal_access.pages_of(member),
	)


def persons(members: list[Member], chosen: Member | None) -> list[frappe._dict]:
	"""Between whom the page switches: name, display_name, the cooperative's title, and which one is chosen."""
	return [
		frappe._dict(
			name=one.name,
			display_name=one.display_name,
			cooperative=frappe.get_cached_value("Cooperative", one.cooperative, "title"),
			chosen=bool(chosen) and one.name == chosen.name,
		)
		for one in members
	]


def _shares(member: Member, cooperative: Cooperative) -> list[frappe._dict]:
	return [
		frappe._dict(
			title=_(frappe.get_cached_value("Share Class", name, "title")),
			quantity=held.quantity,
			value=money(held.value, cooperative.currency),
		)
		for name, held in sorted(ledger.positions(member.name).items())
	]


def _requests(member: Member) -> list[frappe._dict]:
	"""What is still to be paid: shares before dues, the oldest first."""
	waiting = {"member": member.name, "docstatus": 1, "status": ["in", DUE]}
	return [
		_request(frappe.get_doc(doctype, name))
		for doctype in demands.doctypes()
		for name in frappe.get_all(doctype, waiting, pluck="name", order_by="posting_date asc, creation asc")
	]


def _credit(member: Member, cooperative: Cooperative) -> str:
	"""Money of the member's that pays for nothing yet; "" when there is none."""
	credit = books_of(member).credit(member)
	return money(credit, cooperative.currency) if credit > 0 else ""


def _dues(member: Member) -> list[frappe._dict]:
	"""Dues that are paid and not over yet."""
	paid = {"member": member.name, "docstatus": 1, "status": PAID, "to_date": [">=", today()]}
	return [
		frappe._dict(
			title=_(frappe.get_cached_value("Membership Plan", row.plan, "title")),
			until=long_date(row.to_date),
		)
		for row in frappe.get_all("Membership", paid, ["plan", "to_date"], order_by="to_date asc")
	]


def _request(demand) -> frappe._dict:
	details = instructions.details(demand)
	return frappe._dict(
		subject=_(demands.kind_of(demand).subject),
		lines=details.lines,
		to_pay=details.to_pay,
		paid=details.paid,
		due_date=details.due_date,
		overdue=bool(demand.due_date and getdate(demand.due_date) < getdate()),
		beneficiary=details.beneficiary,
		iban=details.iban,
		reference=details.reference,
		payment_page=details.page,
	)


def _more_shares(member: Member) -> str:
	return "/join?" + urlencode({"cooperative": member.cooperative, "member": member.name})


def _certificate(member: Member) -> str:
	return "/api/method/coop_membership.portal.my_membership.certificate?" + urlencode(
		{"member": member.name}
	)


@actions.of_site(None, changes=False, looks=True)
def certificate(member: str, on_date: str | None = None):
	"""Download the share certificate of one of the session's members, of today or of a day before; the membership card
	of who is a member without shares.

	Raises as visitor.choose and certificates.pdf, and a sentence when no shares were held on the day.
	"""
	chosen = visitor.choose(representatives.members(), member)
	holds = chosen and ledger.holdings(chosen.name, on_date)
	if not holds and (not chosen or on_date or chosen.status != ACTIVE):
		frappe.throw(_("There is no share certificate at the moment: no shares are held."))
	doc = frappe.get_doc("Member", chosen.name)
	with host.as_system():  # chosen among the session's own members
		if holds:
			content, title = certificates.pdf(doc, on_date, frappe.local.lang), certificates.PRINT_FORMAT
		else:
			content, title = cards.pdf(doc, frappe.local.lang), cards.PRINT_FORMAT
	frappe.local.response.update(
		{"filename": f"{_(title)} {chosen.name}.pdf", "filecontent": content, "type": "pdf"}
	)
	return host.as_it_is()
