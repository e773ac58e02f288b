"""Accounts: the login of a member, or of the representatives of an organisation.

An account is a Website User with the role Member; where there are customers it opens the host's own pages too. Who has
a login already keeps it, one login for all memberships. A disabled one stays disabled until a manager decides.

**Whose membership it is** stands in `user` of a Member and of each of its representatives, which this module alone
writes. A login is named as its mailbox, looked up by that name, and linked once the mailbox was proved: the
invitation that went there was opened, or somebody logged in under its name. Until then it stands in `invited_user`,
which opens nothing. What else hosts keep about a person (Contact, Address, Customer, the address of a User) can be
written by that person on one host or another, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import get_datetime, get_url, now_datetime

from coop_membership import host, jobs, signing
from coop_membership.accounting.in_erpnext import portal_access
from coop_membership.doctypes import Member, MemberRepresentative
from coop_membership.messages import mail, tasks
from coop_membership.people import representatives
from coop_membership.states.members import ORGANISATION

if TYPE_CHECKING:
	from frappe.auth import LoginManager

ON_APPROVAL, ON_PAYMENT = "On approval", "On payment"
INVITED, LINKED, DISABLED, ANOTHERS = "invited", "linked", "disabled", "another's"
NO_ACCOUNT, NOT_SENT = "no account", "not sent"
PURPOSE, VALID_DAYS = "account", 30
LINKS = ("user", "invited_user")
INVITATION = "Portal Invitation"
PAGE, OWN_PAGE = "membership-account", "/membership"
EARLIER_PAGE = "/my-membership"  # where logins made before lead to


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
	"""A person to whom the account of a Member belongs. `seat` is the document with their login: Member or its row."""

	seat: Member | MemberRepresentative
	contact: str | None
	email: str
	first_name: str
	last_name: str | None


def holders(member: Member) -> list[Holder]:
	"""The member, or who represents the organisation today; without those who have no e-mail address."""
	people: dict[str, Holder] = {}
	for seat in _serving(member):
		if holder := _holder(member, seat):
			people.setdefault(holder.email, holder)
	return list(people.values())


def _serving(member: Member) -> list[Member | MemberRepresentative]:
	return representatives.in_force(member) if member.member_type == ORGANISATION else [member]


def _holder(member: Member, seat: Member | MemberRepresentative) -> Holder | None:
	person = member
	if seat.contact and seat.contact != member.contact:
		person = frappe.db.get_value(
			"Contact", seat.contact, ["email_id as email", "first_name", "last_name"], as_dict=True
		)
	email = _mailbox(person and person.email)
	if not email:
		return None
	return Holder(seat, seat.contact, email, person.first_name or member.display_name, person.last_name)


def _mailbox(email: str | None) -> str:
	return (email or "").strip().lower()


def login_of(email: str) -> frappe._dict | None:
	"""The User named as a mailbox: name, enabled, email, last_login. Never one that says the mailbox is its address."""
	return frappe.db.get_value(
		"User", _mailbox(email), ["name", "enabled", "email", "last_login"], as_dict=True
	)


def _grant(member: Member, holder: Holder) -> str:
	user = login_of(holder.email)
	if user and (not user.enabled or user.name in ("Administrator", "Guest")):
		tasks.ask(
			member,
			_("The account {0} is disabled. {1} got no access: enable it, or give another address.").format(
				holder.email, member.display_name
			),
		)
		return DISABLED
	if user and not _fits(user, holder.email):
		tasks.ask(
			member,
			_("The login {0} has another e-mail address. {1} got no access: put it right first.").format(
				user.name, member.display_name
			),
		)
		return ANOTHERS
	if not user:
		_new_user(holder, member.language)
	_add_roles(holder.email)
	if _is_proved(user):
		_link(member, holder.seat, user.name)
		return LINKED
	if user and user.name in (holder.seat.user, holder.seat.invited_user):
		return LINKED
	_write(member, holder.seat, invited_user=holder.email)
	_invite(member, holder)
	return INVITED


def _fits(user: frappe._dict, email: str) -> bool:
	"""True for the login of a mailbox: a database may take é for e, and on some hosts users change their own address."""
	return {user.name.lower(), _mailbox(user.email)} == {email}


def _is_proved(user: frappe._dict | None) -> bool:
	"""True for a login whose mailbox was read once: by logging in, or by opening an invitation."""
	return bool(user and user.enabled and (user.last_login or _is_seated("user", user.name)))


# --- the links: written here and nowhere else ----------------------------------------------------


def refuse_by_hand(member: Member) -> None:
	"""When a Member is saved: raise when a login is written outside this module.

	One that a form does not know yet, because it was linked since, stays; a row that becomes another person's loses it.
	"""
	before = member.get_doc_before_save()
	known = {row.name: row for row in before.representatives} if before else {}
	_keep_links(member, before)
	for row in member.representatives:
		was = known.get(row.name)
		if was and was.contact != row.contact:
			row.update(dict.fromkeys(LINKS))
		else:
			_keep_links(row, was)


def _keep_links(seat: Member | MemberRepresentative, before) -> None:
	known = {field: (before and before.get(field)) or None for field in LINKS}
	for field in LINKS:
		# an open form may say "invited" of who has proved the mailbox since
		if seat.get(field) and seat.get(field) not in known.values():
			frappe.throw(
				_("A login is not written by hand. Save without it, and use the button Give access."),
				frappe.PermissionError,
			)
	seat.update(known)


def _write(member: Member, seat: Member | MemberRepresentative, **links: str | None) -> None:
	"""Write the login of a Member or of one of its rows; an organisation shows that of its first representative."""
	_store(seat, links)
	if seat is not member:
		_show_first(member)


def _show_first(member: Member) -> None:
	first = next(iter(representatives.in_force(member)), None)
	shown = {field: (first and first.get(field)) or None for field in LINKS}
	if any((member.get(field) or None) != value for field, value in shown.items()):
		_store(member, shown)


def _store(seat: Member | MemberRepresentative, links: dict[str, str | None]) -> None:
	seat.update(links)
	# a link that follows from what the person did: no change of the member that anybody is to be told of
	frappe.db.set_value(seat.doctype, seat.name, links, update_modified=False)


def _link(member: Member, seat: Member | MemberRepresentative, user: str) -> None:
	"""Open a Member's pages to a login whose mailbox was proved."""
	_write(member, seat, user=user, invited_user=None)
	_add_roles(user)
	if seat.contact:
		frappe.db.set_value("Contact", seat.contact, "user", user)
	portal_access.open_pages(member, seat.contact, user)


def write_proven(member: Member, seat: Member | MemberRepresentative, user: str) -> None:
	"""Keep the link to a login given before there was proof: as it is for who has logged in, else as an invitation."""
	if frappe.db.get_value("User", user, "last_login"):
		_write(member, seat, user=user, invited_user=None)
	else:
		_write(member, seat, user=None, invited_user=user)


def prove(user: str) -> None:
	"""Somebody reads the mailbox that a login is named after: open to it what it was invited to.

	The caller saw the proof: the key of the invitation, or a log-in. A second call finds nothing to do.
	"""
	for member, seat in _seats("invited_user", user):
		_link(member, seat, user)


def _seats(field: str, user: str) -> Iterator[tuple[Member, Member | MemberRepresentative]]:
	"""The places where a login stands in `field`, each with its Member."""
	own = frappe.get_all("Member", {field: user, "member_type": ["!=", ORGANISATION]}, pluck="name")
	rows = frappe.get_all("Member Representative", {"parenttype": "Member", field: user}, pluck="parent")
	for name in dict.fromkeys([*own, *rows]):
		member = frappe.get_doc("Member", name)
		for seat in member.representatives if member.member_type == ORGANISATION else [member]:
			if seat.get(field) == user:
				yield member, seat


def _is_seated(field: str, user: str) -> bool:
	return any(True for _seat in _seats(field, user))


def at_login(login_manager: LoginManager) -> None:
	"""Hook: who logs in reads the mailbox that the login is named after, unless it has another address by now."""
	user = login_of(login_manager.user)
	if not user or not _fits(user, _mailbox(login_manager.user)):
		return
	with jobs.attempt("Membership not opened at log-in", "User", user.name):  # the next log-in tries again
		with host.as_system():  # the password proved who it is, and only what was invited is opened
			prove(user.name)


def revoke(member: Member, seat: Member | MemberRepresentative) -> bool:
	"""Take away what a login has of a Member: its pages here and on the host, and an invitation not opened yet.

	True when there was something. For the services; the caller decided why.
	"""
	users = {seat.get(field) for field in LINKS} - {None, ""}
	if not users:
		return False
	_write(member, seat, user=None, invited_user=None)
	for user in users:
		portal_access.close_pages(member, None, user)
		if seat.contact:
			frappe.db.set_value("Contact", {"name": seat.contact, "user": user}, "user", None)
		mail.withdraw(one for one in mail.queued(member, [INVITATION]) if user in one.recipients)
		_close_unused(user)
	return True


def _close_unused(user: str) -> None:
	"""A login that we made and that opens nothing any more: gone if it was never used, else disabled."""
	made_here = frappe.db.exists(
		"User",
		{
			"name": user,
			"user_type": "Website User",
			"redirect_url": ["in", [OWN_PAGE, EARLIER_PAGE]],
			"enabled": 1,
		},
	)
	if not made_here or any(_is_seated(field, user) for field in LINKS):
		return
	with host.as_system():  # as in grant_access: the host lets nobody but its own managers close a login
		if may_start(user):
			frappe.delete_doc("User", user, force=True, ignore_permissions=True)
		else:
			doc = frappe.get_doc("User", user)
			doc.enabled = 0
			doc.save(ignore_permissions=True)


def follow_mailbox(member: Member) -> None:
	"""After an address was corrected: what its old mailbox got is taken back, and the right one is invited.

	Only where access had been given. For a Member just saved, or one of whose representatives has a new address.
	"""
	for holder in revoke_wrong(member):
		_grant(member, holder)


def revoke_wrong(member: Member) -> list[Holder]:
	"""Take back what logins have that are not named as the present mailbox; returns who of them has another one now."""
	moved = []
	for seat in _serving(member):
		holder = _holder(member, seat)
		if {seat.get(field) for field in LINKS} - {None, "", holder and holder.email}:
			revoke(member, seat)
			moved.append(holder)
	return [holder for holder in moved if holder]


def carry_login(old: str, new: str) -> None:
	"""Before a person's address changes to a mailbox that was proved: a login of its name, with the same password.

	Nothing where the new mailbox has a login already, or the old one none of the website's. What the old login opens is
	taken back when the address changes (`follow_mailbox`), and the new one proved by the caller.
	"""
	known = login_of(old)
	if not known or not known.enabled or login_of(new) or not _is_seated("user", known.name):
		return
	user = frappe.get_doc("User", known.name)
	if user.user_type != "Website User":
		return
	following = frappe.get_doc(
		{
			"doctype": "User",
			"email": new,
			**{field: user.get(field) for field in ("first_name", "last_name", "language", "time_zone")},
			"user_type": "Website User",
			"redirect_url": OWN_PAGE,
			"enabled": 1,
			"send_welcome_email": 0,
			"roles": [{"role": row.role} for row in user.roles],
		}
	)
	following.flags.no_welcome_mail = True
	with host.as_import():  # as in _new_user
		following.insert(ignore_permissions=True)  # the caller saw the proof
	# it was read by opening the link, as a log-in would show
	following.db_set("last_login", user.last_login or now_datetime(), update_modified=False)
	passwords = frappe.qb.Table("__Auth")
	fields = (passwords.password, passwords.encrypted)
	of_old = (
		(passwords.doctype == "User") & (passwords.name == known.name) & (passwords.fieldname == "password")
	)
	for password, encrypted in frappe.qb.from_(passwords).select(*fields).where(of_old).run():
		columns = ("doctype", "name", "fieldname", "password", "encrypted")
		frappe.qb.into(passwords).columns(*columns).insert(
			"User", following.name, "password", password, encrypted
		).run()


def rename_logins(member: Member, changes: Mapping[str, tuple[str, str]]) -> None:
	"""Carry a new name or language of a person to their login, unless they call themselves otherwise there."""
	fields = changes.keys() & {"first_name", "last_name", "language"}
	seats = member.representatives if member.member_type == ORGANISATION else [member]
	for seat in seats:
		if not (fields and seat.user and seat.contact == member.contact):
			continue
		user = frappe.get_doc("User", seat.user)
		stale = {field for field in fields if (user.get(field) or "") in ("", changes[field][0])}
		if stale:
			user.update({field: changes[field][1] or None for field in stale})
			user.save(
				ignore_permissions=True
			)  # as in grant_access: who may change the member may call them so


def cannot_follow(keep: Member, drop: Member) -> str | None:
	"""Before a merge: the login of the record that goes, when the one that stays has none and another mailbox."""
	if keep.member_type == ORGANISATION or any(keep.get(field) for field in LINKS):
		return None
	theirs = drop.user or drop.invited_user
	mailbox = _mailbox(keep.email) or _mailbox(drop.email)
	return theirs if theirs and theirs != mailbox else None


def follow_merge(keep: Member, drop: Member) -> None:
	"""Let the logins of a record that goes open the one that stays, and nothing else. After `cannot_follow`."""
	if drop.member_type == ORGANISATION:
		known = {row.contact for row in keep.representatives}
		for row in drop.representatives:
			if row.contact not in known:
				keep.append("representatives", row.as_dict(no_default_fields=True) | dict.fromkeys(LINKS))
		keep.save(ignore_permissions=True)  # the caller checked who may merge
	theirs = {seat.contact: {field: seat.get(field) for field in LINKS} for seat in _all_seats(drop)}
	for seat in _all_seats(keep):
		given = theirs.get(seat.contact) if drop.member_type == ORGANISATION else theirs.get(drop.contact)
		if given and any(given.values()) and not any(seat.get(field) for field in LINKS):
			_write(keep, seat, **given)
	for seat in _all_seats(drop):
		revoke(drop, seat)


def open_pages(member: Member) -> None:
	"""Open the host's pages of a Member to whom its logins belong today: after its Customer has become another one."""
	for seat in _serving(member):
		if seat.user:
			portal_access.open_pages(member, seat.contact, seat.user)


def _all_seats(member: Member) -> list[Member | MemberRepresentative]:
	return list(member.representatives) if member.member_type == ORGANISATION else [member]


# --- inviting ------------------------------------------------------------------------------------


def _invite(member: Member, holder: Holder, by_hand: bool = False) -> bool:
	person = mail.recipient_of(member)
	person.first_name = holder.first_name
	values = {"link": invitation_link(holder.email), "person": person}
	return mail.send(INVITATION, member, values, resend=by_hand, to=holder.email)


def _new_user(holder: Holder, language: str | None) -> None:
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": holder.email,
			"first_name": holder.first_name,
			"last_name": holder.last_name,
			"language": language,
			"user_type": "Website User",
			"redirect_url": OWN_PAGE,  # once the first password is chosen
			"enabled": 1,
			"send_welcome_email": 0,
		}
	)
	user.flags.no_welcome_mail = True
	with host.as_import():  # the host allows 60 new users an hour
		user.insert(ignore_permissions=True)  # as in grant_access


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
		if holder.email not in (holder.seat.user, holder.seat.invited_user):
			outcomes[holder.email] = NO_ACCOUNT
		elif not may_start(holder.email):
			outcomes[holder.email] = LINKED
		else:
			outcomes[holder.email] = INVITED if _invite(member, holder, by_hand=True) else NOT_SENT
	return _in_words(outcomes)


def _in_words(outcomes: dict[str, str]) -> str:
	if not outcomes:
		frappe.throw(_("Nobody has an e-mail address here. Add one to the member, or to who represents it."))
	sentences = {
		INVITED: _("{0}: the invitation is on its way."),
		LINKED: _("{0} has an account already and can log in. “Forgot password” on the login page helps."),
		DISABLED: _("{0}: the account is disabled. Enable it first, or give another address."),
		ANOTHERS: _("{0}: the login of this name has another e-mail address. Put it right first."),
		NO_ACCOUNT: _("{0} has no account yet. Give access first."),
		NOT_SENT: _("{0}: the invitation could not be sent. Look at the comments below."),
	}
	return " ".join(sentences[outcome].format(email) for email, outcome in outcomes.items())


def new_since(member: Member, moment) -> list[str]:
	"""Accounts of a Member that were made at that moment or later and belong to nobody else: who never used them before.

	Those of an organisation's representatives count too. One that leads to another membership is never named.
	"""
	names = []
	for holder in holders(member):
		user = frappe.db.get_value("User", holder.email, ["name", "creation", "enabled"], as_dict=True)
		if not user or not user.enabled or user.creation < get_datetime(moment):
			continue
		theirs = [other.name for field in LINKS for other, _seat in _seats(field, user.name)]
		if set(theirs) <= {member.name}:
			names.append(user.name)
	return names


def disable(member: Member, users: list[str], since) -> None:
	"""Disable accounts that `new_since` named, and withdraw their invitations. The caller checked who decides."""
	mail.withdraw(mail.queued(member, [INVITATION], since))
	for user in users:
		doc = frappe.get_doc("User", user)
		doc.enabled = 0
		doc.save(ignore_permissions=True)  # as in grant_access


def follow_mandates(member: Member) -> None:
	"""Open the pages of an organisation to who represents it today, the host's too, and close them to who no longer does.

	After its Member is saved, and by the hourly job. Where access was given, it holds for a new representative who has a
	login already; nobody is invited by itself.
	"""
	if member.member_type != ORGANISATION:
		return
	before = member.get_doc_before_save()
	rows = [row for one in (before, member) if one for row in one.representatives]
	if any(row.get(field) for row in rows for field in LINKS):
		_admit_new(member, {row.name for row in before.representatives} if before else None)
	serving = representatives.in_force(member)
	contacts, users = {row.contact for row in serving}, {row.user for row in serving}
	for contact, user in sorted({(row.contact, row.user or "") for row in rows}):
		if contact not in contacts or (user and user not in users):
			portal_access.close_pages(
				member, None if contact in contacts else contact, None if user in users else user
			)
	for row in serving:
		if row.user:
			portal_access.open_pages(member, row.contact, row.user)
		elif row.invited_user and _is_proved(login_of(row.invited_user)):
			_link(member, row, row.invited_user)
	_show_first(member)


def _admit_new(member: Member, known: set[str] | None) -> None:
	"""Note the login of a representative just named, as it is at this moment, for when the mandate begins."""
	for row in member.representatives if known is not None else []:
		if row.name not in known and (email := _mailbox_of(row.contact)):
			if _is_proved(user := login_of(email)) and _fits(user, email):
				_write(member, row, invited_user=user.name)


def _mailbox_of(contact: str) -> str:
	return _mailbox(frappe.db.get_value("Contact", contact, "email_id"))


def invitation_link(user: str) -> str:
	"""Where an invited person chooses a password: for 30 days, and until the first login."""
	return get_url(f"/{PAGE}?key={signing.sign(PURPOSE, user, VALID_DAYS)}")


def may_start(user: str) -> bool:
	"""True while the invited person has never logged in and the account is enabled."""
	return bool(frappe.db.exists("User", {"name": user, "enabled": 1, "last_login": ["is", "not set"]}))


def is_open(user: str) -> bool:
	"""True while an invitation leads to something: never used, and not taken back meanwhile."""
	return may_start(user) and any(_is_seated(field, user) for field in LINKS)


def password_page(key: str | None) -> str:
	"""The host's page that sets a password, for who holds the key of an invitation. Raises signing.BadKey.

	The key went to the mailbox alone, so it proves it.
	"""
	user = signing.read(PURPOSE, key)
	if not is_open(user):
		raise signing.Expired(user)
	with host.as_system():  # the key says who it is
		prove(user)
	return frappe.get_doc("User", user).reset_password()
