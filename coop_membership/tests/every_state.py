"""One document of ours in every state: what the walks over roles and actions open and press.

`STATES` is the table; a test fails when a DocType has none of its states here.
"""

from __future__ import annotations

import frappe
from frappe.utils import add_days, today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.activities import registrations
from coop_membership.dues import dues, household
from coop_membership.dues.periods import ROLLING
from coop_membership.joining import decisions
from coop_membership.machines import bookings, rights
from coop_membership.tests import dunning_factories, factories

NOTICE_STATES = ("Draft", "To Send", "Queued", "Sent", "Failed", "Ignored", "Overridden")
LETTER_STATES = ("Queued", "Sent", "Failed")

Documents = dict[tuple[str, str], str]  # {(DocType, state): name}


def documents(cooperative=None) -> Documents:
	"""Make them for a cooperative that keeps its books elsewhere. Nothing is committed."""
	cooperative = cooperative or factories.a_cooperative(ELSEWHERE)
	made: Documents = {("Cooperative", "–"): cooperative.name}
	parts = (_applications, _shares, _dues, _payments, _transactions, _settings, _machines, _dunning)
	for part in parts:
		made |= part(cooperative)
	return made


def _applications(cooperative) -> Documents:
	made = {}
	for state in ("To Confirm", "Pending", "Waiting List", "Blocked", "Refused", "Cancelled", "Expired"):
		application = factories.an_application(cooperative)
		if state == "Waiting List":
			application.put_on_waiting_list()
		elif state in ("Blocked", "Refused"):
			{"Blocked": application.block, "Refused": application.refuse}[state]("Déménagement")
		elif state in ("Cancelled", "Expired"):
			decisions.move(application, state)
		elif state == "To Confirm":
			application.db_set("status", state)
		made["Membership Application", state] = application.name
	blocked = made["Membership Application", "Blocked"]
	made["Identity Document", "–"] = _row(
		"Identity Document", blocked, application=blocked, cooperative=cooperative.name
	)
	return made


def _shares(cooperative) -> Documents:
	"""Requests for shares, their members and entries."""
	name = "Share Subscription"
	draft = frappe.get_doc(
		{
			"doctype": name,
			"member": factories.a_member(cooperative).name,
			"items": [{"share_class": factories.class_of(cooperative), "quantity": 1}],
		}
	).insert()
	still_open, partly, paid, turned, gone = (factories.a_subscription(cooperative) for _ in range(5))
	factories.pay(partly, 25)
	factories.pay(paid)
	reverse(turned)
	gone.cancel()
	former = factories.a_member(cooperative)
	factories.executed(factories.a_transaction(former, quantity=3))
	organisation = factories.an_organisation(cooperative)
	organisation.approve()
	return {
		(name, "Draft"): draft.name,
		(name, "Open"): still_open.name,
		(name, "Partly Paid"): partly.name,
		(name, "Paid"): paid.name,
		(name, "Payment Reversed"): turned.name,
		(name, "Cancelled"): gone.name,
		("Membership Application", "Approved"): still_open.application,
		("Membership Application", "Paid"): paid.application,
		("Member", "Candidate"): still_open.member,
		("Member", "Active"): paid.member,
		("Member", "Former"): former.name,
		("Member", "Organisation"): organisation.member,
		("Private Details", "–"): frappe.db.get_value("Private Details", {"reference_name": paid.member}),
		("Yearly Certificate", "–"): _row(
			"Yearly Certificate",
			member=former.name,
			cooperative=cooperative.name,
			year=2025,
			on_date="2025-12-31",
		),
		("Share Register Entry", "–"): frappe.db.get_value("Share Register Entry", {"reference": paid.name}),
	}


def reverse(subscription) -> None:
	"""Pay a request and take the payment back: it is `Payment Reversed`."""
	if subscription.status != "Paid":
		factories.pay(subscription)
	parent = frappe.db.get_value("Member Payment Allocation", {"document": subscription.name}, "parent")
	payment = frappe.get_doc("Member Payment", parent)
	payment.flags.settles_itself = True
	payment.cancel()
	factories.settle(subscription.name)


def _dues(cooperative) -> Documents:
	plan = factories.a_plan(cooperative, factories.unique(), period=ROLLING, covers=2)
	made = {("Membership Plan", "–"): plan.name}
	for state in ("Draft", "Open", "Paid", "Expired", "Cancelled"):
		member = factories.a_member(cooperative)
		if state == "Draft":
			membership = frappe.get_doc(
				{"doctype": "Membership", "member": member.name, "plan": plan.name}
			).insert()
		else:
			membership = dues.create(member, plan.name)
		if state == "Paid":
			membership.record_payment(membership.amount)
		elif state == "Expired":
			membership.db_set("status", state)
		elif state == "Cancelled":
			membership.cancel()
		made["Membership", state] = membership.name
	head = frappe.get_doc("Member", frappe.db.get_value("Membership", made["Membership", "Paid"], "member"))
	made["Dues Cover", "–"] = household.cover(head, factories.a_member(cooperative))
	return made


def _payments(cooperative) -> Documents:
	"""A draft, one that pays shares, one with credit left, one paid out, one cancelled, and corrections."""
	paid, overpaid, other = (factories.a_subscription(cooperative) for _ in range(3))
	factories.pay(paid)
	factories.pay(overpaid, 130)
	member = frappe.get_doc("Member", overpaid.member)
	made = {
		("Member", "With credit"): member.name,
		("Member Payment", "Paid"): _payment_of(paid),
		("Member Payment", "Credit left"): _payment_of(overpaid),
		("Member Payment", "Paid out"): member.refund(20),
	}
	for state in ("Draft", "Cancelled"):
		payment = frappe.get_doc({"doctype": "Member Payment", "member": member.name, "amount": 10}).insert()
		if state == "Cancelled":
			payment.submit()
			payment.cancel()
		made["Member Payment", state] = payment.name
	made["Payment Correction", "Draft"] = factories.a_correction(paid, other, submit=False).name
	wrong = factories.pay(factories.a_subscription(cooperative))
	made["Payment Correction", "Done"] = factories.a_correction(wrong).name
	return made


def _payment_of(demand) -> str:
	return frappe.db.get_value("Member Payment Allocation", {"document": demand.name}, "parent")


def _transactions(cooperative) -> Documents:
	made = {}
	for state in ("Draft", "Waiting", "Approved", "Executed", "Refused", "Cancelled"):
		transaction = factories.a_transaction(factories.a_member(cooperative), submit=state != "Draft")
		if state == "Executed":
			factories.executed(transaction)
		elif state == "Cancelled":
			transaction.cancel()
		elif state in ("Approved", "Refused"):
			with factories.as_user(factories.a_board_member()):
				decided = frappe.get_doc("Share Transaction", transaction.name)
				decided.approve() if state == "Approved" else decided.refuse("Pas maintenant")
		made["Share Transaction", state] = transaction.name
	return made


def _settings(cooperative) -> Documents:
	source = frappe.get_doc({"doctype": "Referral Source", "title": f"Marché {factories.unique()}"}).insert()
	moving_in = frappe.get_doc({"doctype": "Member Import", "cooperative": cooperative.name})
	moving_in.insert(ignore_mandatory=True)
	attached = {"attached_to_doctype": moving_in.doctype, "attached_to_name": moving_in.name}
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "liste.csv",
			"content": b"Nom;Parts\nDurand;2\n",
			"is_private": 1,
			**attached,
		}
	).insert()
	moving_in.db_set("file", file.file_url)
	statutes = frappe.get_doc(
		{"doctype": "File", "file_name": f"{factories.unique()}.txt", "content": "Statuts", "is_private": 1}
	).insert()
	shared = frappe.get_doc(
		{
			"doctype": "Shared Document",
			"cooperative": cooperative.name,
			"title": "Statuts",
			"category": "Statutes",
			"document_date": today(),
			"file": statutes.file_url,
		}
	).insert()
	return {
		("Shared Document", "–"): shared.name,
		("Share Class", "–"): factories.class_of(cooperative),
		("Referral Source", "–"): source.name,
		("Legal Form", "–"): frappe.db.get_value("Legal Form", {"country": "France"}),
		("Member Import", "Draft"): moving_in.name,
	}


def _machines(cooperative) -> Documents:
	right = factories.a_right(cooperative)
	machine, member = factories.a_machine(cooperative, bookable=1), factories.a_member(cooperative)
	made = {("Equipment Right", "–"): right, ("Equipment", "–"): machine.name}
	for state, hour in (("Booked", 9), ("Cancelled", 10)):
		slot = bookings.book(machine, member, f"{add_days(today(), 1)} {hour:02d}:00:00")
		slot.db_set("status", state)
		made["Equipment Booking", state] = slot.name
	for state in ("New", "Valid", "Revoked"):
		badge = frappe.get_doc({"doctype": "Badge", "member": member.name}).insert()
		badge.db_set("status", state)
		made["Badge", state] = badge.name
	made["Calendar Link", "–"] = _row("Calendar Link", member=factories.a_member(cooperative).name)
	activity = factories.an_activity(cooperative, price=20)
	made["Activity", "Planned"] = activity.name
	registrations.register(activity.name, factories.a_member(cooperative))
	cancelled = factories.an_activity(cooperative)
	cancelled.db_set("status", "Cancelled")
	made["Activity", "Cancelled"] = cancelled.name
	held = factories.an_activity(cooperative, price=20)
	for state in ("Registered", "Waiting", "Attended", "Absent", "Cancelled"):
		place = registrations.register(held.name, factories.a_member(cooperative))
		fee = frappe.get_doc("Activity Fee", place.fee)
		if state == "Attended":
			fee.record_payment(20)
			made["Activity Fee", "Paid"] = fee.name
		elif state == "Absent":
			fee.record_payment(5)
			made["Activity Fee", "Partly Paid"] = fee.name
		elif state == "Cancelled":
			registrations.unregister(place)
			made["Activity Fee", "Cancelled"] = fee.name
		elif state == "Registered":
			made["Activity Fee", "Open"] = fee.name
		place.db_set({"status": state, "starts_on": f"{today()} 00:00:00"})  # its day has come
		made["Activity Registration", state] = place.name
	held.db_set({"starts_on": f"{today()} 00:00:00", "ends_on": f"{add_days(today(), 1)} 02:00:00"})
	for state in ("Valid", "Expired", "Withdrawn"):
		given = rights.grant(factories.a_member(cooperative).name, right, rights.MANAGER)
		given.db_set("status", state)
		made["Equipment Authorization", state] = given.name
	return made


def _dunning(cooperative) -> Documents:
	"""Somebody is late; the reminder and the letter in every state are copies of what the run made."""
	policy = dunning_factories.a_policy()
	cooperative.db_set("dunning_policy", policy.name)
	late = dunning_factories.a_late_request(cooperative, add_days(today(), -30))
	draft = dunning_factories.a_run(cooperative, today())
	run = dunning_factories.computed(cooperative, add_days(today(), -1))
	(notice, *_more) = dunning_factories.notices_of(run)
	assert notice.document == late.name
	made = {
		("Dunning Policy", "–"): policy.name,
		("Dunning Run", "Draft"): draft.name,
		("Dunning Run", "Done"): run.name,
		("Dunning Notice", "Draft"): notice.name,
	}
	for state in NOTICE_STATES[1:]:
		made["Dunning Notice", state] = _copy(notice, state=state)
	for state in LETTER_STATES:
		made["Dunning Letter", state] = _row(
			"Dunning Letter",
			**{
				field: notice.get(field)
				for field in (
					"cooperative",
					"party_type",
					"party",
					"party_name",
					"member",
					"policy",
					"level",
					"currency",
				)
			},
			run=run.name,
			state=state,
			channel="E-mail",
			fee=5,
		)
	cancelled = dunning_factories.a_run(cooperative, add_days(today(), -2))
	cancelled.db_set({"docstatus": 2, "status": "Cancelled"})
	made["Dunning Run", "Cancelled"] = cancelled.name
	return made


def _copy(document, **values) -> str:
	copy = frappe.copy_doc(document)
	copy.update(values)
	return _insert(copy)


def _row(doctype: str, name: str | None = None, **values) -> str:
	return _insert(frappe.get_doc({"doctype": doctype, **values}), name)


def _insert(document, name: str | None = None) -> str:
	"""Into the database as it is: only a service would make it, at the end of a long way."""
	document.name = name or f"X-{factories.unique()}"
	document.set("__islocal", 1)
	document.set_user_and_timestamp()
	document.db_insert()
	return document.name
