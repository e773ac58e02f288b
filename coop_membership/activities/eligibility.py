"""Who may register for an activity, until when, and what it costs them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cached_property

import frappe
from frappe import _
from frappe.utils import cint, flt, get_datetime, now_datetime

from coop_membership.doctypes import Activity, Member
from coop_membership.machines import access, rules
from coop_membership.machines.rules import Held, Reason
from coop_membership.register import ledger, standing

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
		return _("Registration for {0} has ended. Write to us: perhaps somebody can still come.").format(
			_(activity.title)
		)
	return None


class Candidate:
	"""What registration asks about a Member, each read once, however many activities are looked at; of nobody: None."""

	def __init__(self, member: Member | None):
		self.member = member

	@cached_property
	def wrong(self) -> Reason | None:
		"""What is wrong with the membership."""
		return access.in_good_standing(self.member)

	@cached_property
	def holdings(self) -> dict[str, int]:
		return ledger.holdings(self.member.name)

	@cached_property
	def plans(self) -> set[str]:
		"""The plans whose dues are paid for today."""
		if not self.member:
			return set()
		return standing.plans_of(self.member.cooperative, self.member.name)

	@cached_property
	def led(self) -> set[str]:
		"""The activities that this member leads: nobody takes a place in her own training."""
		if not self.member:
			return set()
		mine = {"member": self.member.name, "parenttype": "Activity", "parentfield": "leaders"}
		return set(frappe.get_all("Member Line", mine, pluck="parent"))

	@cached_property
	def held(self) -> list[Held]:
		return access.rights_held(self.member.name)

	def has_right(self, right: str, day: datetime.date) -> bool:
		return not rules.missing(rules.all_needed([right], access.FirstNeeded()), self.held, day)


def refused(activity: Activity, who: Candidate) -> str | None:
	"""Why this person may not register, in a sentence; None when they may."""
	if activity.name in who.led:
		return _("{0} leads this activity, and takes no place in it.").format(who.member.display_name)
	if activity.open_to == PUBLIC:
		return None
	if not who.member:
		return _("This is for members. Log in to register.")
	if who.member.cooperative != activity.cooperative:
		return _("{0} is an activity of another cooperative.").format(_(activity.title))
	if who.wrong:
		return access.sentence(who.wrong)
	return None if ASKED[activity.open_to](activity, who) else SENTENCES[activity.open_to](activity)


ASKED: dict[str, Callable[[Activity, Candidate], bool]] = {
	MEMBERS: lambda _activity, _who: True,
	SHARE_CLASS: lambda activity, who: who.holdings.get(activity.open_to_class, 0) > 0,
	PLAN: lambda activity, who: activity.open_to_plan in who.plans,
	RIGHT: lambda activity, who: who.has_right(
		activity.open_to_right, get_datetime(activity.starts_on).date()
	),
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


def price(activity: Activity, who: Candidate, guests: int = 0) -> float:
	"""What a person and the guests brought along pay; a plan that includes it includes no guests."""
	if not flt(activity.price):
		return 0
	free = bool(activity.free_on_plan) and activity.free_on_plan in who.plans
	return flt(flt(activity.price) * ((0 if free else 1) + cint(guests)), 2)
