"""Accounts: the login of a member, or of the representative of an organisation.

An account is a Website User with the role Member; where there are customers it opens the host's own pages too. Who has
a login already keeps it, one login for all memberships. A disabled one stays disabled until a manager decides.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import get_url

from coop_membership import signing
from coop_membership.accounting import portal_access
from coop_membership.membership import mail, tasks

ON_APPROVAL, ON_PAYMENT = "On approval", "On payment"
INVITED, LINKED, DISABLED, NOBODY = "invited", "linked", "disabled", "no address"
PURPOSE, VALID_DAYS = "account", 30


def grant_when(moment: str, member: str) -> str | None:
	"""Give access if the cooperative does so at this moment (ON_APPROVAL, ON_PAYMENT); returns the outcome.

	Part of an approval or a settlement, which it never undoes: a failure is logged and left to a manager.
	"""
	cooperative = frappe.db.get_value("Member", member, "cooperative")
	if frappe.get_cached_value("Cooperative", cooperative, "portal_account") != moment:
		return None
	doc = frappe.get_doc("Member", member)
	frappe.db.savepoint("portal_account")
	try:
		return grant_access(doc)
	except frappe.QueryDeadlockError:
		raise  # the whole transaction is gone: only the caller can start it again
	except Exception:  # whatever the host's users and customers refuse, the member's shares stand
		frappe.db.rollback(save_point="portal_account")
		frappe.log_error(
			title="Account not made",
			message=frappe.get_traceback(),
			reference_doctype="Member",
			reference_name=member,
		)
		tasks.ask(doc, _("The account of {0} could not be made. See the error log.").format(doc.display_name))
		return None


def grant_access(member) -> str:
	"""Make or link the account of a Member: "invited", "linked", "disabled" or "no address".

	The caller checked who decides on the member. Called again it finds what it did.
	"""
	if not member.email:
		return NOBODY
	user = frappe.db.get_value("User", {"email": member.email}, ["name", "enabled"], as_dict=True)
	if user and (not user.enabled or user.name in ("Administrator", "Guest")):
		tasks.ask(
			member,
			_("The account {0} is disabled. {1} got no access: enable it, or give another address.").format(
				member.email, member.display_name
			),
		)
		return DISABLED
	name = user.name if user else _new_user(member)
	_add_roles(name)
	if member.user != name:
		member.db_set("user", name)
	if member.contact:
		frappe.db.set_value("Contact", member.contact, "user", name)
	portal_access.open_pages(member, name)
	if user:
		return LINKED
	mail.send("Portal Invitation", member, {"link": invitation_link(name)}, to=member.email)
	return INVITED


def _new_user(member) -> str:
	contact = (
		frappe.db.get_value("Contact", member.contact, ["first_name", "last_name"], as_dict=True) or member
	)
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": member.email,
			"first_name": contact.first_name or member.display_name,
			"last_name": contact.last_name,
			"language": member.language,
			"user_type": "Website User",
			"enabled": 1,
			"send_welcome_email": 0,
		}
	)
	user.flags.no_welcome_mail = True
	importing, frappe.flags.in_import = frappe.flags.in_import, True  # the host allows 60 new users an hour
	try:
		user.insert(ignore_permissions=True)  # as in grant_access
	finally:
		frappe.flags.in_import = importing
	return user.name


def _add_roles(user: str) -> None:
	doc = frappe.get_doc("User", user)
	missing = {"Member", *portal_access.roles()} - {row.role for row in doc.roles}
	if missing:
		for role in sorted(missing):
			doc.append("roles", {"role": role})
		doc.save(ignore_permissions=True)  # as in grant_access


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
