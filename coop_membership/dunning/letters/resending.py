"""A letter made anew, or sent once more."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host
from coop_membership.accounting.receivables import Debtor
from coop_membership.dunning import policies
from coop_membership.dunning.letters import mailing
from coop_membership.dunning.letters.compose import Letter, source_of
from coop_membership.dunning.letters.delivery import refresh
from coop_membership.dunning.letters.sending import link
from coop_membership.dunning.names import DUNNING_LETTER, EMAIL, NOTICE
from coop_membership.dunning.reach import channels, keep_usable_emails
from coop_membership.messages.merge import Merge
from coop_membership.messages.outcome import FAILED, QUEUED
from coop_membership.people import truth
from coop_membership.values import phones


def resend(letter) -> None:
	"""Send a letter that failed once more, to the address that is known now. Raises when it is sent or still waits.

	The mail that failed is taken out of the queue first, so that a late retry cannot send it twice.
	"""

	host.require(NOTICE, "write")
	refresh([letter.name])
	letter.reload()
	if letter.state != FAILED:
		frappe.throw(
			_("This letter is {0}: it can't be sent again.").format(_(letter.state, context=letter.doctype))
		)
	renew(letter)


def renew(letter) -> None:
	"""Make a new mail for a letter that failed, to the address known now; on paper when there is none.

	The old mail leaves the queue in the same transaction, and only while nobody sends it.
	"""
	if letter.email_queue:
		queue = frappe.qb.DocType("Email Queue")
		rows = frappe.qb.from_(queue).select(queue.status).where(queue.name == letter.email_queue)
		status = rows.for_update().run(pluck=True)
		if status and status[0] in ("Not Sent", "Partially Sent", "Sent"):
			frappe.throw(_("The mail queue still works on this e-mail. Wait for its outcome."))
		frappe.db.delete("Email Queue", {"name": letter.email_queue})
		frappe.db.delete("Email Queue Recipient", {"parent": letter.email_queue})
	truth.follow_mandates([letter.member])
	source = source_of(letter)
	debtor = (source and source.debtors([letter.party]).get(letter.party)) or Debtor(letter.party_name)
	keep_usable_emails(letter.cooperative, [debtor])
	rule = policies.level_of(letter.policy, letter.level)
	row = {
		**letter.as_dict(),
		"phone": phones.shown(debtor.phone),
		"address": debtor.address,
		"recipients": "\n".join(debtor.emails),
		"email_queue": None,
		"state": QUEUED,
		**channels(letter.cooperative, EMAIL, rule, debtor),
	}
	lines = [line.as_dict() for line in letter.documents]
	again = Letter(row, lines, debtor)
	mailing.queue([again], Merge(DUNNING_LETTER))
	changed = ("phone", "address", "recipients", "email_queue", "state", "state_reason", "channel")
	letter.db_set({key: row[key] for key in (*changed, "to_email", "to_print", "to_call")})
	link({letter.name: again.notices}, *again.outcome)
