"""Requests that nobody completed: the daily job that ends them, with a mail."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, cint, now_datetime, today

from coop_membership.joining import decisions

CONFIRM_WITHIN_DAYS = 7


def expire_all() -> int:
	"""Expire unconfirmed requests after a week, and unpaid ones `application_expiry_days` after their due date.

	Requests with a part payment stay: somebody has to decide. Returns how many expired; a failure is logged and does
	not stop the rest.
	"""
	expired = 0
	for name in [*_unconfirmed(), *_unpaid()]:
		frappe.db.savepoint("expiry")
		try:
			expired += decisions.expire(frappe.get_doc("Membership Application", name)) == "Expired"
		except Exception:  # one request that cannot be ended is listed and the others go on
			frappe.db.rollback(save_point="expiry")
			frappe.log_error(
				title="Request not expired",
				message=frappe.get_traceback(),
				reference_doctype="Membership Application",
				reference_name=name,
			)
		if not frappe.flags.in_test:
			frappe.db.commit()  # job boundary: each request on its own
	return expired


def _unconfirmed() -> list[str]:
	return frappe.get_all(
		"Membership Application",
		{"status": "To Confirm", "creation": ["<", add_days(now_datetime(), -CONFIRM_WITHIN_DAYS)]},
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
				"status": "Open",
				"application": ["is", "set"],
				"due_date": ["<", add_days(today(), -cint(days))],
			},
			pluck="application",
		)
	paid = {"application": ["in", names or [""]], "docstatus": 1, "paid_amount": [">", 0]}
	return sorted(set(names) - set(frappe.get_all("Membership", paid, pluck="application")))
