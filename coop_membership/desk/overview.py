"""What a cooperative has yet to fill in, and its figures: for the top of its form."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum
from frappe.utils import cint, flt

from coop_membership.accounting.choice import books_of
from coop_membership.doctypes import Cooperative
from coop_membership.register import standing
from coop_membership.states.applications import PENDING
from coop_membership.states.demands import DUE
from coop_membership.states.members import ACTIVE


def overview(cooperative: Cooperative) -> dict:
	"""{"steps": [{"done", "label", "doctype"?}], "figures": {...}} for a Cooperative that the user may read."""
	cooperative.check_permission("read")
	return {"steps": list(_steps(cooperative)), "figures": figures(cooperative.name)}


def _steps(cooperative: Cooperative) -> Iterator[dict]:
	offered = {"cooperative": cooperative.name, "disabled": 0}
	mails = frappe.db.exists("Email Account", {"enable_outgoing": 1, "default_outgoing": 1})
	if cooperative.kind != standing.WITH_DUES:
		classes = frappe.db.exists("Share Class", offered) or not standing.has_shares(cooperative.name)
		yield _step(classes, _("Add the types of shares, with their prices"), "Share Class")
	if cooperative.kind != standing.WITH_SHARES:
		plans = frappe.db.exists("Membership Plan", offered)
		yield _step(plans, _("Add the plans of dues, with their prices"), "Membership Plan")
	yield _step(cooperative.iban, _("Enter the bank account that receives the money"))
	yield _step(_books_ready(cooperative), _("Choose the accounts in which the money is booked"))
	yield _step(cooperative.board_representative, _("Say who signs the certificates"))
	yield _step(
		cooperative.logo or cooperative.letterhead, _("Add a logo or a letter head for the documents")
	)
	yield _step(cooperative.consents, _("Add the texts that applicants accept"))
	yield _step(mails, _("Set up the e-mail account that sends the mails"), "Email Account")


def _step(done, label: str, doctype: str | None = None) -> dict:
	return {"done": bool(done), "label": label, "doctype": doctype}


def _books_ready(cooperative: Cooperative) -> bool:
	try:
		books_of(cooperative).check(cooperative)
	except frappe.ValidationError:
		frappe.clear_last_message()
		return False
	return True


def figures(cooperative: str) -> dict:
	"""Pending requests, capital still to be paid, members and capital, from the documents' stored states."""
	subscription, member = frappe.qb.DocType("Share Subscription"), frappe.qb.DocType("Member")
	(open_capital,) = (
		frappe.qb.from_(subscription)
		.select(Sum(subscription.outstanding_amount))
		.where((subscription.cooperative == cooperative) & (subscription.docstatus == 1))
		.where(subscription.status.isin(DUE))
		.run()[0]
	)
	members, capital = (
		frappe.qb.from_(member)
		.select(Count(member.name), Sum(member.total_value))
		.where((member.cooperative == cooperative) & (member.status == ACTIVE))
		.run()[0]
	)
	return {
		"pending": frappe.db.count("Membership Application", {"cooperative": cooperative, "status": PENDING}),
		"open_capital": flt(open_capital),
		"members": cint(members),
		"capital": flt(capital),
	}
