"""One person, one truth: how a member is called and reached stands on the Member, and travels from there.

Hosts keep the same again in a Contact, an Address, a Customer and a User, and mails that wait in the queue carry an
address of their own. After each change of a Member, by whatever door it came, `follow` brings all of them in line; what
was there before stays in the timeline. An organisation's person is who represents it today.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import add_days, getdate

from coop_membership import host, jobs
from coop_membership.accounting.in_erpnext import customers
from coop_membership.doctypes import Member
from coop_membership.messages import outgoing, tasks, timeline
from coop_membership.people import accounts, contacts, links, persons, private, representatives
from coop_membership.people.persons import Person
from coop_membership.states.members import INDIVIDUAL, ORGANISATION
from coop_membership.values.person_fields import ADDRESS

NAMES, REACHED = ("first_name", "last_name"), ("email", "phone", "language")
OF_PERSON = (*NAMES, *REACHED)
FIELDS = ("organisation_name", "organisation_email", *OF_PERSON, *ADDRESS)
ONLY_THEIRS = ("birth_date", "national_number")  # of the person before, not of the next one
FOLLOWED_DAYS = 30


class Change(NamedTuple):
	"""A value of before and of now, both "" when empty."""

	old: str
	new: str


def check(member: Member) -> None:
	"""Before a Member is saved: an organisation gets another person by a mandate, never by other names."""
	before = member.get_doc_before_save()
	if not before or member.member_type != ORGANISATION or before.contact != member.contact:
		return
	if member.contact and persons.contradiction(Person.of(before), Person.of(member)) == persons.FIRST_NAME:
		frappe.throw(
			_(
				"Another person represents {0}? Add them under Representatives, and end the mandate of {1}."
			).format(member.display_name, " ".join(filter(None, (before.first_name, before.last_name))))
		)


def follow(member: Member) -> None:
	"""After a Member is saved: bring in line what else is known of it. Without changes, nothing happens."""
	before = member.get_doc_before_save()
	if not before:
		return
	changes = changed(before, member)
	if changes:
		_note(member, changes)
		travel(member, changes)


def changed(before, now) -> dict[str, Change]:
	"""{field: its values} of what changed in how somebody is called and reached."""
	pairs = {field: Change(str(before.get(field) or ""), str(now.get(field) or "")) for field in FIELDS}
	return {field: change for field, change in pairs.items() if change.old != change.new}


def _note(member: Member, changes: dict[str, Change]) -> None:
	"""The old values in the timeline, in words."""
	parts = [
		_("{0}: {1} (before: {2})").format(
			_(member.meta.get_label(field), context=member.doctype), new or "-", old or "-"
		)
		for field, (old, new) in changes.items()
	]
	timeline.note(member, " · ".join(parts))


def travel(member: Member, changes: dict[str, Change]) -> None:
	"""Carry changes of a Member, which is stored, to Contact, Address, Customer, User and the waiting mails."""
	of_person = {field: change for field, change in changes.items() if field in OF_PERSON}
	if of_person and member.contact:
		contacts.write(member.contact, of_person)
	if changes.keys() & {*ADDRESS, "organisation_name", *NAMES}:
		contacts.keep_address(member)
	customers.follow(member)
	if of_person:
		accounts.follow_mailbox(member)
		accounts.rename_logins(member, of_person)
	for field in ("email", "organisation_email"):
		if field in changes and changes[field].old and changes[field].new:
			_redirect(member, *changes[field])
	if of_person and member.contact:
		_elsewhere(member, of_person)


def _redirect(member: Member, old: str, new: str) -> None:
	"""What waits for the old address goes to the new one. Links that prove an address stay where they belong."""
	outgoing.redirect(
		old,
		new,
		lambda doctype, name: doctype != "Membership Application"
		and links.belongs_to(member.name, doctype, name),
	)


def _elsewhere(member: Member, changes: dict[str, Change]) -> None:
	"""The same person's other memberships, and the organisations represented: they share the Contact.

	They follow where whoever changed this one may change them too, or is the person. Another cooperative's managers decide
	for themselves: what the old mailbox had is taken back there, and they are asked.
	"""
	theirs = {one.name for one in representatives.members()}
	rows = frappe.get_all(
		"Member Representative", {"contact": member.contact, "parenttype": "Member"}, pluck="parent"
	)
	own = frappe.get_all("Member", {"contact": member.contact}, pluck="name")
	for name in dict.fromkeys([*own, *rows]):
		other = frappe.get_doc("Member", name)
		if other.name == member.name or other.merged_into:
			continue
		if other.name not in theirs and not frappe.has_permission("Member", "write", other):
			_leave_to_others(other)
		elif other.contact == member.contact:
			for field, (old, new) in changes.items():
				if str(other.get(field) or "") == old:
					other.set(field, new or None)
			other.flags.ignore_links = True  # what else it links to is not this change's business
			other.save(ignore_permissions=True)  # checked above
		else:
			accounts.follow_mailbox(other)


def _leave_to_others(other: Member) -> None:
	if accounts.revoke_wrong(other):
		tasks.ask(
			other,
			_(
				"The address of somebody in {0} was changed elsewhere. Check it, and give access again."
			).format(other.display_name),
		)


def follow_mandate(member: Member) -> None:
	"""Let an organisation be reached through who represents it today; nothing while that is who it was.

	After its Member is saved, and by the hourly job. Without anybody in office the address of who has left is dropped,
	and the managers are asked.
	"""
	if member.member_type != ORGANISATION or not member.representatives:
		return
	serving = representatives.in_force(member)
	if any(row.contact == member.contact for row in serving):
		return
	before = frappe.get_doc(member.as_dict())
	if serving:
		values = _as_person(serving[0].contact)
	elif member.contact or member.email or member.phone:
		values = {"contact": None, "email": None, "phone": None}
		tasks.ask(member, _("Nobody represents {0} any more: name somebody.").format(member.display_name))
	else:
		return
	# past the form's checks: it follows from the mandates, which are their own history
	member.db_set(values, notify=True)
	private.write(member, dict.fromkeys(ONLY_THEIRS))
	if changes := changed(before, member):
		_note(member, changes)
		travel_of_mandate(member, changes)


def follow_mandates(members: Iterable[str | None]) -> None:
	"""Bring organisations (names of Members; others are passed over) in line with who represents them today."""
	names = list({name for name in members if name})
	organisations = {"name": ["in", names or [host.NOTHING]], "member_type": ORGANISATION}
	for name in frappe.get_all("Member", organisations, pluck="name", order_by="name"):
		_follow_mandates_of(name)


def _follow_mandates_of(name: str) -> None:
	member = frappe.get_doc("Member", name)
	accounts.follow_mandates(member)
	follow_mandate(member)


def follow_all_mandates() -> None:
	"""Hourly: mandates that began or ended in the last days, whatever days the scheduler missed."""
	since, today = add_days(getdate(), -FOLLOWED_DAYS), getdate()
	names = frappe.get_all(
		"Member Representative",
		{"parenttype": "Member"},
		pluck="parent",
		or_filters=[
			["from_date", "between", [since, today]],
			["to_date", "between", [since, today]],
		],
	)
	jobs.each(sorted(set(names)), _follow_mandates_of, "Mandates not followed", "Member")


def contact_changed(contact, method: str | None = None) -> None:
	"""Doc event: somebody at a desk gave a representative's Contact another address: the old mailbox sees no more."""
	before = contact.get_doc_before_save()
	if contact.flags.of_member or not before or before.email_id == contact.email_id:
		return
	rows = {"contact": contact.name, "parenttype": "Member"}
	for name in sorted(set(frappe.get_all("Member Representative", rows, pluck="parent"))):
		_leave_to_others(frappe.get_doc("Member", name))


def _as_person(contact: str) -> dict[str, str | None]:
	person = frappe.db.get_value(
		"Contact", contact, ["first_name", "last_name", "email_id", "phone", "mobile_no"], as_dict=True
	)
	return {
		"contact": contact,
		"first_name": person.first_name,
		"last_name": person.last_name,
		"email": (person.email_id or "").lower() or None,
		"phone": person.phone or person.mobile_no or None,
		"gender": None,
	}


def travel_of_mandate(member: Member, changes: dict[str, Change]) -> None:
	"""Carry a change of the person: each keeps their own Contact and login, the Customer and the mails go along."""
	customers.follow(member)
	if "email" in changes and changes["email"].old and changes["email"].new:
		_redirect(member, *changes["email"])


def reach(member: Member) -> Member | frappe._dict:
	"""Who is written to about a Member today, as `mail.recipient_of` reads it.

	An organisation's representative of this very day, whether or not the hourly job has been there.
	"""
	if member.member_type == INDIVIDUAL or not member.representatives:
		return member
	serving = representatives.in_force(member)
	if any(row.contact == member.contact for row in serving):
		return member
	person = _as_person(serving[0].contact) if serving else {}
	known = ("display_name", "language", "organisation_email")
	return frappe._dict({field: member.get(field) for field in known} | person)
