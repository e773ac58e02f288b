"""Who a logged-in visitor is: everything starts from the session's user, and from the links of `people/accounts`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import frappe
from frappe import _

from coop_membership import actions, host
from coop_membership.doctypes import Member
from coop_membership.joining import consents
from coop_membership.people import private
from coop_membership.people.representatives import mandate_of, members
from coop_membership.portal import viewing
from coop_membership.states.members import ORGANISATION
from coop_membership.values import phones
from coop_membership.values.person_fields import ADDRESS, ORGANISATION_FIELDS, PERSON, PRIVATE

SHOWN = (*PERSON, *PRIVATE, *ADDRESS)
NOT_SHOWN = ("gender", "national_number")


@dataclass(frozen=True)
class Visit:
	"""Whose pages somebody looks at: all of theirs, the chosen one, and whether it is a manager who only looks."""

	members: list[Member]
	chosen: Member | None
	only_looks: bool = False


def action(changes: bool = True, looks: bool = False) -> Callable:
	"""Declare what members call on their own pages, as `actions.of_site`. What only those who work here can put right
	(`host.ForStaff`) is said as a member can use it, with the address to write to, and logged for them.
	"""

	def declare(function: Callable) -> Callable:
		@wraps(function)
		def called(*args, **kwargs):
			try:
				return function(*args, **kwargs)
			except host.ForStaff as error:
				chosen = choose(members(), kwargs.get("member"))
				said = in_their_words(error, chosen and chosen.cooperative)
			frappe.throw(said)

		return actions.of_site(None, changes=changes, looks=looks)(called)

	return declare


def in_their_words(error: frappe.ValidationError, cooperative: str | None) -> str:
	"""Why something was refused, as a member of the Cooperative can use it; what is for us is logged and not told."""
	frappe.clear_messages()
	if not isinstance(error, host.ForStaff):
		return str(error)
	# in a job: this transaction is taken back
	host.in_background("frappe.log_error", title="A member was refused", message=str(error))
	address = cooperative and frappe.get_cached_value("Cooperative", cooperative, "contact_email")
	if not address:
		return _(
			"This is not possible at the moment: something is not ready on our side. Please write to us."
		)
	return _(
		"This is not possible at the moment: something is not ready on our side. Please write to {0}."
	).format(address)


def visit(name: str | None) -> Visit:
	"""Who looks, for a page. Raises as `choose`."""
	if looked_at := viewing.member():
		return Visit([looked_at], choose([looked_at], name), only_looks=True)
	found = members()
	return Visit(found, choose(found, name))


def own(name: str | None = None) -> Member:
	"""The session's own member, for an action. Raises frappe.PermissionError as `choose`, and for who has none.

	Who looks at a member's pages as a manager has none by that: nothing can be changed there.
	"""
	chosen = choose(members(), name)
	if not chosen:
		actions.deny()
	return chosen


def shown(name: str | None = None) -> Member:
	"""As `own`, for what is only read: who looks as a manager reads it too."""
	chosen = visit(name).chosen
	if not chosen:
		actions.deny()
	return chosen


def may_sign(member: Member) -> None:
	"""An organisation's shares and dues are for its representatives who sign. Raises a sentence for others."""
	mandate = mandate_of(member, frappe.session.user)
	if member.member_type == ORGANISATION and not (mandate and mandate.is_signatory):
		frappe.throw(
			_("Only a person who signs for {0} can do this. Ask one of them.").format(member.display_name),
			frappe.PermissionError,
		)


def choose(found: list, name: str | None):
	"""The one that a visitor asks for among the Members found, the first when none is asked for; None of none.

	Raises frappe.PermissionError for any other name, alike whether there is such a member or not.
	"""
	if not name:
		return found[0] if found else None
	for member in found:
		if member.name == name:
			return member
	frappe.throw(
		_("This page belongs to another account. Open My membership to see yours."), frappe.PermissionError
	)


def prefill(cooperative: str | None, name: str | None = None) -> dict:
	"""Values of the public form for the session's user: {} for a guest, or for somebody who is no member here.

	They are those of the chosen Member, or of the first one. Raises as `choose`.
	"""
	member = choose(members(cooperative) if cooperative else [], name)
	if not member:
		return {}
	found = _about(member)
	found["phone"] = phones.shown(found["phone"])
	return {
		"applicant_type": member.member_type,
		"name": member.display_name,
		"consents": sorted(
			consents.given_by(frappe.get_cached_doc("Cooperative", member.cooperative), member.name)
		),
		"values": {field: str(value) for field, value in found.items() if value and field not in NOT_SHOWN},
	}


def _about(member: Member) -> dict:
	"""What the form may show of a Member. An organisation's keeps the personal data of the person it stands for only."""
	fields = SHOWN if member.member_type != ORGANISATION else (*SHOWN, *ORGANISATION_FIELDS)
	found = {**{field: member.get(field) for field in fields}, **private.of(member)}
	if member.member_type == ORGANISATION:
		mandate = mandate_of(member, frappe.session.user)
		if mandate.contact != member.contact:
			names = frappe.db.get_value("Contact", mandate.contact, ["first_name", "last_name"], as_dict=True)
			found |= {**dict.fromkeys((*PERSON, *PRIVATE)), **names, "email": mandate.user}
	return found
