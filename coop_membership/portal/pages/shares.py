"""A member's shares: what is held, what came and went, certificates, and what one may ask for."""

from __future__ import annotations

from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import today

from coop_membership.accounting import demands
from coop_membership.doctypes import Member
from coop_membership.dues.demand import DUES
from coop_membership.people import private
from coop_membership.portal import offer, sections, share_requests
from coop_membership.prints.wording import count, long_date, money, short_date
from coop_membership.register import ledger, standing
from coop_membership.register.movements import Movement
from coop_membership.shares import transactions
from coop_membership.states import applications
from coop_membership.states.demands import DUE
from coop_membership.states.members import ACTIVE
from coop_membership.values import bank

CERTIFICATE = "/api/method/coop_membership.portal.my_membership.certificate?"


class Shares(sections.Section):
	name = "shares"
	template = "templates/includes/portal/shares.html"

	def title(self) -> str:
		return _("Shares")

	def is_for(self, member: Member) -> bool:
		return bool(member.total_shares) or standing.has_shares(member.cooperative)

	def words(self, member: Member) -> dict:
		currency = frappe.get_cached_value("Cooperative", member.cooperative, "currency")
		held = sorted(ledger.positions(member.name).items())
		free = transactions.free(member.name) if held else {}
		return {
			"shares": [
				{
					"name": name,
					"title": title_of(name),
					"quantity": one.quantity,
					"value": money(one.value, currency),
				}
				for name, one in held
			],
			"total_shares": member.total_shares,
			"total_value": money(member.total_value, currency),
			"movements": movements(member, currency),
			"asked": _asked(member, currency),
			"requests": share_requests.requests_of(member),
			"certificate": certificate_of(member) if held else None,
			"today": today(),
			"obstacles": _open_demands(member, currency),
			"more_shares": _more_shares(member),
			"free": [
				{"name": name, "title": title_of(name), "quantity": shares} for name, shares in free.items()
			],
			"may_ask": bool(free) and member.status == ACTIVE,
			"iban": bank.masked(private.of(member).iban),
		}

	def asks(self, member: Member) -> dict:
		table = frappe.qb.DocType(transactions.TRANSACTION)
		waiting = (table.docstatus == 1) & table.status.isin(transactions.OPEN)
		mine = (table.member == member.name) & waiting
		return {"share_requests": frappe.qb.from_(table).select(Count("*")).where(mine)}

	def tiles(self, member: Member) -> list[sections.Tile]:
		asked = sections.told(member).share_requests
		currency = frappe.get_cached_value("Cooperative", member.cooperative, "currency")
		text = _("No shares at the moment.")
		if member.total_shares:
			shares = count(member.total_shares, _("{0} share"), _("{0} shares"))
			text = _("{0}, worth {1}.").format(shares, money(member.total_value, currency))
		if asked:
			text += " " + count(
				asked, _("{0} request is being looked at."), _("{0} requests are being looked at.")
			)
		return [
			sections.Tile(_("My shares"), text, sections.address(self.name, member.name), _("See my shares"))
		]

	def news(self, member: Member) -> list[sections.News]:
		rows = ledger.without_voided(ledger.movements(member=member.name))[-3:]
		link = sections.address(self.name, member.name)
		return [
			sections.News(
				row.effective_date,
				_("{0}: {1}").format(_(row.entry_type, context="Share Register Entry"), _change(row, member)),
				link,
			)
			for row in rows
		]


def title_of(share_class: str) -> str:
	return _(frappe.get_cached_value("Share Class", share_class, "title"))


def movements(member: Member, currency: str) -> list[dict]:
	"""The member's lines of the register, the newest first."""
	rows = ledger.without_voided(ledger.movements(member=member.name))
	return [
		{
			"day": short_date(row.effective_date),
			"operation": _(row.entry_type, context="Share Register Entry"),
			"change": _change(row, member),
			"amount": money(row.amount, currency) if row.amount else "",
		}
		for row in reversed(rows)
	]


def _change(row, member: Member) -> str:
	"""What an entry brought the member, as "+3 × Part A"; of a conversion both sides."""
	parts = [
		f"{quantity:+d} × {title_of(share_class)}".replace("-", "−")
		for owner, share_class, quantity, _value in Movement.of(row).deltas
		if owner == member.name
	]
	return ", ".join(parts)


def certificate_of(member: Member) -> str:
	return CERTIFICATE + urlencode({"member": member.name})


def _open_demands(member: Member, currency: str) -> list[str]:
	"""What stays to be paid by who leaves, in words: dues of which nothing is paid are called off with the wish to leave."""
	waiting = {"member": member.name, "docstatus": 1, "status": ["in", DUE]}
	return [
		_("{0}: {1}").format(_(kind.subject), money(row.outstanding_amount, currency))
		for doctype, kind in demands.kinds().items()
		for row in frappe.get_all(doctype, waiting, ["outstanding_amount", "paid_amount"])
		if doctype != DUES or row.paid_amount
	]


def _more_shares(member: Member) -> str | None:
	"""Address of the form that asks for more, where the cooperative takes some on its website."""
	if member.cooperative not in {one["name"] for one in offer.cooperatives()}:
		return None
	return "/join?" + urlencode({"cooperative": member.cooperative, "member": member.name})


def _asked(member: Member, currency: str) -> list[dict]:
	"""Shares asked for: more of them that wait for a decision, and what is approved and not paid yet."""
	waiting = {
		"member": member.name,
		"is_increase": 1,
		"status": ["in", applications.OPEN],
	}
	rows = frappe.get_all(
		"Membership Application", waiting, ["creation", "amount", "status"], order_by="creation desc"
	)
	unpaid = {"member": member.name, "docstatus": 1, "status": ["in", DUE]}
	wish = _("More shares") if member.total_shares else _("Shares")
	found = [
		{
			"operation": wish,
			"day": long_date(row.creation),
			"amount": money(row.amount, currency),
			"status": _(row.status, context="Membership Application"),
		}
		for row in rows
	]
	for row in frappe.get_all("Share Subscription", unpaid, ["posting_date", "outstanding_amount"]):
		found.append(
			{
				"operation": wish,
				"day": long_date(row.posting_date),
				"amount": money(row.outstanding_amount, currency),
				"status": _("to be paid"),
			}
		)
	return found
