"""All that is known of one person: the documents that are about them, and the texts by which they are recognised."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import frappe

from coop_membership import host
from coop_membership.people import private
from coop_membership.values.person_fields import PRIVATE

MEMBER, APPLICATION, REGISTRATION = "Member", "Membership Application", "Activity Registration"
MODULE = "Coop Membership"
REGISTER = "Share Register Entry"  # speaks of members by their record alone
REACHED = ("email", "organisation_email", "phone")
SHORTEST = 6  # a shorter text is part of other words


@dataclass
class Person:
	"""`documents` {DocType: names}; `reached` texts by which only this person is reached or recognised; `called` names."""

	members: list[str]
	applications: list[str]
	documents: dict[str, list[str]] = field(default_factory=dict)
	users: list[str] = field(default_factory=list)
	reached: set[str] = field(default_factory=set)
	called: set[str] = field(default_factory=set)


def of_member(member: str) -> Person:
	"""What is known of a Member, records that were merged into it included."""
	members = [member, *frappe.get_all(MEMBER, {"merged_into": member}, pluck="name")]
	applications = set(frappe.get_all(APPLICATION, {"member": ["in", members]}, pluck="name"))
	applications |= set(
		frappe.get_all(
			APPLICATION, {"matched_member": ["in", members], "member": ["is", "not set"]}, pluck="name"
		)
	)
	return _complete(Person(members, sorted(applications)))


def of_application(application: str) -> Person:
	"""What is known of who sent a request and is no member."""
	return _complete(Person([], [application]))


def _complete(person: Person) -> Person:
	person.documents = _documents(person)
	person.users = sorted(
		{
			user
			for user in frappe.get_all(
				MEMBER, {"name": ["in", person.members or [host.NOTHING]]}, pluck="user"
			)
			if user
		}
	)
	_texts(person)
	return person


def _documents(person: Person) -> dict[str, list[str]]:
	found: dict[str, set[str]] = defaultdict(set)
	found[MEMBER] |= set(person.members)
	found[APPLICATION] |= set(person.applications)
	for target, names in ((MEMBER, person.members), (APPLICATION, person.applications)):
		for doctype, fieldname in _links_to(target):
			if names and doctype not in (MEMBER, APPLICATION, REGISTER):
				found[doctype] |= set(frappe.get_all(doctype, {fieldname: ["in", names]}, pluck="name"))
	for doctype in private.SUBJECTS:
		names = sorted(found[doctype])
		about = {"reference_doctype": doctype, "reference_name": ["in", names or [host.NOTHING]]}
		found[private.DOCTYPE] |= set(frappe.get_all(private.DOCTYPE, about, pluck="name"))
	for doctype in ("Contact", "Address"):
		found[doctype] |= set(_theirs_alone(doctype, person, found))
	if host.has_field(MEMBER, "customer"):
		found["Customer"] |= set(
			filter(
				None,
				frappe.get_all(MEMBER, {"name": ["in", person.members or [host.NOTHING]]}, pluck="customer"),
			)
		)
	return {doctype: sorted(names) for doctype, names in found.items() if names}


def _links_to(target: str) -> list[tuple[str, str]]:
	"""(DocType, field) of each of our documents, children apart, that names a member or a request."""
	field_, parent = frappe.qb.DocType("DocField"), frappe.qb.DocType("DocType")
	return (
		frappe.qb.from_(field_)
		.join(parent)
		.on(parent.name == field_.parent)
		.select(field_.parent, field_.fieldname)
		.where((field_.fieldtype == "Link") & (field_.options == target))
		.where((parent.module == MODULE) & (parent.istable == 0) & (parent.issingle == 0))
		.run()
	)


def _theirs_alone(doctype: str, person: Person, found: dict[str, set[str]]) -> list[str]:
	"""Contacts or Addresses of these members that no other member, and nobody else, has too."""
	if doctype == "Contact":
		names = {
			name
			for name in frappe.get_all(
				MEMBER, {"name": ["in", person.members or [host.NOTHING]]}, pluck="contact"
			)
			if name
		}
		names |= {
			name
			for name in frappe.get_all(
				APPLICATION, {"name": ["in", person.applications or [host.NOTHING]]}, pluck="contact"
			)
			if name
		}
		others = set(
			frappe.get_all(
				MEMBER,
				{
					"contact": ["in", names or [host.NOTHING]],
					"name": ["not in", person.members or [host.NOTHING]],
				},
				pluck="contact",
			)
		) | set(
			frappe.get_all(
				"Member Representative",
				{
					"contact": ["in", names or [host.NOTHING]],
					"parent": ["not in", person.members or [host.NOTHING]],
				},
				pluck="contact",
			)
		)
		return sorted(names - others)
	ours = {(MEMBER, name) for name in person.members} | {("Contact", name) for name in found["Contact"]}
	if host.has_field(MEMBER, "customer"):
		ours |= {
			("Customer", name)
			for name in frappe.get_all(
				MEMBER, {"name": ["in", person.members or [host.NOTHING]]}, pluck="customer"
			)
		}
	mine = [name for _doctype, name in ours if name]
	about = {"parenttype": "Address", "link_name": ["in", mine or [host.NOTHING]]}
	rows = frappe.get_all("Dynamic Link", about, ["parent", "link_doctype", "link_name"])
	names = {row.parent for row in rows if (row.link_doctype, row.link_name) in ours}
	shared = {
		row.parent
		for row in frappe.get_all(
			"Dynamic Link",
			{"parenttype": "Address", "parent": ["in", names or [host.NOTHING]]},
			["parent", "link_doctype", "link_name"],
		)
		if (row.link_doctype, row.link_name) not in ours
	}
	return sorted(names - shared)


def _texts(person: Person) -> None:
	for doctype, names in ((MEMBER, person.members), (APPLICATION, person.applications)):
		details = private.of_many(doctype, names)
		for name in names:
			row = frappe.get_doc(doctype, name)
			known = {row.get(one) for one in REACHED} | {details[name].national_number, details[name].iban}
			known |= {(details[name].iban or "").replace(" ", ""), row.address_line1}
			person.reached |= {str(text) for text in known if text and len(str(text)) >= SHORTEST}
			called = {row.get("display_name") or row.get("applicant_name"), row.organisation_name}
			called.add(" ".join(filter(None, [row.first_name, row.last_name])))
			person.called |= {text for text in called if text and len(text) >= SHORTEST}
	person.reached |= {user for user in person.users if "@" in user}
	person.reached = {
		text for text in person.reached if not _others_have(person, text, (*REACHED, "address_line1"))
	}
	person.called = {
		text for text in person.called if not _others_have(person, text, ("display_name", "applicant_name"))
	}


def _others_have(person: Person, text: str, fields: tuple[str, ...]) -> bool:
	"""True for a text that another member or applicant has too: a couple's address, a namesake."""
	for doctype, names in ((MEMBER, person.members), (APPLICATION, person.applications)):
		for fieldname in fields:
			if host.has_field(doctype, fieldname):
				wanted = {fieldname: text, "name": ["not in", names or [host.NOTHING]]}
				if frappe.db.exists(doctype, wanted):
					return True
	for fieldname in set(PRIVATE) - {"birth_date"}:
		mine = [*person.members, *person.applications]
		if frappe.db.exists(private.DOCTYPE, {fieldname: text, "reference_name": ["not in", mine]}):
			return True
	return False
