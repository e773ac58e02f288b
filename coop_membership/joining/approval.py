"""Approving applications: one by one, or many in the background."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host
from coop_membership.accounting.choice import books_of
from coop_membership.doctypes import MembershipApplication
from coop_membership.dues import dues
from coop_membership.joining import applications, decisions, households, receivers
from coop_membership.messages import mail
from coop_membership.people import accounts, matching
from coop_membership.shares import subscriptions
from coop_membership.states import applications as states


def approve(application: MembershipApplication, ask_for_money: bool = True) -> str | None:
	"""Approve a Membership Application; returns the name of its Share Subscription, None when a transfer brings the
	shares, only dues were asked for, or those of somebody else cover the person.

	Makes or matches Contact, Address and Member, makes the Share Subscription if shares were asked for, and the
	Membership if dues were, asks the Books for the money and, with `ask_for_money`, mails the capital release request. A second call finds
	the first one's outcome. Raises a sentence when the request is not open, or when the cooperative's books
	are not ready.
	"""
	decisions.require(application)
	host.lock(application)
	if application.status in states.DECIDED_OK:
		return subscription_of(application, lock=True)
	if application.status not in states.APPROVABLE:
		frappe.throw(
			_("A request that is {0} can't be approved. Bring it back to the queue first.").format(
				_(application.status, context=application.doctype)
			)
		)
	books = books_of(application)
	books.check(frappe.get_cached_doc("Cooperative", application.cooperative))
	# a class may have closed, or the member bought more, since it was asked
	applications.validate(application)
	member = matching.member_for(application)
	books.welcome(member, application)
	given = receivers.admit(application, member)
	subscription = subscriptions.create(application, member) if application.shares and not given else None
	decisions.move(
		application,
		states.APPROVED,
		member=member.name,
		contact=member.contact,
		is_increase=int(bool(member.member_number and application.shares)),
		**{field: application.get(field) for field in ("match_choice", "matched_member", "match_reason")},
	)
	if households.admit(application, member):
		accounts.grant_when(accounts.ON_APPROVAL, member.cooperative, member.name)
		return None
	membership = dues.of_application(application, member)
	if membership and not subscription and not given:
		application.status = frappe.db.get_value(application.doctype, application.name, "status")  # free dues
	if subscription and ask_for_money:
		mail.send("Capital Release Request", subscription)
	accounts.grant_when(accounts.ON_APPROVAL, member.cooperative, member.name)
	return subscription.name if subscription else None


def subscription_of(application: MembershipApplication, lock: bool = False) -> str | None:
	"""Name of the application's live Share Subscription; `lock`: as saved by now, whatever this transaction saw before."""
	live = {"application": application.name, "docstatus": ["<", 2]}
	return frappe.db.get_value("Share Subscription", live, "name", for_update=lock)
