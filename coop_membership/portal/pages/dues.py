"""A member's dues: until when they are paid, what comes next, and what one says about it."""

from __future__ import annotations

import datetime

import frappe
from frappe import _
from frappe.query_builder.functions import Max
from frappe.utils import add_days, flt, getdate, today

from coop_membership.accounting.choice import books_of
from coop_membership.doctypes import Member, Membership, MembershipPlan
from coop_membership.dues import breaks, dues, household, renewal
from coop_membership.dues.periods import period
from coop_membership.joining import households
from coop_membership.portal import offer, sections
from coop_membership.prints.wording import long_date, money, short_date, typed
from coop_membership.register import standing
from coop_membership.states.applications import TO_CONFIRM
from coop_membership.states.demands import CANCELLED, OPEN, PAID

SOON_DAYS = 60


class Dues(sections.Section):
	name = "dues"
	template = "templates/includes/portal/dues.html"

	def title(self) -> str:
		return _("Dues")

	def asks(self, member: Member) -> dict:
		plans, dues = frappe.qb.DocType("Membership Plan"), frappe.qb.DocType("Membership")
		covers = frappe.qb.DocType(standing.COVER)
		paid = (dues.member == member.name) & (dues.docstatus == 1) & (dues.status == PAID)
		return {
			"plan": frappe.qb.from_(plans)
			.select(plans.name)
			.where(plans.cooperative == member.cooperative)
			.limit(1),
			"paid_until": frappe.qb.from_(dues).select(Max(dues.to_date)).where(paid),
			"head": frappe.qb.from_(covers).select(covers.head).where(covers.member == member.name).limit(1),
		}

	def is_for(self, member: Member) -> bool:
		return bool(sections.told(member).plan)

	def words(self, member: Member) -> dict:
		above = household.head_of(member.name)
		covering = standing.all_by_dues(member.cooperative, member.name).get(member.name) if above else None
		currency = frappe.get_cached_value("Cooperative", member.cooperative, "currency")
		asked, last = renewal.open_dues(member), renewal.last_dues(member)
		until = covering.until if covering else renewal.paid_until(member)
		credit = flt(books_of(member).credit(member), 2)
		return {
			"paid_until": long_date(until),
			"is_running": bool(until and until >= getdate()),
			"plan": last and _(frappe.get_cached_value("Membership Plan", last.plan, "title")),
			"last_plan": last and last.plan,
			"asked": asked
			and {
				"amount": money(asked.outstanding_amount, currency),
				"first": long_date(asked.from_date),
				"last": long_date(asked.to_date),
				"due": long_date(asked.due_date),
				"payer": asked.payer_name or "",
			},
			"how_to_pay": sections.address("payments", member.name),
			"plans": _plans(member, currency, last) if renewal.may_go_on(member) else [],
			"is_out": not renewal.may_go_on(member),
			"is_over": member.dues_renewal == renewal.NO_MORE,
			"by_itself": member.dues_renewal == renewal.BY_ITSELF,
			"pauses": _pauses(member),
			"months": renewal.PAUSES,
			"may_pause": bool(until),
			"credit": money(credit, currency) if credit > 0 else "",
			"payer": {
				"name": member.dues_payer_name or "",
				"email": member.dues_payer_email or "",
				"address": member.dues_payer_address or "",
			},
			"history": _history(member, currency),
			"above": above
			and {
				"name": above.head_name,
				"first": long_date(above.from_date) if getdate(above.from_date) > getdate() else "",
				"last": long_date(above.to_date),
			},
			"household": _household(member),
		}

	def tiles(self, member: Member) -> list[sections.Tile]:
		told = sections.told(member)
		until = getdate(told.paid_until) if told.paid_until else None
		if told.head:
			covering = standing.all_by_dues(member.cooperative, member.name).get(member.name)
			until = covering.until if covering else until
		link = sections.address(self.name, member.name)
		if not until:
			return [sections.Tile(_("Dues"), _("No dues are paid."), link, _("See my dues"))]
		if member.dues_renewal != renewal.NO_MORE and until < getdate(add_days(today(), SOON_DAYS)):
			text = _("Paid until {0}.") if until >= getdate() else _("They were paid until {0}.")
			return [sections.Tile(_("Dues"), text.format(long_date(until)), link, _("Renew"))]
		return [
			sections.Tile(_("Dues"), _("Paid until {0}.").format(long_date(until)), link, _("See my dues"))
		]


def _household(member: Member) -> dict | None:
	"""Whom the member's dues cover; None where they cover nobody else."""
	covers = household.covered_people(member.name)
	there = household.people(member.name)
	if covers < 2 and not there:
		return None
	waiting = households.waiting_for(member.name)
	return {
		"covers": covers,
		"people": [
			{"name": row.member, "display_name": row.member_name, "last": long_date(row.to_date)}
			for row in there
		],
		"waiting": [
			{
				"name": row.name,
				"display_name": row.applicant_name,
				"state": _("has to confirm the address")
				if row.status == TO_CONFIRM
				else _("is being looked at"),
			}
			for row in waiting
		],
		"places": max(household.free_places(member.name), 0),
		"may_change": not any(row.to_date for row in there),
	}


def _plans(member: Member, currency: str, last: Membership | None) -> list[dict]:
	"""What may be chosen for the next period: what the website offers, and the member's own; each at the price that
	will be asked.
	"""
	names = [one["name"] for one in offer.plans(member.cooperative)]
	own = last and last.plan
	if own and own not in names and not frappe.get_cached_value("Membership Plan", own, "disabled"):
		names.insert(0, own)
	return [_plan(member, frappe.get_cached_doc("Membership Plan", name), currency, last) for name in names]


def _plan(member: Member, plan: MembershipPlan, currency: str, last: Membership | None) -> dict:
	first_day, _follows = renewal.next_period(member, plan.name, last)
	days = period(plan.period, first_day, plan.interval, plan.interval_unit)
	given = dues.tariff_of(member, plan, first_day)
	cost = dues.cost_of(member.name, plan, first_day, given)
	asked = money(cost.amount, currency)
	return {
		"name": plan.name,
		"title": _(plan.title),
		"asked": asked,
		"label": _("{0}: {1}").format(_(plan.title), asked),
		"first": long_date(days.from_date),
		"last": long_date(days.to_date),
		"entry_fee": money(cost.entry_fee, currency) if cost.entry_fee else "",
		"people": plan.covers if plan.covers > 1 else 0,
		"tariffs": _tariffs(member, plan, currency, first_day, given),
		"free": bool(plan.free_amount),
		"minimum": money(plan.minimum_amount, currency),
		"suggested": typed(cost.period),
		"currency": currency,
		"chosen": bool(last) and plan.name == last.plan,
	}


def _tariffs(
	member: Member, plan: MembershipPlan, currency: str, first_day: datetime.date, given: str
) -> list[dict]:
	"""The tariffs among which a member chooses, as long as there is a choice; "" is the full price. Who was given one
	does not pay more than that, and one that wants a proof is for whom it was given to.
	"""
	titles = [row.title for row in plan.tariffs if not row.needs_proof or row.title == given]
	wanted = titles if given else ["", *titles]
	if len(wanted) < 2:
		return []
	return [
		{
			"title": title,
			"label": _("{0}: {1}").format(
				_(title) if title else _("Full price"),
				money(dues.cost_of(member.name, plan, first_day, title).amount, currency),
			),
			"chosen": title == given,
		}
		for title in wanted
	]


def _pauses(member: Member) -> list[dict]:
	return [
		{"first": long_date(one.from_date), "last": long_date(one.to_date), "kind": _(kind)}
		for kind in (breaks.PAUSE, breaks.EXEMPTION)
		for one in breaks.of(member.name, kind)
		if not one.to_date or one.to_date >= getdate()
	]


def _history(member: Member, currency: str) -> list[dict]:
	rows = frappe.get_all(
		"Membership",
		{"member": member.name, "docstatus": ["!=", 0], "status": ["!=", CANCELLED]},
		["from_date", "to_date", "amount", "status", "plan"],
		order_by="from_date desc",
		limit=50,
	)
	return [
		{
			"days": f"{short_date(row.from_date)} – {short_date(row.to_date)}",
			"plan": _(frappe.get_cached_value("Membership Plan", row.plan, "title")),
			"amount": money(row.amount, currency),
			"status": _("to be paid") if row.status == OPEN else _(row.status, context="Membership"),
		}
		for row in rows
	]
