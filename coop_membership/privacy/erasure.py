"""Forgetting a person, in two steps, or at once who never became a member.

`reduce`: once the shares are gone and nothing is owed, all that the law does not ask for goes, here and from versions,
deleted documents, mails, comments, files and logs. The names stay, with the register, the requests and the payments.
`erase`: when the register need not be kept any more, the names go too; a number stands in their place, and the register
stays whole. `forget`: a request that was refused, withdrawn or expired goes with everything.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import add_years, cint, flt, formatdate, getdate, today

from coop_membership import host
from coop_membership.accounting import demands
from coop_membership.accounting.choice import books_of
from coop_membership.doctypes import Member, MembershipApplication
from coop_membership.messages import timeline
from coop_membership.people import private
from coop_membership.prints import wording
from coop_membership.privacy import person as persons
from coop_membership.privacy import traces
from coop_membership.privacy.person import APPLICATION, MEMBER, REGISTRATION, Person
from coop_membership.register import ledger, standing
from coop_membership.states.applications import CLOSED
from coop_membership.states.demands import WAITING
from coop_membership.values.person_fields import ADDRESS

REGISTER_YEARS = 10  # what commercial law asks in France, Belgium and Switzerland
REDUCED = {
	MEMBER: (
		"gender",
		"email",
		"organisation_email",
		"phone",
		"language",
		"photo",
		"unwanted_mails",
		*ADDRESS,
		"leaving_reason",
		"dunning_next_action",
		"referral_source",
		"contact",
		"user",
		"invited_user",
	),
	APPLICATION: (
		"gender",
		"email",
		"organisation_email",
		"phone",
		"language",
		*ADDRESS,
		"referral_source",
		"contact",
		"status_reason",
		"representative_function",
	),
	"Dunning Letter": ("recipients", "address", "phone"),
}
NAMES = ("first_name", "last_name", "organisation_name", "registration_number")


# --- what stands in the way ----------------------------------------------------------------------


def obstacles(member: Member) -> list[str]:
	"""Sentences that say why a member's data can't be reduced yet; none when it can."""
	found = []
	if shares := sum(ledger.holdings(member.name).values()):
		found.append(
			_("{0} holds {1}. The data is needed until they are paid back or passed on.").format(
				member.display_name, wording.shares(shares)
			)
		)
	dues = standing.by_dues(member.name, member.cooperative)
	if dues and dues.running:
		found.append(
			_("{0} is a member until {1}. The data is needed until then.").format(
				member.display_name, formatdate(dues.until)
			)
		)
	waiting = {"member": member.name, "docstatus": 1, "status": ["in", WAITING]}
	for doctype in demands.doctypes():
		for name in frappe.get_all(doctype, waiting, pluck="name", order_by="name"):
			found.append(_("{0} is not paid yet. Settle or cancel it first.").format(name))
	credit = flt(books_of(member).credit(member), 2)
	if credit > 0:
		found.append(
			_("{0} has a credit of {1}. Pay it back first.").format(
				member.display_name, frappe.utils.fmt_money(credit, currency=_currency(member))
			)
		)
	return found


def register_obstacles(member: Member) -> list[str]:
	"""As `obstacles`, for the names as well: the register is kept for years after somebody has left."""
	found = obstacles(member)
	if until := kept_until(member):
		found.append(
			_(
				"The register of {0} has to be kept until {1}; until then the name stays, and nothing else."
			).format(member.cooperative, formatdate(until))
		)
	return found


def kept_until(member: Member):
	"""The day until which the name of a member has to stay in the register; None when it need not."""
	if not member.member_number:
		return None
	years = cint(frappe.get_cached_value("Cooperative", member.cooperative, "keep_register_years"))
	until = add_years(getdate(member.left_on or today()), years or REGISTER_YEARS)
	return until if until > getdate(today()) else None


def _currency(member: Member) -> str:
	return frappe.get_cached_value("Cooperative", member.cooperative, "currency")


def _refuse(sentences: list[str]) -> None:
	if sentences:
		frappe.throw("<br>".join(sentences), title=_("This data can't be erased yet"))


# --- what is done --------------------------------------------------------------------------------


def reduce(member: Member, keep_login: bool = False) -> None:
	"""Leave of a former member or candidate what the law asks for. Raises the sentences of `obstacles`.

	`keep_login`: the host is erasing the User itself. Permissions are the caller's matter. A second call does no harm.
	"""
	host.lock(member)
	_refuse(obstacles(member))
	person = persons.of_member(member.name)
	_reduce(person, keep_login)
	today_ = today()
	for name in person.members:
		frappe.db.set_value(MEMBER, name, "reduced_on", today_, update_modified=False)
	timeline.note(member, _("Personal data reduced to what the law asks for."))
	member.reload()


def erase(member: Member) -> None:
	"""Let the names go as well. Raises the sentences of `register_obstacles`. A second call does no harm."""
	host.lock(member)
	_refuse(register_obstacles(member))
	person = persons.of_member(member.name)
	instead = _("Former member {0}").format(member.member_number or member.name)
	_reduce(person, keep_login=False)
	_rename(person, instead)
	for name in person.members:
		frappe.db.set_value(
			MEMBER, name, {"reduced_on": today(), "erased_on": today()}, update_modified=False
		)
	member.reload()


def forget(application: MembershipApplication) -> None:
	"""Delete a request that came to nothing, with all that it left behind. Raises a sentence for any other.

	Who became a candidate by it, and nothing more, goes too.
	"""
	host.lock(application)
	if application.status not in CLOSED:
		frappe.throw(_("Only requests that were refused, withdrawn or have expired can be erased."))
	member = application.member and frappe.get_doc(MEMBER, application.member)
	if member and not member.member_number and _has_only(member, application):
		_refuse(obstacles(member))
		_forget_candidate(member)
		return
	person = persons.of_application(application.name)
	_reduce(person, keep_login=True)
	_delete(APPLICATION, application.name)
	traces.forget(person.reached | (set() if member else person.called))


def forget_guest(registration: str) -> None:
	"""Let the name and the address of a guest of an activity go; the place stays counted, as somebody's. Does no harm twice."""
	traces.forget_about(REGISTRATION, [registration])
	nobody = {
		"guest_name": _("A guest"),
		"person_name": _("A guest"),
		"guest_email": None,
		"status_reason": None,
	}
	frappe.db.set_value(REGISTRATION, registration, nobody, update_modified=False)


def _has_only(member: Member, application: MembershipApplication) -> bool:
	mine = {"member": member.name, "name": ["!=", application.name]}
	return not frappe.db.exists(APPLICATION, mine)


def _forget_candidate(member: Member) -> None:
	person = persons.of_member(member.name)
	kept = any(frappe.db.exists(doctype, {"member": member.name, "docstatus": 1}) for doctype in _BOOKED)
	_reduce(person, keep_login=False)
	if kept or _is_in_the_books(person):
		_rename(person, _("Former applicant {0}").format(member.name))
		return
	for doctype, names in person.documents.items():
		if doctype not in (MEMBER, APPLICATION, "Customer"):
			for name in names:
				_delete(doctype, name)
	for doctype in (APPLICATION, MEMBER, "Customer"):
		for name in person.documents.get(doctype, ()):
			_delete(doctype, name)
	traces.forget(person.reached | person.called)


_BOOKED = ("Member Payment", "Membership", "Share Subscription", "Activity Fee")


def _is_in_the_books(person: Person) -> bool:
	"""True when an invoice or a payment of the hosts names the customer: those stay."""
	customers = person.documents.get("Customer", [])
	if not customers:
		return False
	invoices = {"customer": ["in", customers]}
	paid = {"party_type": "Customer", "party": ["in", customers]}
	return bool(frappe.db.exists("Sales Invoice", invoices) or frappe.db.exists("GL Entry", paid))


def _reduce(person: Person, keep_login: bool) -> None:
	for doctype, names in person.documents.items():
		traces.forget_about(doctype, names)
	for doctype in (private.DOCTYPE, "Identity Document", "Contact", "Address"):
		for name in person.documents.get(doctype, ()):
			_unlink(doctype, name)
			_delete(doctype, name)
	for doctype, fields in REDUCED.items():
		known = [fieldname for fieldname in fields if host.has_field(doctype, fieldname)]
		for name in person.documents.get(doctype, ()):
			frappe.db.set_value(doctype, name, dict.fromkeys(known), update_modified=False)
	for parent, table in ((MEMBER, "Member Representative"),):
		if names := person.documents.get(parent):
			frappe.db.delete(table, {"parent": ["in", names], "parenttype": parent})
	if names := [*person.documents.get(APPLICATION, []), *person.documents.get(MEMBER, [])]:
		consents = frappe.qb.DocType("Application Consent")
		frappe.qb.update(consents).set(consents.ip, None).where(consents.parent.isin(names)).run()
	_reduce_customers(person)
	if not keep_login:
		for user in person.users:
			_forget_user(user)
	traces.forget(person.reached)
	for doctype in REDUCED:
		for name in person.documents.get(doctype, ()):
			frappe.clear_document_cache(doctype, name)


def _reduce_customers(person: Person) -> None:
	fields = (
		"customer_primary_contact",
		"customer_primary_address",
		"primary_address",
		"email_id",
		"mobile_no",
		"language",
	)
	known = [fieldname for fieldname in fields if host.has_field("Customer", fieldname)]
	for name in person.documents.get("Customer", ()):
		frappe.db.set_value("Customer", name, dict.fromkeys(known), update_modified=False)
		for doctype in ("Sales Invoice", "Payment Request"):
			_reduce_vouchers(doctype, name)


def _reduce_vouchers(doctype: str, customer: str) -> None:
	"""A voucher keeps its names and amounts; how somebody was reached is not a part of it."""
	fields = (
		"contact_person",
		"contact_display",
		"contact_email",
		"contact_mobile",
		"contact_phone",
		"email_to",
	)
	known = [fieldname for fieldname in fields if host.has_field(doctype, fieldname)]
	whose = "customer" if host.has_field(doctype, "customer") else "party"
	if known and host.has_field(doctype, whose):
		frappe.db.set_value(doctype, {whose: customer}, dict.fromkeys(known), update_modified=False)


def _unlink(doctype: str, name: str) -> None:
	"""Take the links to a Contact or an Address out of documents that stay."""
	for parent, fieldname in _links(doctype):
		if host.has_field(parent, fieldname) and not frappe.get_meta(parent).issingle:
			frappe.db.set_value(parent, {fieldname: name}, fieldname, None, update_modified=False)


def _links(target: str) -> list[tuple[str, str]]:
	rows = []
	for doctype, parent in (("DocField", "parent"), ("Custom Field", "dt")):
		wanted = {"fieldtype": "Link", "options": target}
		rows += frappe.get_all(doctype, wanted, [parent, "fieldname"], as_list=True)
	return [(parent, fieldname) for parent, fieldname in rows if not frappe.get_meta(parent).is_virtual]


def _delete(doctype: str, name: str) -> None:
	traces.forget_about(doctype, [name])
	if not frappe.db.exists(doctype, name):
		return
	document = frappe.get_doc(doctype, name)
	if document.docstatus == 1:
		return
	# the caller checked that this person may be forgotten; nothing of it is kept as a deleted document
	frappe.delete_doc(
		doctype, name, force=True, ignore_permissions=True, ignore_on_trash=True, delete_permanently=True
	)


def _forget_user(user: str) -> None:
	"""A login goes when it is nobody else's way in: not a desk user's, not of another member or representative."""
	if not frappe.db.exists("User", user) or frappe.db.get_value("User", user, "user_type") != "Website User":
		return
	if any(
		frappe.db.exists(doctype, {link: user})
		for doctype in (MEMBER, "Member Representative")
		for link in ("user", "invited_user")
	):
		return
	traces.forget_about("User", [user])
	anonymous = f"deleted-user-{frappe.generate_hash(length=10)}@example.com"
	with host.as_system():  # the caller checked that this person may be forgotten
		frappe.rename_doc("User", user, anonymous, force=True, show_alert=False)
	blank = {"first_name": _("Deleted"), "full_name": _("Deleted"), "email": anonymous, "enabled": 0}
	others = (
		"last_name",
		"middle_name",
		"username",
		"phone",
		"mobile_no",
		"birth_date",
		"gender",
		"user_image",
		"bio",
		"location",
	)
	blank |= {fieldname: None for fieldname in others if host.has_field("User", fieldname)}
	frappe.db.set_value("User", anonymous, blank, update_modified=False)
	frappe.db.delete("Has Role", {"parent": anonymous, "parenttype": "User"})
	frappe.clear_document_cache("User", anonymous)


def _rename(person: Person, instead: str) -> None:
	"""The names go from all documents that stay; a text that is somebody else's name too goes from these documents alone."""
	called = set(person.called)
	for doctype in (MEMBER, APPLICATION):
		for name in person.documents.get(doctype, ()):
			shown = "display_name" if doctype == MEMBER else "applicant_name"
			row = frappe.db.get_value(doctype, name, [shown, *NAMES], as_dict=True)
			called |= {text for text in (row[shown], row.organisation_name) if text}
			values = dict.fromkeys(NAMES) | {shown: instead, "last_name": instead}
			frappe.db.set_value(doctype, name, values, update_modified=False)
	for customer in person.documents.get("Customer", ()):
		_rename_customer(customer, instead)
	for doctype, names in person.documents.items():
		if frappe.db.exists("DocType", doctype):
			_replace_in(doctype, names, called, instead)
	traces.forget(person.called, instead)


def _rename_customer(customer: str, instead: str) -> None:
	new = (
		instead
		if not frappe.db.exists("Customer", instead)
		else f"{instead} {frappe.generate_hash(length=6)}"
	)
	with host.as_system():  # the caller checked that this person may be forgotten
		frappe.rename_doc("Customer", customer, new, force=True, show_alert=False)
	frappe.db.set_value("Customer", new, "customer_name", instead, update_modified=False)
	for doctype in ("Sales Invoice", "Payment Entry", "Payment Request"):
		for link, shown in (
			("customer", "customer_name"),
			("party", "party_name"),
			("customer", "title"),
			("party", "title"),
		):
			if host.has_field(doctype, link) and host.has_field(doctype, shown):
				frappe.db.set_value(doctype, {link: new}, shown, instead, update_modified=False)


def _replace_in(doctype: str, names: list[str], called: set[str], instead: str) -> None:
	for df in frappe.get_meta(doctype).fields:
		if df.fieldtype in ("Data", "Small Text", "Text", "Long Text", "Text Editor", "Code", "JSON"):
			for name in names:
				value = frappe.db.get_value(doctype, name, df.fieldname)
				if value and any(text in str(value) for text in called):
					for text in sorted(called, key=len, reverse=True):
						value = value.replace(text, instead)
					frappe.db.set_value(doctype, name, df.fieldname, value, update_modified=False)
