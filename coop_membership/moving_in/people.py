"""Members, Contacts and Addresses of a file, stored many at once."""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.naming import set_new_name
from frappe.utils.global_search import update_global_search

from coop_membership import bulk, host
from coop_membership.doctypes import Member
from coop_membership.moving_in.rows import MEMBER_KEYS, MemberRow
from coop_membership.people import contacts, persons, private
from coop_membership.people.persons import Person
from coop_membership.states.members import ORGANISATION
from coop_membership.values.person_fields import ADDRESS
from coop_membership.values.text import same

MEMBER_FIELDS = tuple(key for key in MEMBER_KEYS if key != "representative_function")


def store_members(cooperative: str, rows: list[MemberRow]) -> None:
	"""Contacts, addresses and members of some rows."""
	people = _People(rows)
	country = frappe.get_cached_value("Cooperative", cooperative, "country")
	addresses, members = [], []
	for row in rows:
		person = people.of(row)
		member = new_member(cooperative, row, person and person.contact)
		member.validate()
		set_new_name(member)
		members.append(member)
		if address := _address(member, person, country, people.address_names):
			addresses.append(address)
			people.lives_at(person, address.name)
	details = [found for member in members if (found := private.detached(member))]
	bulk.insert_documents([*people.new, *addresses, *members, *details])
	for member in members:
		update_global_search(member)


def new_member(cooperative: str, row: MemberRow, contact: str | None):
	"""The Member document of a row, not stored."""
	values = {key: row.values[key] for key in MEMBER_FIELDS}
	member = frappe.get_doc(
		{
			"doctype": "Member",
			"cooperative": cooperative,
			**values,
			"contact": contact,
			"total_shares": row.shares,
			"total_value": float(row.value),
		}
	)
	if contact and row.is_organisation:
		representative = {
			"contact": contact,
			"function": row.values["representative_function"],
			"from_date": row.values["joined_on"],
			"to_date": row.values["left_on"],
			"is_signatory": 1,
		}
		member.append("representatives", representative)
	return member


@dataclass
class _Person:
	"""A Contact: its name, what it is called, the persons it stands for, and its document while it is not stored."""

	contact: str
	title: str
	stands_for: list[Person]
	has_address: bool = False
	document: object = None


class _People:
	"""The persons of a chunk. The same person is the same e-mail address and name, and nothing known that differs; blank
	never matches."""

	def __init__(self, rows: list[MemberRow]):
		emails = list({row.values["email"] for row in rows if row.values["email"]})
		self.known = _contacts_by_person(emails)
		# a login is named as its mailbox
		self.users = set(frappe.get_all("User", {"name": ["in", emails or [host.NOTHING]]}, pluck="name"))
		self.contact_names = _taken("Contact", [_title(row) for row in rows])
		self.address_names = _taken("Address", [f"{row.name}-{_(_address_type(row))}" for row in rows])
		self.new: list = []

	def of(self, row: MemberRow) -> _Person | None:
		"""A row's person, found or new; none for an organisation without a named representative."""
		email, title = row.values["email"], _title(row)
		if row.is_organisation and not (row.person or email):
			return None
		described = Person.of(row.values)
		namesakes = self.known.setdefault((email, same(title)), []) if email else []
		for known in namesakes:
			if not any(persons.contradiction(described, other) for other in known.stands_for):
				known.stands_for.append(described)
				return known
		document = self._contact(row, email, title)
		self.new.append(document)
		namesakes.append(_Person(document.name, title, [described], document=document))
		return namesakes[-1]

	def _contact(self, row: MemberRow, email: str | None, title: str):
		first, last, phone = (row.values[key] for key in ("first_name", "last_name", "phone"))
		contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": first or last or row.name,
				"last_name": last if first else None,
				"full_name": title,
				"status": "Passive",
				"email_id": email,
				"user": email if email in self.users else None,
				"phone": phone,
				"email_ids": [{"email_id": email, "is_primary": 1}] if email else [],
				"phone_nos": [{"phone": phone, "is_primary_phone": 1}] if phone else [],
			}
		)
		contact.name = _free_name(title, self.contact_names)
		return contact

	def lives_at(self, person: _Person | None, address: str) -> None:
		"""The first address of a person is the one shown on the Contact."""
		if not person or person.has_address:
			return
		person.has_address = True
		if person.document:
			person.document.address = address
		else:
			frappe.db.set_value("Contact", person.contact, "address", address)


def _title(row: MemberRow) -> str:
	return (row.person or row.name)[:100]


def _contacts_by_person(emails: list[str]) -> dict[tuple[str, str], list[_Person]]:
	rows = contacts.adoptable(*emails)
	members = contacts.members_of(row.name for row in rows)
	found: dict[tuple[str, str], list[_Person]] = {}
	for row in rows:
		title = " ".join(filter(None, [row.first_name, row.last_name]))
		person = _Person(row.name, title, members.get(row.name, []), bool(row.address))
		found.setdefault((row.email_id.lower(), same(title)), []).append(person)
	return found


def _taken(doctype: str, titles: list[str]) -> set[str]:
	return set(frappe.get_all(doctype, {"name": ["in", list(set(titles)) or [host.NOTHING]]}, pluck="name"))


def _free_name(title: str, taken: set[str]) -> str:
	"""The title where no other document has it, else with a sign of its own, as short as the host's own numbering."""
	name = title if title not in taken else f"{title}-{frappe.generate_hash(length=8)}"
	taken.add(name)
	return name


def _address_type(row: MemberRow) -> str:
	return "Office" if row.is_organisation else "Personal"


def _address(member: Member, person: _Person | None, country: str, taken: set[str]):
	"""The Address document of a member, or None when the file says too little."""
	if not (member.address_line1 and member.city):
		return None
	kind = "Office" if member.member_type == ORGANISATION else "Personal"
	links = [{"link_doctype": "Member", "link_name": member.name, "link_title": member.display_name}]
	if person:
		links.insert(0, {"link_doctype": "Contact", "link_name": person.contact, "link_title": person.title})
	address = frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": member.display_name[:100],
			"address_type": kind,
			**{"pincode" if key == "postcode" else key: member.get(key) for key in ADDRESS},
			"country": member.country or country,
			"links": links,
		}
	)
	address.name = _free_name(f"{address.address_title}-{_(kind)}", taken)
	return address
