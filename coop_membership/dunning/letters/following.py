"""Letters that nobody has sent yet go to where their debtor is reached by now."""

from __future__ import annotations

import frappe

from coop_membership.doctypes import Member
from coop_membership.dunning.letters.compose import source_of
from coop_membership.dunning.names import DUNNING_LETTER
from coop_membership.dunning.reach import keep_usable_emails
from coop_membership.messages.outcome import QUEUED
from coop_membership.people import truth
from coop_membership.values import phones


def follow_member(member: Member, method: str | None = None) -> None:
	"""Doc event: a Member was saved. The mail itself, in the host's queue, is sent on by `truth`."""
	before = member.get_doc_before_save()
	if before and truth.changed(before, member):
		follow(member.name)


def follow_merge(member: Member, method: str | None = None) -> None:
	"""Doc event: another record of the same person was merged into this one, and its letters came along."""
	follow(member.name)


def follow(member: str) -> None:
	"""Write address, phone and recipients of a Member's unsent letters anew. The channel stays what was decided."""
	waiting = {"member": member, "state": QUEUED, "printed_on": ["is", "not set"]}
	for name in frappe.get_all(DUNNING_LETTER, waiting, pluck="name"):
		letter = frappe.get_doc(DUNNING_LETTER, name)
		source = source_of(letter)
		debtor = source and source.debtors([letter.party]).get(letter.party)
		if not debtor:
			continue
		keep_usable_emails(letter.cooperative, [debtor])
		letter.db_set(
			{
				"party_name": debtor.name,
				"phone": phones.shown(debtor.phone),
				"address": debtor.address,
				"recipients": "\n".join(debtor.emails),
			}
		)
