"""Requests that nobody completed: the daily job that ends them, with a mail."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, cint, now_datetime, today

from coop_membership import host, jobs
from coop_membership.joining import decisions
from coop_membership.states import applications as states
from coop_membership.states.demands import EXPIRED, OPEN

APPLICATION = "Membership Application"
CONFIRM_WITHIN_DAYS = 7


def expire_all() -> int:
	"""Expire unconfirmed requests after a week, and unpaid ones `application_expiry_days` after their due date.

	Requests with a part payment stay: somebody has to decide. Returns how many expired; a failure is logged and does
	not stop the rest.
	"""
	outcome = jobs.each(
		[*_unconfirmed(), *_unpaid()],
		lambda name: decisions.expire(frappe.get_doc(APPLICATION, name)) == states.EXPIRED,
		"Request not expired",
		APPLICATION,
	)
	return outcome.count


def _unconfirmed() -> list[str]:
	return frappe.get_all(
		APPLICATION,
		{"status": states.TO_CONFIRM, "creation": ["<", add_days(now_datetime(), -CONFIRM_WITHIN_DAYS)]},
		pluck="name",
	)


def _unpaid() -> list[str]:
	names = []
	for cooperative, days in frappe.get_all(
		"Cooperative",
		{"application_expiry_days": [">", 0]},
		["name", "application_expiry_days"],
		as_list=True,
	):
		names += frappe.get_all(
			"Share Subscription",
			{
				"cooperative": cooperative,
				"docstatus": 1,
				"status": OPEN,
				"application": ["is", "set"],
				"due_date": ["<", add_days(today(), -cint(days))],
			},
			pluck="application",
		)
	paid = {"application": ["in", names or [host.NOTHING]], "docstatus": 1, "paid_amount": [">", 0]}
	return sorted(set(names) - set(frappe.get_all("Membership", paid, pluck="application")) | _dues_expired())


def _dues_expired() -> set[str]:
	"""Approved requests for dues alone, whose dues nobody paid within their days of grace."""
	dues, shares, asked = map(frappe.qb.DocType, ("Membership", "Share Subscription", APPLICATION))
	return {
		name
		for (name,) in frappe.qb.from_(dues)
		.join(asked)
		.on(asked.name == dues.application)
		.left_join(shares)
		.on((shares.application == asked.name) & (shares.docstatus == 1))
		.select(asked.name)
		.where((dues.docstatus == 1) & (dues.status == EXPIRED))
		.where((asked.status == states.APPROVED) & shares.name.isnull())
		.run()
	}
