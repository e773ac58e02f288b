"""Letters printed for the post."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import now

from coop_membership import host
from coop_membership.doctypes import DunningRun
from coop_membership.dunning.letters import delivery
from coop_membership.dunning.letters.printing import pdf_of
from coop_membership.dunning.names import DUNNING_LETTER, LETTER, NOTICE
from coop_membership.messages.outcome import QUEUED


def print_letters(run: DunningRun) -> bytes:
	"""All letters of a run that wait for paper, as one PDF; they are `Sent` from then on.

	When nothing waits, the letters of the run that were printed before come again. Raises when there are none.
	"""
	run.check_permission("read")
	host.require(NOTICE, "write")
	names = _to_print(run.name, waiting=True) or _to_print(run.name, waiting=False)
	if not names:
		frappe.throw(_("No letter of this run is to be printed. Send the run first."))
	pdf = pdf_of(names)
	letter = frappe.qb.DocType(DUNNING_LETTER)
	query = frappe.qb.update(letter).set(letter.printed_on, now())
	query.where(letter.name.isin(names) & letter.printed_on.isnull()).run()
	by_paper = {"name": ["in", names], "channel": LETTER, "state": QUEUED}
	delivery.mark_sent(frappe.get_all(DUNNING_LETTER, by_paper, pluck="name"))
	frappe.local.response.update(
		{"type": "pdf", "filename": f"{run.name}.pdf", "filecontent": pdf}  # what a browser gets
	)
	return pdf


def _to_print(run: str, waiting: bool) -> list[str]:
	return frappe.get_all(
		DUNNING_LETTER,
		{"run": run, "to_print": 1, "printed_on": ["is", "not set" if waiting else "set"]},
		pluck="name",
		order_by="name",
	)
