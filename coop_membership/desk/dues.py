"""Dues from the desk: all members of a plan are asked for the next period, in the background."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from coop_membership import actions, host
from coop_membership.dues import dues
from coop_membership.messages import tasks

MOST_DAYS = 366


@actions.of_site("Membership Plan", "write")
def ask_everybody(plan: str, days: str) -> int:
	"""Ask whoever's dues of a plan end within so many days for the next period; returns of how many.

	In the background, with progress; started twice, nobody is asked twice. Raises a sentence when there is nobody.
	"""
	document = actions.granted("Membership Plan", plan, "write")
	host.require("Membership", "submit")
	within = min(max(cint(days), 0), MOST_DAYS)
	if document.disabled:
		frappe.throw(_("The plan is disabled. Make new dues with another plan."))
	count = len(dues.ending(plan, within))
	if not count:
		frappe.throw(_("Nobody's dues of this plan end in that time, or everybody was asked already."))
	frappe.enqueue(
		"coop_membership.desk.dues.ask_all",
		queue="long",
		timeout=6 * 3600,
		enqueue_after_commit=True,
		plan=plan,
		days=within,
		user=frappe.session.user,
	)
	return count


def ask_all(plan: str, days: int, user: str) -> tuple[int, int]:
	"""Background job: as `dues.ask_everybody`; the user who started it gets a note."""
	asked, failed = dues.ask_everybody(plan, days)
	sentence = _("Asked for the next period: {0}. Could not be asked: {1}, see the error log.")
	tasks.tell_one(user, frappe.get_doc("Membership Plan", plan), sentence.format(asked, failed))
	return asked, failed
