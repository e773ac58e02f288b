"""The Contact and the Address of a person, found or made.

A Contact belongs to the host, and on some hosts the person it is about may write it, or make one with somebody else's
address. So it says how to reach somebody, and never who somebody is: see `accounts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import frappe
from frappe import _

from coop_membership import host, jobs
from coop_membership.accounting.in_erpnext import customers
from coop_membership.doctypes import Member, MembershipApplication
from coop_membership.people import facts, persons
from coop_membership.people.persons import Person, plain
from coop_membership.states.members import INDIVIDUAL
from coop_membership.values.person_fields import ADDRESS

if TYPE_CHECKING:
	from frappe.contacts.doctype.contact.contact import Contact


def contact_for(application: MembershipApplication, person: Person | None = None) -> str:
	"""Name of the person's Contact: the one with this e-mail address, else a new one. `person` as in `known_contact`."""
	if name := known_contact(application, person):
		return name
	contact = frappe.get_doc(
		{
			"doctype": "Contact",
			"first_name": application.first_name,
			"last_name": application.last_name,
			"email_ids": [{"email_id": application.email, "is_primary": 1}],
			"phone_nos": [{"phone": application.phone, "is_primary_phone": 1}] if application.phone else [],
		}
	)
	contact.flags.ignore_links = True  # it has none
	contact.flags.of_member = True
	with host.as_import():
		jobs.insert_named(contact)  # as in member_for
	return contact.name


def known_contact(application: MembershipApplication, person: Person | None = None) -> str | None:
	"""The Contact that stands for an application's person already; None when there is none to be sure of.

	It lists the address, is called the same (or has no name yet), is nobody else's, and contradicts nothing.
	`person`: whom the application describes, where that was read already.
	"""
	person = person or facts.of(application)
	found = adoptable(application.email)
	members = members_of(contact.name for contact in found) if found else {}
	fitting = [
		contact
		for contact in found
		if not any(persons.contradiction(person, other) for other in members.get(contact.name, []))
	]
	for contact in fitting:
		if persons.same_name(Person.of(contact), person):
			return contact.name
	for contact in fitting:
		if contact.name not in members and _is_nameless(contact, application.email):
			return contact.name
	return None


def _is_nameless(contact, email: str) -> bool:
	"""Hosts make a Contact of a mail that came in: called like the mailbox."""
	called = plain(contact.first_name, contact.last_name)
	return called in ("", plain(email), plain(email.partition("@")[0]))


def members_of(contacts: Iterable[str]) -> dict[str, list[Person]]:
	"""{contact: the persons it stands for as members}."""
	found: dict[str, list[Person]] = {}
	filters = {"contact": ["in", list(contacts) or [host.NOTHING]], "member_type": INDIVIDUAL}
	rows = frappe.get_all("Member", filters, ["name", "contact", "first_name", "last_name"])
	people = facts.of_members(rows)
	for row in rows:
		found.setdefault(row.contact, []).append(people[row.name])
	return found


def adoptable(*emails: str | None) -> list:
	"""Contacts that list one of these addresses and may stand for its owner, oldest first; blank never matches.

	Rows of name, first_name, last_name, address (its postal one) and email_id (the one that was asked for).
	"""
	wanted = {email.lower() for email in emails if email}
	if not wanted:
		return []
	table, contact = frappe.qb.DocType("Contact Email"), frappe.qb.DocType("Contact")
	rows = (
		frappe.qb.from_(table)
		.join(contact)
		.on((table.parent == contact.name) & (table.parenttype == "Contact"))
		.select(contact.name, contact.first_name, contact.last_name, contact.address)
		.select(contact.user, contact.owner, table.email_id)
		.where(table.email_id.isin(sorted(wanted)))
		.orderby(contact.creation)
		.run(as_dict=True)
	)
	# a database may take é for e
	rows = [row for row in rows if row.email_id.lower() in wanted]
	visitors = host.website_users(row.owner for row in rows)
	return [row for row in rows if not is_somebody_elses(row, row.email_id, visitors)]


def is_somebody_elses(contact, email: str | None, visitors: set[str]) -> bool:
	"""True for a Contact that a website user made and may change, or that stands for another login than the mailbox."""
	login = (contact.user or "").lower()
	if login and login != (email or "").lower():
		return True
	# a login that was asked for on the website brings a Contact that nobody owns
	return contact.owner in visitors and not (contact.owner == "Guest" and login)


def refuse_somebody_elses(member: Member) -> None:
	"""When a Member is saved: raise for a Contact newly chosen that its subject could change."""
	before = member.get_doc_before_save()
	known = {before.contact, *(row.contact for row in before.representatives)} if before else set()
	for name in {member.contact, *(row.contact for row in member.representatives)} - known - {None, ""}:
		contact = frappe.db.get_value("Contact", name, ["user", "owner", "email_id"], as_dict=True)
		if contact and is_somebody_elses(contact, contact.email_id, host.website_users([contact.owner])):
			frappe.throw(
				_(
					"The contact {0} can be changed by a visitor of the website. Make a new one for {1}."
				).format(name, member.display_name)
			)
	if member.contact and member.contact != (before and before.contact):
		_refuse_another_persons(member)


def _refuse_another_persons(member: Member) -> None:
	"""Raise for a Contact, newly chosen, that is neither called as the member's person nor has their mailbox.

	An organisation's person is one of those who represent it.
	"""
	if member.member_type != INDIVIDUAL and member.contact in [row.contact for row in member.representatives]:
		return
	row = frappe.db.get_value(
		"Contact", member.contact, ["first_name", "last_name", "email_id"], as_dict=True
	)
	if not row:
		return  # stored along with its member
	person, listed = Person.of(member), {"parent": member.contact, "parenttype": "Contact"}
	mailboxes = {(email or "").lower() for email in frappe.get_all("Contact Email", listed, pluck="email_id")}
	same_mailbox = not (member.email and mailboxes) or member.email.lower() in mailboxes
	same_name = persons.same_name(Person.of(row), person) or (
		mailboxes and _is_nameless(row, row.email_id or "")
	)
	others = [one for name, one in _standing_for(member.contact) if name != member.name]
	if not (same_mailbox and same_name) or any(persons.contradiction(person, one) for one in others):
		frappe.throw(
			_(
				"The contact {0} is another person's: {1} is called or reached otherwise. Choose the person's own contact, or "
				"leave it empty."
			).format(member.contact, member.display_name)
		)


def _standing_for(contact: str) -> list[tuple[str, Person]]:
	"""(Member, person) of the members in person whose Contact it is."""
	filters = {"contact": contact, "member_type": INDIVIDUAL}
	rows = frappe.get_all("Member", filters, ["name", "first_name", "last_name"])
	return list(facts.of_members(rows).items())


def keep_as_written(contact: Contact, method: str | None = None) -> None:
	"""Doc event: a website user changes nothing in a Contact that stands for a member or a representative.

	Hosts let them own Contacts, and copy names and numbers of a login into the Contact with its address. The host also
	writes a login into a Contact by its present address, which on Dokos anybody may choose: it stays if it is named so.
	"""
	ours = contact.flags.of_member or stands_for_member(contact.name)
	if not ours:
		return
	mailboxes = {(row.email_id or "").lower() for row in contact.email_ids}
	if contact.user and contact.user.lower() not in mailboxes:
		contact.user = None
	before = contact.get_doc_before_save()
	if before and host.website_users([frappe.session.user]) and not contact.flags.of_member:
		for field in ("first_name", "last_name", "email_id", "phone", "mobile_no", "user", "address"):
			contact.set(field, before.get(field))
		for table in ("email_ids", "phone_nos", "links"):
			contact.set(table, before.get(table))


def stands_for_member(contact: str | None) -> bool:
	"""True when a Contact is that of a Member, or of somebody who represents one."""
	return bool(
		contact
		and (
			frappe.db.exists("Member", {"contact": contact})
			or frappe.db.exists("Member Representative", {"contact": contact, "parenttype": "Member"})
		)
	)


def write(contact: str, changes: Mapping[str, tuple[str, str]]) -> None:
	"""Carry a person's new names, e-mail address and phone, {field: (old, new)}, to the Contact. Other entries stay."""
	doc = frappe.get_doc("Contact", contact)
	doc.update({field: changes[field][1] for field in ("first_name", "last_name") if field in changes})
	for field, table, column, primary in (
		("email", "email_ids", "email_id", "is_primary"),
		("phone", "phone_nos", "phone", "is_primary_phone"),
	):
		if field in changes:
			_replace(doc, table, column, primary, *changes[field])
	doc.flags.of_member = True
	doc.flags.ignore_mandatory = True  # a mail program may have left it without a name
	doc.save(ignore_permissions=True)  # the caller checked the right on the Member


def _replace(contact: Contact, table: str, column: str, primary: str, old: str, new: str) -> None:
	"""Put a new entry of a list in the place of an old one, as the main one."""
	kept = [
		row for row in contact.get(table) if (row.get(column) or "").lower() not in (old.lower(), new.lower())
	]
	for row in kept:
		row.set(primary, 0)
	contact.set(table, kept)
	if new:
		contact.append(table, {column: new, primary: 1})


def keep_address(member: Member) -> None:
	"""Keep the Member's address as an Address of its own and of its Contact: the one it has, else a new one."""
	if not has_address(member):
		return
	if known := customers.address_of(member):
		address = frappe.get_doc("Address", known)
		address.update(_address_of(member))
		address.flags.ignore_links = True
		address.save(ignore_permissions=True)  # as in write
	else:
		new_address(member)


def has_address(member: Member) -> bool:
	return bool(member.address_line1 and member.city and member.country)


def _address_of(member: Member) -> dict[str, str | None]:
	return {
		"address_title": member.display_name[:100],
		"address_type": "Personal" if member.member_type == INDIVIDUAL else "Office",
		**{"pincode" if field == "postcode" else field: member.get(field) for field in ADDRESS},
	}


def new_address(member: Member) -> None:
	"""Make the Address of a Member that has none yet."""
	owners = [("Member", member.name), *([("Contact", member.contact)] if member.contact else [])]
	address = frappe.get_doc(
		{
			"doctype": "Address",
			**_address_of(member),
			"links": [
				{"link_doctype": doctype, "link_name": name, "link_title": member.display_name}
				for doctype, name in owners
			],
		}
	)
	address.flags.ignore_links = True  # its member is stored, or just being so
	jobs.insert_named(address)  # as in write
	if member.contact:
		frappe.db.set_value("Contact", member.contact, "address", address.name)
