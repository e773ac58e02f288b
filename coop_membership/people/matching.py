"""Who is behind an application: the Contact, the Address and the Member, matched or made, never duplicated.

Matching is exact and explained on the application. A person is found by e-mail address together with the name or the
birth date (a couple may share an address), an organisation by its registration number in one form. Blank never
matches, and what is known to differ never does either: `persons`. A manager may choose another member or none. Source: peers.md 1.3, without its [B]s: a representative stays a
person of their own, who may be a member too and represent others, with one Contact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce

from coop_membership.doctypes import Member, MembershipApplication
from coop_membership.doors import KEPT_APART
from coop_membership.people import facts, persons, private
from coop_membership.people.contacts import contact_for, has_address, new_address
from coop_membership.people.representatives import represent, represents
from coop_membership.states.members import ORGANISATION
from coop_membership.values.person_fields import ADDRESS, ORGANISATION_FIELDS, PERSON, PRIVATE

AS_FOUND, ANOTHER, NEW = "As found", "Another member", "New member"


@dataclass(frozen=True)
class Match:
	"""Name of the Member found, or None; and why, in a sentence for the manager."""

	member: str | None
	reason: str


def find(application: MembershipApplication, kept: Mapping | None = None) -> Match:
	"""The Member of the same cooperative that an application is about. `kept` as in `explain`."""
	if application.applicant_type == ORGANISATION:
		return _find_organisation(application)
	return _find_person(application, kept)


def _find_person(application: MembershipApplication, kept: Mapping | None) -> Match:
	if not application.email:
		return Match(None, _("No e-mail address: nobody to compare with."))
	person = facts.of(application, kept)
	known = _members(application, email=application.email)
	people = facts.of_members(known)  # asked of strangers too: time would tell who is known
	found = persons.the_one(person, [people[member.name] for member in known])
	if found is not None:
		name = known[found].name
		return Match(name, LIKE[persons.likeness(people[name], person)]().format(name))
	fitting = [member.name for member in known if persons.likeness(people[member.name], person)]
	if fitting:
		sentence = _("{0} have this e-mail and may all be meant: somebody new, unless you choose.")
		return Match(None, sentence.format(", ".join(fitting)))
	if known:
		why = persons.contradiction(people[known[0].name], person)
		return Match(None, UNLIKE[why]().format(known[0].name))
	return Match(None, _("Nobody has this e-mail address yet: a new member."))


LIKE = {
	persons.NAME: lambda: _("Same e-mail and name as {0}."),
	persons.BIRTH_DATE: lambda: _("Same e-mail and birth date as {0}."),
}
UNLIKE = {
	persons.BIRTH_DATE: lambda: _(
		"Same e-mail as {0}, but another birth date: somebody new, unless you choose."
	),
	persons.NATIONAL_NUMBER: lambda: _(
		"Same e-mail as {0}, but another national number: somebody new, unless you choose."
	),
	persons.FIRST_NAME: lambda: _(
		"Same e-mail as {0}, but another first name: somebody new, unless you choose."
	),
	None: lambda: _("Same e-mail as {0}, but another name: somebody new, unless you choose."),
}


def _find_organisation(application: MembershipApplication) -> Match:
	if application.registration_number:
		known = _members(application, registration_number=application.registration_number)
		if known:
			return Match(known[0].name, _("Same registration number as {0}.").format(known[0].name))
	alike = _members(application, organisation_name=application.organisation_name)
	if alike:
		return Match(
			None,
			_("Same name as {0}, but not the same number: new, unless you choose.").format(alike[0].name),
		)
	return Match(None, _("No organisation has this registration number yet: a new member."))


def _members(application: MembershipApplication, **filters) -> list:
	table = frappe.qb.DocType("Member")
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.first_name, table.last_name)
		.select(*(table[field] for field in filters))
		.where(
			(table.cooperative == application.cooperative) & (table.member_type == application.applicant_type)
		)
		.where(Coalesce(table.merged_into, "") == "")
		.orderby(table.creation)
	)
	for field, value in filters.items():
		query = query.where(table[field] == value)
	# a database may take é for e
	return [row for row in query.run(as_dict=True) if all(_same(row[f], v) for f, v in filters.items())]


def _same(one: str | None, other: str | None) -> bool:
	return (one or "").casefold() == (other or "").casefold()


def explain(application: MembershipApplication, kept: Mapping | None = None) -> None:
	"""Write on an open application whom it belongs to, and why. `kept`: its private details, where they were read already."""
	if application.match_choice == NEW:
		application.update({"matched_member": None, "match_reason": _("Chosen: a new member.")})
	elif application.match_choice == ANOTHER:
		_check_chosen(application)
		application.match_reason = _("Chosen by hand.")
	elif application.member:  # the member's own account sent it
		application.update(
			{"matched_member": application.member, "match_reason": _("Sent from the member's own account.")}
		)
	else:
		match = find(application, kept)
		application.update(
			{"match_choice": AS_FOUND, "matched_member": match.member, "match_reason": match.reason}
		)


def look_again(application: MembershipApplication) -> None:
	"""Whom an open request belongs to by what is known now; nothing is written. A choice by hand stays."""
	if not application.member and application.match_choice in (None, "", AS_FOUND):
		explain(application)


def _check_chosen(application: MembershipApplication) -> None:
	chosen = application.matched_member and frappe.db.get_value(
		"Member", application.matched_member, ["cooperative", "member_type"], as_dict=True
	)
	if not chosen:
		frappe.throw(_("Choose the member that this request belongs to."))
	if (chosen.cooperative, chosen.member_type) != (application.cooperative, application.applicant_type):
		frappe.throw(
			_("The member must be of the same cooperative, and a person or an organisation likewise.")
		)


def member_for(application: MembershipApplication):
	"""The Member document behind an application, made as `Candidate` with Contact and Address when there is none.

	Who that is was written on the application when it was validated (`explain`).
	"""
	if application.matched_member:
		return frappe.get_doc("Member", application.matched_member)
	kept = private.of(application)
	contact = contact_for(application, facts.of(application, kept))
	member = frappe.get_doc(
		{
			"doctype": "Member",
			"cooperative": application.cooperative,
			"member_type": application.applicant_type,
			"contact": contact,
			"referral_source": application.referral_source,
			**{field: application.get(field) for field in PERSON + ADDRESS},
			**kept,
		}
	)
	if application.applicant_type == ORGANISATION:
		member.update({field: application.get(field) for field in ORGANISATION_FIELDS})
		represent(member, contact, application.representative_function)
	member.flags.ignore_links = True  # its contact was just found, the rest was checked on the application
	member.insert(ignore_permissions=True)  # approve() checked that this user may decide on the application
	if has_address(member):
		new_address(member)
	return member


def differences(application: MembershipApplication) -> list[dict]:
	"""What the application says differently from the member it belongs to.

	[{field, label, known, given}]; blank answers differ in nothing. Nothing is taken over by itself.
	"""
	name = application.member or application.matched_member
	if not name:
		return []
	member = frappe.get_doc("Member", name)
	member.apply_fieldlevel_read_permissions()  # what the user may not see of the member differs in nothing
	fields = PERSON + ADDRESS
	if member.member_type == ORGANISATION:
		fields = (*(PERSON if _is_same_person(application, member) else ()), *ADDRESS, *ORGANISATION_FIELDS)
	found = []
	for field in fields:
		known, given = str(member.get(field) or ""), str(application.get(field) or "")
		if given and given != known:
			found.append(
				{
					"field": field,
					"label": _(member.meta.get_label(field), context="Member"),
					"known": known,
					"given": given,
				}
			)
	found += _private_differences(application, member)
	if member.member_type == ORGANISATION and not represents(application, member):
		person = " ".join(filter(None, [application.first_name, application.last_name]))
		found.append({"field": "representative", "label": _("Representative"), "known": "", "given": person})
	return found


def _is_same_person(application: MembershipApplication, member: Member) -> bool:
	"""False when somebody else asks for an organisation: they come by a mandate, with a name and an address of their own."""
	return not persons.contradiction(facts.of(member), facts.of(application))


def _private_differences(application: MembershipApplication, member: Member) -> list[dict]:
	"""Those of private details, for who may change the member's; noted as a look at both when there are any."""
	if not private.may("write", member):
		return []
	given, known = private.of(application), private.of(member)
	same = member.member_type != ORGANISATION or _is_same_person(application, member)
	fields = PRIVATE if same else ("iban",)
	different = [field for field in fields if given[field] and str(given[field]) != str(known[field])]
	if different:
		private.note_access(application)
		private.note_access(member)
	return [
		{
			"field": field,
			"label": KEPT_APART[field](),
			"known": str(known[field] or ""),
			"given": str(given[field]),
		}
		for field in different
	]


def take_over(application: MembershipApplication, fields: list[str]) -> list[str]:
	"""Write chosen differences to the member (its history keeps the old values); returns the fields written."""
	application.check_permission("write")
	chosen = [row for row in differences(application) if row["field"] in fields]
	if not chosen:
		return []
	member = frappe.get_doc("Member", application.member or application.matched_member)
	for row in chosen:
		if row["field"] == "representative":
			represent(member, contact_for(application), application.representative_function)
		elif row["field"] in PRIVATE:
			private.write(
				member, {row["field"]: row["given"]}
			)  # differences() names them to who may change them
		else:
			member.set(row["field"], application.get(row["field"]))
	member.save(ignore_permissions=True)  # checked above: this user may decide on the application
	return [row["field"] for row in chosen]
