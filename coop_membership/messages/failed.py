"""Mails about our documents that reached nobody, and have not been sent again since."""

from __future__ import annotations

from collections import defaultdict

import frappe
from frappe.utils import strip_html

from coop_membership import host
from coop_membership.messages import mail
from coop_membership.messages.events import EVENTS, RESENDABLE
from coop_membership.messages.outcome import FAILED, SENT, outcome

LETTER = "Dunning Letter"
FAILURES = ("Error", "Partially Errored", "Expired")
ABOUT = (*RESENDABLE, "Cooperative", LETTER, "Member", "Share Register Entry", "Yearly Certificate")


def readable() -> list[frappe._dict]:
	"""The failed mails about documents that the user may read, the newest first: doctype, document, event, recipients,
	failed_on and reason. One that left later, or waits again, makes up for those of before.
	"""
	queue = frappe.qb.DocType("Email Queue")
	fields = (queue.name, queue.status, queue.creation, queue.error, queue.message_id)
	query = (
		frappe.qb.from_(queue)
		.select(*fields, queue.reference_doctype.as_("doctype"), queue.reference_name.as_("document"))
		.where(queue.reference_doctype.isin(ABOUT) & queue.status.isin(FAILURES))
		.orderby(queue.creation, order=frappe.qb.desc)
	)
	rows = _may_be_read(query.run(as_dict=True))
	again = _left_later(rows)
	found = []
	for row in rows:
		row.event = event_of(row)
		if again.get((row.doctype, row.document, row.event), row.creation) > row.creation:
			continue
		addressees = frappe.get_all(
			"Email Queue Recipient", {"parent": row.name}, ["recipient", "status"], as_list=True
		)
		state, row.reason = outcome(row.status, addressees, _last_line(row.error))
		if state == FAILED:
			row.recipients = ", ".join(address for address, _status in addressees)
			row.failed_on = row.creation
			found.append(row)
	return found


def event_of(row: frappe._dict) -> str:
	"""Which of our mails a row of the queue is: its Message-Id begins with that."""
	mark = (row.message_id or "").partition(".")[0]
	return next((event for event in EVENTS if mail.mark(event) == mark), "")


def _may_be_read(rows: list[frappe._dict]) -> list[frappe._dict]:
	by_doctype = defaultdict(set)
	for row in rows:
		by_doctype[row.doctype].add(row.document)
	seen = set()
	for doctype, names in by_doctype.items():
		if frappe.has_permission(doctype, "read"):
			known = frappe.get_list(doctype, {"name": ["in", list(names)]}, pluck="name", limit_page_length=0)
			seen |= {(doctype, name) for name in known}
	return [row for row in rows if (row.doctype, row.document) in seen]


def _left_later(rows: list[frappe._dict]) -> dict[tuple, object]:
	"""{(DocType, document, event): when the last mail of it was made that has left or waits}"""
	names = {row.document for row in rows}
	later = frappe.get_all(
		"Email Queue",
		{
			"reference_name": ["in", list(names) or [host.NOTHING]],
			"status": ["in", ["Not Sent", "Sending", SENT]],
		},
		["reference_doctype as doctype", "reference_name as document", "message_id", "creation"],
		order_by="creation asc",
	)
	return {(row.doctype, row.document, event_of(row)): row.creation for row in later}


def _last_line(error: str | None) -> str:
	lines = [line.strip() for line in strip_html(error or "").splitlines() if line.strip()]
	return lines[-1][:200] if lines else ""
