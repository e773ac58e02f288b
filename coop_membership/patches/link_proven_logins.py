"""Whose membership it is stood in host records too; now it stands in links that the account service writes.

What a site has already is kept where the login is provably the invited one: it is named as the mailbox, which for a
representative our service had noted on the Contact. Who never logged in proves the mailbox by doing so. The rest is
taken back, and the managers are asked.
"""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host
from coop_membership.messages import tasks
from coop_membership.people import accounts, contacts
from coop_membership.states.members import ORGANISATION


def execute() -> None:
	for name in frappe.get_all("Member", {"user": ["is", "set"]}, pluck="name"):
		member = frappe.get_doc("Member", name)
		if member.member_type == ORGANISATION:
			_representatives(member)
		else:
			_person(member)


def _person(member) -> None:
	[holder] = accounts.holders(member) or [None]
	if not holder or member.user != holder.email:
		accounts.revoke(member, member)
		_ask(member)
	else:
		accounts.write_proven(member, member, member.user)


def _representatives(member) -> None:
	given = member.user
	for holder in accounts.holders(member):
		contact = frappe.db.get_value("Contact", holder.contact, ["user", "owner"], as_dict=True)
		noted = contact and contact.user == holder.email
		if noted and not contacts.is_somebody_elses(
			contact, holder.email, host.website_users([contact.owner])
		):
			accounts.write_proven(member, holder.seat, holder.email)
	if given not in {row.get(field) for row in member.representatives for field in accounts.LINKS}:
		accounts.revoke(member, member)
		_ask(member)


def _ask(member) -> None:
	tasks.ask(
		member,
		_(
			"The login of {0} is not named as its mailbox, so it opens nothing any more. Give access again."
		).format(member.display_name),
	)
