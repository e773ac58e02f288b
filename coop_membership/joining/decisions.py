"""What one may decide about an application: waiting list, block, refuse, withdraw, expire. One function each."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt, now_datetime, strip_html_tags

from coop_membership import host
from coop_membership.accounting import demands
from coop_membership.doctypes import MembershipApplication
from coop_membership.joining import identity_documents
from coop_membership.messages import mail, timeline
from coop_membership.states import applications as states
from coop_membership.states.demands import EXPIRED, OPEN

BOARD = "Membership Board"


def move(application: MembershipApplication, status: str, reason: str | None = None, **values) -> None:
	"""Write a new status, and a line in the timeline. Services only; the caller checked who and whether."""

	if status in identity_documents.DECISIONS:
		values |= identity_documents.close(application)
	reason = strip_html_tags(reason or "") or None
	if status != application.status:
		timeline.note(application, _state_sentence(application.doctype, status, reason))
	application.db_set({"status": status, "status_reason": reason, **values}, notify=True)


def _state_sentence(doctype: str, status: str, reason: str | None) -> str:
	said = _(status, context=doctype)
	if reason:
		return _("State: {0}. Reason: {1}").format(said, reason)
	return _("State: {0}").format(said)


def _decide(
	application: MembershipApplication,
	status: str,
	allowed: tuple[str, ...],
	event: str | None,
	reason: str | None,
) -> str:
	require(application)
	host.lock(application)
	if application.status == status:
		return status
	if application.status not in allowed:
		frappe.throw(
			_("This is not possible for a request that is {0}. Reload the page to see its state.").format(
				_(application.status, context=application.doctype)
			)
		)
	move(application, status, reason)
	if event:
		mail.send(event, application, {"reason": application.status_reason})
	return status


def may_decide(application: MembershipApplication) -> bool:
	"""Whoever may change requests decides on them; the board too, where the cooperative says so."""
	if frappe.has_permission(application.doctype, "write", application):
		return True
	asked = frappe.get_cached_value("Cooperative", application.cooperative, "board_decides")
	is_board = BOARD in frappe.get_roles() and frappe.has_permission(application.doctype, "read", application)
	return bool(asked and is_board)


def require(application: MembershipApplication) -> None:
	"""Raise frappe.PermissionError for somebody who does not decide on this request."""
	if not may_decide(application):
		frappe.throw(host.not_permitted(), frappe.PermissionError)


def put_on_waiting_list(application: MembershipApplication) -> str:
	"""Keep the request for later, behind those who wait already; the person is told. From Pending only."""
	status = _decide(application, states.WAITING_LIST, (states.PENDING,), "Waiting List", None)
	if not application.waiting_since:
		application.db_set("waiting_since", now_datetime())
	return status


def block(application: MembershipApplication, reason: str) -> str:
	"""Stop the request until something is clear. The reason is kept, and mailed if the mail is switched on."""
	return _decide(application, states.BLOCKED, states.APPROVABLE, "Blocked", need(reason))


def unblock(application: MembershipApplication) -> str:
	"""Back into the queue."""
	return _decide(application, states.PENDING, (states.BLOCKED, states.WAITING_LIST), None, None)


def refuse_application(application: MembershipApplication, reason: str) -> str:
	"""The board says no; the person is told why."""
	return _decide(application, states.REFUSED, states.QUEUED, "Refused", need(reason))


def withdraw(application: MembershipApplication, reason: str | None = None) -> str:
	"""The person does not want to join any more: an unpaid capital release request is taken back, a mail confirms it."""
	if application.status in states.DECIDED_OK:
		application.check_permission("write")
		host.lock(application)
		_take_back_request(application)
	return _decide(application, states.CANCELLED, states.UNPAID, "Withdrawn", reason)


def expire(application: MembershipApplication) -> str:
	"""Daily job's part for one application that was not confirmed, or not paid, in time."""
	host.lock(application)
	if application.status not in (states.TO_CONFIRM, states.APPROVED):
		return application.status
	_take_back_request(application)
	move(application, states.EXPIRED)
	mail.send("Expired", application)
	return application.status


def _take_back_request(application: MembershipApplication) -> None:
	"""Cancel what an application asked money for; raises when money came in for it."""
	for doctype in demands.doctypes():
		for name in frappe.get_all(doctype, {"application": application.name, "docstatus": 1}, pluck="name"):
			demand = frappe.get_doc(doctype, name)
			if demand.status not in (OPEN, EXPIRED) or flt(demand.paid_amount, 2):
				frappe.throw(_("Money was received for this request. Take the payment back first."))
			demand.flags.ignore_permissions = True  # the callers checked the right on the application
			demand.flags.by_membership = True  # reminders do not stand in the way: the person is told
			demand.cancel()


def need(reason: str | None) -> str:
	"""A reason with words in it. Raises a sentence otherwise."""
	if not strip_html_tags(reason or "").strip():
		frappe.throw(_("Please give a reason; it is kept with the request."))
	return reason
