"""How long data stays, as each Cooperative says: requests that came to nothing, guests of activities, former members,
names in the register."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, add_years, cint, now_datetime, today

from coop_membership import jobs
from coop_membership.privacy import erasure
from coop_membership.privacy.person import APPLICATION, MEMBER, REGISTRATION
from coop_membership.states.members import FORMER


def daily() -> None:
	"""Scheduled: what is due goes, each in a transaction of its own; what can't go yet is tried again tomorrow."""
	for cooperative in frappe.get_all("Cooperative", pluck="name", order_by="name"):
		settings = frappe.get_cached_doc("Cooperative", cooperative)
		jobs.each(_requests(settings), _forget, "Request not erased", APPLICATION)
		jobs.each(_guests(settings), _forget_guest, "Guest not erased", REGISTRATION)
		jobs.each(_left(settings), _reduce, "Data of a former member not reduced", MEMBER)
		jobs.each(_names(settings), _erase, "Name of a former member not erased", MEMBER)


def _requests(cooperative) -> list[str]:
	"""Refused, withdrawn and expired requests that nobody has touched for as many days as are set."""
	days = cint(cooperative.keep_refused_days)
	if not days:
		return []
	old = {"status": ["in", erasure.CLOSED], "modified": ["<", add_days(now_datetime(), -days)]}
	return frappe.get_all(APPLICATION, {"cooperative": cooperative.name, **old}, pluck="name")


def _guests(cooperative) -> list[str]:
	"""Registrations of who came to an activity without being a member, as many days after its end as are set."""
	days = cint(cooperative.keep_guest_days)
	if not days:
		return []
	registration, activity = frappe.qb.DocType(REGISTRATION), frappe.qb.DocType("Activity")
	query = frappe.qb.from_(registration).join(activity).on(activity.name == registration.activity)
	return (
		query.select(registration.name)
		.where((registration.cooperative == cooperative.name) & (registration.guest_email != ""))
		.where(activity.ends_on < add_days(now_datetime(), -days))
		.orderby(registration.name)
		.run(pluck=True)
	)


def _left(cooperative) -> list[str]:
	years = cint(cooperative.keep_left_years)
	left = {"status": FORMER, "left_on": ["<=", add_years(today(), -years)], "reduced_on": ["is", "not set"]}
	return _former(cooperative, left) if years else []


def _names(cooperative) -> list[str]:
	years = cint(cooperative.keep_register_years)
	left = {"status": FORMER, "left_on": ["<=", add_years(today(), -years)], "erased_on": ["is", "not set"]}
	return _former(cooperative, left) if years else []


def _former(cooperative, filters: dict) -> list[str]:
	return frappe.get_all(MEMBER, {"cooperative": cooperative.name, **filters}, pluck="name", order_by="name")


def _forget(name: str) -> bool:
	erasure.forget(frappe.get_doc(APPLICATION, name))
	return True


def _forget_guest(name: str) -> bool:
	erasure.forget_guest(name)
	return True


def _reduce(name: str) -> bool:
	member = frappe.get_doc(MEMBER, name)
	if erasure.obstacles(member):
		return False
	erasure.reduce(member)
	return True


def _erase(name: str) -> bool:
	member = frappe.get_doc(MEMBER, name)
	if erasure.register_obstacles(member):
		return False
	erasure.erase(member)
	return True
