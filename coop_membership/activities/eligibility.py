"""Who may register for an activity, until when, and what it costs them."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import cint, flt, get_datetime, now_datetime, today

from coop_membership.accounting.states import PAID
from coop_membership.doctypes import Activity, Member
from coop_membership.machines import access, rules
from coop_membership.register import ledger

PUBLIC, MEMBERS, SHARE_CLASS, PLAN, RIGHT = "Public", "Members", "Share Class", "Plan", "Right"
PLANNED, CANCELLED = "Planned", "Cancelled"


def deadline(activity: Activity) -> datetime.datetime:
	return get_datetime(activity.register_until or activity.starts_on)


def is_over(activity: Activity) -> bool:
	return get_datetime(activity.ends_on) < now_datetime()


def closed(activity: Activity) -> str | None:
	"""Why nobody can register any more, in a sentence; None while they can."""
	if activity.status == CANCELLED:
		return _("{0} is cancelled.").format(_(activity.title))
	if is_over(activity):
		return _("{0} is over.").format(_(activity.title))
	if now_datetime() > deadline(activity):
		return _(
			"Registration for {0} has ended. Ask the cooperative whether somebody can still come."
		).format(_(activity.title))
	return None


def refused(activity: Activity, member: Member | None) -> str | None:
	"""Why this person may not register, in a sentence; None when they may. `None` as member: somebody else."""
	if activity.open_to == PUBLIC:
		return None
	if not member:
		return _("This is for members. Log in to register.")
	if member.cooperative != activity.cooperative:
		return _("{0} is an activity of another cooperative.").format(_(activity.title))
	if wrong := access.in_good_standing(member):
		return access.sentence(wrong)
	return None if ASKED[activity.open_to](activity, member) else SENTENCES[activity.open_to](activity)


def _has_right(activity: Activity, member: Member) -> bool:
	needed = rules.all_needed([activity.open_to_right], access.FirstNeeded())
	day = get_datetime(activity.starts_on).date()
	return not rules.missing(needed, access.rights_held(member.name, needed), day)


ASKED: dict[str, Callable[[Activity, Member], bool]] = {
	MEMBERS: lambda _activity, _member: True,
	SHARE_CLASS: lambda activity, member: ledger.holdings(member.name).get(activity.open_to_class, 0) > 0,
	PLAN: lambda activity, member: pays(member, activity.open_to_plan),
	RIGHT: _has_right,
}
SENTENCES: dict[str, Callable[[Activity], str]] = {
	SHARE_CLASS: lambda activity: _("This is for those who hold {0}.").format(
		_(frappe.get_cached_value("Share Class", activity.open_to_class, "title"))
	),
	PLAN: lambda activity: _("This is for those who have paid {0}.").format(
		_(frappe.get_cached_value("Membership Plan", activity.open_to_plan, "title"))
	),
	RIGHT: lambda activity: _("This is for those who have the right {0} on that day.").format(
		access.title_of(activity.open_to_right)
	),
}


def pays(member: Member, plan: str | None) -> bool:
	"""True when a member has paid dues of a plan that run today."""
	paid = {"member": member.name, "plan": plan, "docstatus": 1, "status": PAID}
	days = {"from_date": ["<=", today()], "to_date": [">=", today()]}
	return bool(plan) and bool(frappe.db.exists("Membership", {**paid, **days}))


def price(activity: Activity, member: Member | None, guests: int = 0) -> float:
	"""What a person and the guests brought along pay; a plan that includes it includes no guests."""
	free = bool(member) and pays(member, activity.free_on_plan)
	return flt(flt(activity.price) * ((0 if free else 1) + cint(guests)), 2)
