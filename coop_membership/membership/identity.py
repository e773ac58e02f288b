"""Who is behind an application: the Contact, the Address and the Member, matched or made, never duplicated.

Matching is exact and explained on the application. A person is found by e-mail address together with the name or the
birth date (a couple may share an address), an organisation by its registration number in one form. Blank never
matches. A manager may choose another member or none. Source: peers.md 1.3, without its [B]s: a representative stays a
person of their own, who may be a member too and represent others, with one Contact.
"""

from __future__ import annotations

import datetime
import unicodedata
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce
from frappe.utils import getdate

from coop_membership import host

PERSON = (
	"first_name",
	"last_name",
	"birth_date",
	"gender",
	"email",
	"phone",
	"language",
	"national_number",
	"iban",
)
ADDRESS = ("address_line1", "address_line2", "postcode", "city", "country")
ORGANISATION_TYPE = "Organisation"
ORGANISATION = ("organisation_name", "organisation_email", "registration_number", "legal_form")


AS_FOUND, ANOTHER, NEW = "As found", "Another member", "New member"


@dataclass(frozen=True)
class Match:
	"""Name of the Member found, or None; and why, in a sentence for the manager."""

	member: str | None
	reason: str


def find(application) -> Match:
	"""The Member of the same cooperative that an application is about."""
	if application.applicant_type == "Organisation":
		return _find_organisation(application)
	return _find_person(application)


def _find_person(application) -> Match:
	if not application.email:
		return Match(None, _("No e-mail address: nobody to compare with."))
	known = _members(application, email=application.email)
	for member in known:
		if _same_name(member, application):
			return Match(member.name, _("Same e-mail and name as {0}.").format(member.name))
		if application.birth_date and str(member.birth_date) == str(application.birth_date)[:10]:
			return Match(member.name, _("Same e-mail and birth date as {0}.").format(member.name))
	if known:
		return Match(
			None,
			_("Same e-mail as {0}, but another name and birth date: somebody new, unless you choose.").format(
				known[0].name
			),
		)
	return Match(None, _("Nobody has this e-mail address yet: a new member."))


def _find_organisation(application) -> Match:
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


def _members(application, **filters) -> list:
	table = frappe.qb.DocType("Member")
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.first_name, table.last_name, table.birth_date)
		.where(
			(table.cooperative == application.cooperative) & (table.member_type == application.applicant_type)
		)
		.where(Coalesce(table.merged_into, "") == "")
		.orderby(table.creation)
	)
	for field, value in filters.items():
		query = query.where(table[field] == value)
	return query.run(as_dict=True)


def _same_name(one, other) -> bool:
	return _plain(one.first_name, one.last_name) == _plain(other.first_name, other.last_name) != ""


def _plain(*names: str | None) -> str:
	"""Names without capitals, accents and signs, as two forms may differ in them."""
	text = unicodedata.normalize("NFKD", "".join(name or "" for name in names)).casefold()
	return "".join(char for char in text if char.isalnum())


def explain(application) -> None:
	"""Write on an open application whom it belongs to, and why."""
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
		match = find(application)
		application.update(
			{"match_choice": AS_FOUND, "matched_member": match.member, "match_reason": match.reason}
		)


def _check_chosen(application) -> None:
	chosen = application.matched_member and frappe.db.get_value(
		"Member", application.matched_member, ["cooperative", "member_type"], as_dict=True
	)
	if not chosen:
		frappe.throw(_("Choose the member that this request belongs to."))
	if (chosen.cooperative, chosen.member_type) != (application.cooperative, application.applicant_type):
		frappe.throw(
			_("The member must be of the same cooperative, and a person or an organisation likewise.")
		)


def member_for(application):
	"""The Member document behind an application, made as `Candidate` with Contact and Address when there is none.

	Who that is was written on the application when it was validated (`explain`).
	"""
	if application.matched_member:
		return frappe.get_doc("Member", application.matched_member)
	contact = contact_for(application)
	member = frappe.get_doc(
		{
			"doctype": "Member",
			"cooperative": application.cooperative,
			"member_type": application.applicant_type,
			"contact": contact,
			"referral_source": application.referral_source,
			**{field: application.get(field) for field in PERSON + ADDRESS},
		}
	)
	if application.applicant_type == "Organisation":
		member.update({field: application.get(field) for field in ORGANISATION})
		represent(member, contact, application.representative_function)
	member.flags.ignore_links = True  # its contact was just found, the rest was checked on the application
	member.insert(ignore_permissions=True)  # approve() checked that this user may decide on the application
	add_address(application, contact, member)
	return member


def represent(member, contact: str, function: str | None) -> None:
	"""Add a representative from today on to an organisation's unsaved list, once."""
	if not any(row.contact == contact and not row.to_date for row in member.representatives):
		member.append(
			"representatives",
			{"contact": contact, "function": function, "from_date": frappe.utils.today()},
		)


def in_office(row, day: datetime.date | None = None) -> bool:
	"""True when a Member Representative represents on a day (today), both ends of the mandate included."""
	day = day or getdate()
	return getdate(row.from_date or day) <= day <= getdate(row.to_date or day)


def differences(application) -> list[dict]:
	"""What the application says differently from the member it belongs to.

	[{field, label, known, given}]; blank answers differ in nothing. Nothing is taken over by itself.
	"""
	name = application.member or application.matched_member
	if not name:
		return []
	member = frappe.get_doc("Member", name)
	fields = PERSON + ADDRESS
	if member.member_type == "Organisation":
		fields += ORGANISATION
	found = []
	for field in fields:
		known, given = str(member.get(field) or ""), str(application.get(field) or "")
		if given and given != known:
			found.append(
				{"field": field, "label": _(member.meta.get_label(field)), "known": known, "given": given}
			)
	if member.member_type == "Organisation" and not _represents(application, member):
		person = " ".join(filter(None, [application.first_name, application.last_name]))
		found.append({"field": "representative", "label": _("Representative"), "known": "", "given": person})
	return found


def _represents(application, member) -> bool:
	contact = _known_contact(application)
	return any(row.contact == contact for row in member.representatives)


def take_over(application, fields: list[str]) -> list[str]:
	"""Write chosen differences to the member (its history keeps the old values); returns the fields written."""
	application.check_permission("write")
	chosen = [row for row in differences(application) if row["field"] in fields]
	if not chosen:
		return []
	member = frappe.get_doc("Member", application.member or application.matched_member)
	for row in chosen:
		if row["field"] == "representative":
			represent(member, contact_for(application), application.representative_function)
		else:
			member.set(row["field"], application.get(row["field"]))
	member.save(ignore_permissions=True)  # checked above: this user may decide on the application
	if {row["field"] for row in chosen} & set(ADDRESS):
		add_address(application, member.contact, member)
	return [row["field"] for row in chosen]


def contact_for(application) -> str:
	"""Name of the person's Contact: the one with this e-mail address, else a new one."""
	if name := _known_contact(application):
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
	with host.as_import():
		contact.insert(ignore_permissions=True)  # as in member_for
	return contact.name


def _known_contact(application) -> str | None:
	"""The Contact with the application's address: of the same name first, else one that is no other member's own."""
	contacts = contacts_with_email(application.email)
	for contact in contacts:
		if _same_name(contact, application):
			return contact.name
	if not contacts:
		return None
	taken = set(
		frappe.get_all(
			"Member",
			{"contact": ["in", [c.name for c in contacts]], "member_type": "Individual"},
			pluck="contact",
		)
	)
	return next((contact.name for contact in contacts if contact.name not in taken), None)


def contacts_with_email(email: str | None) -> list:
	"""Contacts that list the address, oldest first; blank never matches."""
	if not email:
		return []
	table, contact = frappe.qb.DocType("Contact Email"), frappe.qb.DocType("Contact")
	return (
		frappe.qb.from_(table)
		.join(contact)
		.on((table.parent == contact.name) & (table.parenttype == "Contact"))
		.select(contact.name, contact.first_name, contact.last_name)
		.where(table.email_id == email)
		.orderby(contact.creation)
		.run(as_dict=True)
	)


def add_address(application, contact: str, member) -> None:
	"""Keep what the application says as an Address of the person's Contact and of the Member; nothing when it says none."""
	if not (application.address_line1 and application.city and application.country):
		return
	address = frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": application.applicant_name,
			"address_type": "Personal" if application.applicant_type == "Individual" else "Office",
			"address_line1": application.address_line1,
			"address_line2": application.address_line2,
			"pincode": application.postcode,
			"city": application.city,
			"country": application.country,
			"links": [
				{"link_doctype": "Contact", "link_name": contact, "link_title": application.applicant_name},
				{"link_doctype": "Member", "link_name": member.name, "link_title": member.display_name},
			],
		}
	)
	address.flags.ignore_links = True  # as in member_for
	address.insert(ignore_permissions=True)  # as in member_for
	frappe.db.set_value("Contact", contact, "address", address.name)
