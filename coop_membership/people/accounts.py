"""Accounts: the login of a member, or of the representatives of an organisation.

An account is a Website User with the role Member; where there are customers it opens the host's own pages too. Who has
a login already keeps it, one login for all memberships. A disabled one stays disabled until a manager decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime, get_url, getdate

from coop_membership import host, jobs, signing
from coop_membership.accounting.in_erpnext import portal_access
from coop_membership.doctypes import Member
from coop_membership.messages import mail, tasks
from coop_membership.people import representatives
from coop_membership.register.states import ORGANISATION

ON_APPROVAL, ON_PAYMENT = "On approval", "On payment"
INVITED, LINKED, DISABLED = "invited", "linked", "disabled"
NO_ACCOUNT, NOT_SENT = "no account", "not sent"
PURPOSE, VALID_DAYS = "account", 30
FOLLOWED_DAYS = 30


def grant_when(moment: str, cooperative: str, member: str) -> dict[str, str] | None:
	"""Give a member of the cooperative access if it does so at this moment (ON_APPROVAL, ON_PAYMENT); returns the outcomes.

	Part of an approval or a settlement, which it never undoes: a failure is logged and left to a manager.
	"""
	if frappe.get_cached_value("Cooperative", cooperative, "portal_account") != moment:
		return None
	doc = frappe.get_doc("Member", member)
	# whatever the host's users and customers refuse, the member's shares stand
	with jobs.attempt("Account not made", "Member", member) as tried:
		tried.value = grant_access(doc)
	if tried.failed:
		tasks.ask(doc, _("The account of {0} could not be made. See the error log.").format(doc.display_name))
	return tried.value


def grant_access(member: Member) -> dict[str, str]:
	"""Make or link the accounts of a Member; returns {e-mail address: INVITED, LINKED or DISABLED}, {} without address.

	For an organisation they are those of its representatives of today. The caller checked who decides on the member.
	Called again it finds what it did.
	"""
	return {holder.email: _grant(member, holder) for holder in holders(member)}


@dataclass(frozen=True)
class Holder:
	"""A person to whom the account of a Member belongs, and the Contact that stands for them."""

	contact: str | None
	email: str
	first_name: str
	last_name: str | None


def holders(member: Member) -> list[Holder]:
	"""The member, or who represents the organisation today; without those who have no e-mail address."""
	if member.member_type == ORGANISATION:
		contacts = [row.contact for row in member.representatives if representatives.in_office(row)]
	else:
		contacts = [member.contact]
	people = []
	for contact in dict.fromkeys(contacts):
		known = contact and frappe.db.get_value(
			"Contact", contact, ["email_id", "first_name", "last_name"], as_dict=True
		)
		person = known or member
		email = member.email if contact == member.contact else person.email_id
		if email:
			first_name = person.first_name or member.display_name
			people.append(Holder(contact, email.lower(), first_name, person.last_name))
	return people


def _grant(member: Member, holder: Holder) -> str:
	user = frappe.db.get_value("User", {"email": holder.email}, ["name", "enabled"], as_dict=True)
	if user and (not user.enabled or user.name in ("Administrator", "Guest")):
		tasks.ask(
			member,
			_("The account {0} is disabled. {1} got no access: enable it, or give another address.").format(
				holder.email, member.display_name
			),
		)
		return DISABLED
	name = user.name if user else _new_user(holder, member.language)
	_add_roles(name)
	if not member.user or (holder.contact == member.contact and member.user != name):
		member.db_set("user", name)
	if holder.contact:
		frappe.db.set_value("Contact", holder.contact, "user", name)
	portal_access.open_pages(member, holder.contact, name)
	if user:
		return LINKED
	_invite(member, holder, name)
	return INVITED


def _invite(member: Member, holder: Holder, user: str, by_hand: bool = False) -> bool:
	person = mail.recipient_of(member)
	person.first_name = holder.first_name
	values = {"link": invitation_link(user), "person": person}
	return mail.send(INVITATION, member, values, resend=by_hand, to=holder.email)


def _new_user(holder: Holder, language: str | None) -> str:
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": holder.email,
			"first_name": holder.first_name,
			"last_name": holder.last_name,
			"language": language,
			"user_type": "Website User",
			"redirect_url": "/my-membership",  # once the first password is chosen
			"enabled": 1,
			"send_welcome_email": 0,
		}
	)
	user.flags.no_welcome_mail = True
	with host.as_import():  # the host allows 60 new users an hour
		user.insert(ignore_permissions=True)  # as in grant_access
	return user.name


def _add_roles(user: str) -> None:
	doc = frappe.get_doc("User", user)
	missing = {"Member", *portal_access.roles()} - {row.role for row in doc.roles}
	if missing:
		for role in sorted(missing):
			doc.append("roles", {"role": role})
		doc.save(ignore_permissions=True)  # as in grant_access


def give_access(member: Member) -> str:
	"""A manager gives a Member its account; returns a sentence for each person. Raises when nobody has an address."""
	host.require("Member", "write", member.name)
	return _in_words(grant_access(member))


def invite_again(member: Member) -> str:
	"""A manager sends the invitation again to whoever has not logged in yet; returns a sentence for each person.

	Raises when nobody has an address, or no account.
	"""
	host.require("Member", "write", member.name)
	outcomes = {}
	for holder in holders(member):
		user = frappe.db.get_value("User", {"email": holder.email}, "name")
		if not user:
			outcomes[holder.email] = NO_ACCOUNT
		elif not may_start(user):
			outcomes[holder.email] = LINKED
		else:
			outcomes[holder.email] = INVITED if _invite(member, holder, user, by_hand=True) else NOT_SENT
	return _in_words(outcomes)


def _in_words(outcomes: dict[str, str]) -> str:
	if not outcomes:
		frappe.throw(_("Nobody has an e-mail address here. Add one to the member, or to who represents it."))
	sentences = {
		INVITED: _("{0}: the invitation is on its way."),
		LINKED: _("{0} has an account already and can log in. “Forgot password” on the login page helps."),
		DISABLED: _("{0}: the account is disabled. Enable it first, or give another address."),
		NO_ACCOUNT: _("{0} has no account yet. Give access first."),
		NOT_SENT: _("{0}: the invitation could not be sent. Look at the comments below."),
	}
	return " ".join(sentences[outcome].format(email) for email, outcome in outcomes.items())


INVITATION = "Portal Invitation"


def new_since(member: Member, moment) -> list[str]:
	"""Accounts of a Member that were made at that moment or later and belong to nobody else: who never used them before.

	Those of an organisation's representatives count too. One that leads to another membership is never named.
	"""
	names = []
	for holder in holders(member):
		user = frappe.db.get_value(
			"User", {"email": holder.email}, ["name", "creation", "enabled"], as_dict=True
		)
		if not user or not user.enabled or user.creation < get_datetime(moment):
			continue
		others = frappe.db.exists("Member", {"user": user.name, "name": ["!=", member.name]})
		if not others and not _has_other_mandates(member, holder.contact):
			names.append(user.name)
	return names


def _has_other_mandates(member: Member, contact: str | None) -> bool:
	mandates = {"parenttype": "Member", "parent": ["!=", member.name], "contact": contact}
	return bool(contact and frappe.db.exists("Member Representative", mandates))


def disable(member: Member, users: list[str], since) -> None:
	"""Disable accounts that `new_since` named, and withdraw their invitations. The caller checked who decides."""
	mail.withdraw(mail.queued(member, [INVITATION], since))
	for user in users:
		doc = frappe.get_doc("User", user)
		doc.enabled = 0
		doc.save(ignore_permissions=True)  # as in grant_access


def follow_mandates(member: Member) -> None:
	"""Open the host's pages of an organisation to who represents it today, and close them to who no longer does.

	After its Member is saved, and by the daily job; nothing before the organisation was given access.
	"""
	if member.member_type != ORGANISATION or not member.user:
		return
	before = member.get_doc_before_save()
	listed = {row.contact for one in (before, member) if one for row in one.representatives}
	in_office = {row.contact for row in member.representatives if representatives.in_office(row)}
	for contact in sorted(listed):
		user = frappe.db.get_value("Contact", contact, "user")
		if contact not in in_office:
			portal_access.close_pages(member, contact, user)
		elif user:
			portal_access.open_pages(member, contact, user)


def follow_all_mandates() -> None:
	"""Daily: mandates that began or ended in the last days, whatever days the scheduler missed."""
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
	jobs.each(
		sorted(set(names)),
		lambda name: follow_mandates(frappe.get_doc("Member", name)),
		"Mandates not followed",
		"Member",
	)


def invitation_link(user: str) -> str:
	"""Where an invited person chooses a password: for 30 days, and until the first login."""
	return get_url(f"/membership-account?key={signing.sign(PURPOSE, user, VALID_DAYS)}")


def may_start(user: str) -> bool:
	"""True while the invited person has never logged in and the account is enabled."""
	return bool(frappe.db.exists("User", {"name": user, "enabled": 1, "last_login": ["is", "not set"]}))


def password_page(key: str | None) -> str:
	"""The host's page that sets a password, for who holds the key of an invitation. Raises signing.BadKey."""
	user = signing.read(PURPOSE, key)
	if not may_start(user):
		raise signing.Expired(user)
	return frappe.get_doc("User", user).reset_password()
