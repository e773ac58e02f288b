"""The job that moves a cooperative in, chunk by chunk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import now_datetime, strip_html_tags

from coop_membership import host, jobs
from coop_membership.doctypes import MemberImport
from coop_membership.moving_in import people
from coop_membership.moving_in.check import content_of, known, known_at_start, read
from coop_membership.moving_in.rows import Plan
from coop_membership.register import ledger
from coop_membership.register.imports import IMPORT

CHUNK = 500  # members per transaction
STARTABLE = ("Checked", "Running", "Failed")


def start(document: MemberImport, not_read: bool = False) -> str:
	"""Move in, in the background. Started again, it goes on where it stopped. Returns the status.

	`not_read` says that the user was shown what of the file is not read and what seems to be here already, or no member,
	and wants to move in all the same.
	"""
	document.check_permission("write")
	host.lock(document)
	if document.status == "Done":
		return document.status
	if document.status not in STARTABLE:
		frappe.throw(_("Please check the file first, and correct what is wrong."))
	if hashlib.sha256(content_of(document)).hexdigest() != document.file_hash:
		frappe.throw(_("The file is not the one that was checked. Please check it again."))
	if document.status == "Checked":
		if not not_read:
			_refuse_unasked(document)
		_begin(document)
	document.db_set({"status": "Running", "failure": None})
	frappe.enqueue(
		"coop_membership.moving_in.run.run",
		queue="long",
		timeout=4 * 3600,
		enqueue_after_commit=True,
		name=document.name,
	)
	return document.status


def _refuse_unasked(document: MemberImport) -> None:
	if not document.is_whole:
		frappe.throw(
			_("A part of the file is not read. Look at the findings, and confirm that you go on without it.")
		)
	if doubles := json.loads(document.summary or "{}").get("doubles"):
		frappe.throw(
			_(
				"Lines that seem to say again what is here already, or to be no member: {0}. Look at the findings, and confirm that "
				"they are right."
			).format(doubles)
		)


def _begin(document: MemberImport) -> None:
	"""The last look before the first member: the site may have changed since the check. Reserves the numbers."""
	site = known(document)
	plan = read(content_of(document), site)
	if plan.errors:
		frappe.throw(_("The members of the site changed since the check. Please check the file again."))
	document.db_set(
		{
			"first_member_number": site.next_member_number,
			"first_register_number": site.next_register_number,
			"last_member_number": plan.highest_member_number,
			"done_members": 0,
			"done_movements": 0,
		}
	)
	ledger.raise_counter(document.cooperative, "next_member_number", plan.highest_member_number + 1)


def run(name: str) -> None:
	"""Background job: chunk after chunk, each saved with its count, until all is done or one fails."""
	frappe.flags.mute_member_mails = True
	try:
		plan = _saved(name, lambda: _plan_of(name))
		while plan and _saved(name, lambda: _move_chunk(name, plan)):
			pass
	finally:
		frappe.flags.mute_member_mails = False


def _saved(name: str, step: Callable):
	"""What a step returns, in a transaction of its own. A failure is noted on the import, which can be started again."""
	tried = jobs.saved(
		step, "Member import failed", IMPORT, name, on_failure=lambda error: _note_failure(name, error)
	)
	_tell(name)
	return tried.value


def _plan_of(name: str) -> Plan:
	document = frappe.get_doc(IMPORT, name)
	return read(content_of(document), known_at_start(document))


def _note_failure(name: str, error: Exception) -> None:
	failure = strip_html_tags(str(error))[:500] or type(error).__name__
	frappe.db.set_value(IMPORT, name, {"status": "Failed", "failure": failure})


def _move_chunk(name: str, plan: Plan) -> bool:
	document = frappe.get_doc(IMPORT, name, for_update=True)
	if document.status != "Running":
		return False
	done = document.done_members
	if done < len(plan.members):
		rows = plan.members[done : done + CHUNK]
		people.store_members(document.cooperative, rows)
		document.db_set("done_members", done + len(rows))
		return True
	if document.done_movements < len(plan.movements):
		document.db_set("done_movements", _store_movements(document, plan))
		return True
	document.db_set({"status": "Done", "finished_on": now_datetime()})
	return False


def _tell(name: str) -> None:
	"""Progress for whoever looks at the form."""
	row = frappe.db.get_value(
		IMPORT,
		name,
		["status", "done_members", "done_movements", "total_members", "total_movements"],
		as_dict=True,
	)
	total = row.total_members + row.total_movements or 1
	frappe.publish_realtime(
		"member_import",
		{"status": row.status, "percent": (row.done_members + row.done_movements) * 100 // total},
		doctype=IMPORT,
		docname=name,
	)


def _store_movements(document: MemberImport, plan: Plan) -> int:
	names = {
		str(number): name
		for number, name in frappe.get_all(
			"Member",
			{"cooperative": document.cooperative, "member_number": [">", 0]},
			["member_number", "name"],
			as_list=True,
		)
	}
	lines = []
	for row in plan.movements:
		movement = row.movement()
		lines.append(
			{
				"number": movement.number,
				"effective_date": movement.effective_date,
				"from_member": names[movement.from_member] if movement.from_member else None,
				"to_member": names[movement.to_member] if movement.to_member else None,
				"share_class": movement.share_class,
				"quantity": movement.quantity,
				"unit_price": float(movement.unit_price),
				"to_share_class": movement.to_share_class or None,
				"to_quantity": movement.to_quantity,
				"to_unit_price": float(movement.to_unit_price),
			}
		)
	return ledger.post_opening(document.cooperative, lines, document.name)
