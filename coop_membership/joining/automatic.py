"""Approval by payment: a request of the public form is approved at once, and the mail leads to the payment page.

Unpaid it stays an open request, which expires like any other; paid, its shares are issued and the managers are told.
"""

from __future__ import annotations

import frappe

from coop_membership import host, jobs
from coop_membership.accounting import demands
from coop_membership.accounting.in_erpnext import online
from coop_membership.doctypes import Cooperative, MembershipApplication
from coop_membership.dues import dues
from coop_membership.joining import approval
from coop_membership.shares.demand import AUTOMATIC
from coop_membership.states import applications as states

SOURCES = ("Website", "API", "Portal")


def applies_to(application: MembershipApplication) -> bool:
	"""True when paying this request approves it: the cooperative says so and can be paid online, and no
	proof has to be looked at.
	"""
	cooperative = frappe.get_cached_doc("Cooperative", application.cooperative)
	return application.source in SOURCES and is_set(cooperative) and not dues.needs_proof(application)


def is_set(cooperative: Cooperative) -> bool:
	"""True when who pays is approved: the cooperative says so and can be paid online."""
	return cooperative.approval == AUTOMATIC and online.gateway_of(cooperative) is not None


def approve(application: MembershipApplication) -> bool:
	"""Approve a `Pending` application of a visitor. False when it has to wait for a manager; a failure is logged."""
	if application.status != states.PENDING or not applies_to(application):
		return False
	# the request arrived; why it could not be approved is the managers' business
	with jobs.attempt("Not approved automatically", application.doctype, application.name) as tried:
		with host.as_system():  # the cooperative's own rule decides, not the visitor
			approval.approve(frappe.get_doc("Membership Application", application.name))
	if tried.failed:
		return False
	application.status = states.APPROVED
	hand_over_page(application)
	return True


def payment_page(application: MembershipApplication) -> str | None:
	"""Address of the page to pay for what was asked, for whoever has just sent the request; None when payment decides nothing."""
	if not applies_to(application):
		return None
	live = {"application": application.name, "docstatus": ["<", 2]}
	for doctype in demands.doctypes():  # shares before dues
		if name := frappe.db.get_value(doctype, live):
			return online.page_of(frappe.get_doc(doctype, name))
	return None


def hand_over_page(application: MembershipApplication) -> None:
	"""Send the address along with the document, which is all that the host's web form answers with."""
	if page := payment_page(application):
		application.set_onload("payment_page", page)
