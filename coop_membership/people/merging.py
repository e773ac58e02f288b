"""Two member records of one person or organisation: made one, without touching a line of the register.

The shares of the record that goes pass to the one that stays by `Transfer` entries, so the register stays continuous
and as-of-date holdings stay true. The record that goes keeps its number and history and points to the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import getdate, today

from coop_membership import host, server_owned
from coop_membership.accounting import demands
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.states import OPEN, WAITING
from coop_membership.messages import timeline
from coop_membership.people import members
from coop_membership.register import ledger


@dataclass(frozen=True)
class Preview:
	"""What a merge will do: shares by class that pass over, open requests that follow, what stands in the way."""

	keep: str
	drop: str
	shares: dict[str, int]
	open_requests: list[str]
	problems: list[str]


def preview(keep: str, drop: str) -> Preview:
	"""What merging `drop` into `keep` (names of Members) will do; changes nothing."""
	host.require("Member", "delete", drop)  # of the membership roles, the managers' alone
	one, other = frappe.get_doc("Member", keep), frappe.get_doc("Member", drop)
	problems = []
	if one.name == other.name:
		problems.append(_("Choose two different members."))
	if one.cooperative != other.cooperative:
		problems.append(_("The members belong to different cooperatives."))
	if one.member_type != other.member_type:
		problems.append(_("A person and an organisation can't be merged."))
	if one.merged_into or other.merged_into:
		problems.append(_("One of the members is merged already."))
	requests = _open_requests(drop)
	started = [name for _doctype, name, status in requests if status != OPEN]
	if started:
		problems.append(
			_("Settle or correct first what is partly paid or taken back: {0}.").format(", ".join(started))
		)
	return Preview(
		keep, drop, ledger.holdings(drop), [name for _doctype, name, _status in requests], problems
	)


def merge(keep: str, drop: str) -> str:
	"""Merge the Member `drop` into `keep`; returns `keep`. A second call finds it done. For Membership Managers."""
	host.require("Member", "delete", drop)
	for name in sorted((keep, drop)):
		frappe.db.get_value("Member", name, "name", for_update=True)
	if frappe.db.get_value("Member", drop, "merged_into") == keep:
		return keep
	plan = preview(keep, drop)
	if plan.problems:
		frappe.throw("<br>".join(plan.problems), title=_("These members can't be merged yet"))
	_pass_shares(plan)
	_follow(plan)
	gone = frappe.get_doc("Member", drop)
	gone.merged_into = keep
	gone.leaving_reason = _("Merged into {0}.").format(keep)
	server_owned.by_service(gone).save(ignore_permissions=True)  # required above
	for name in (drop, keep):
		members.refresh(name)
	timeline.note(frappe.get_doc("Member", keep), _("{0} was merged into this member.").format(drop))
	return keep


def _open_requests(member: str) -> list[tuple[str, str, str]]:
	"""(DocType, name, status) of the demands that wait for money."""
	waiting = {"member": member, "docstatus": 1, "status": ["in", WAITING]}
	return [
		(doctype, row.name, row.status)
		for doctype in demands.doctypes()
		for row in frappe.get_all(doctype, waiting, ["name", "status"])
	]


def _pass_shares(plan: Preview) -> None:
	cooperative = frappe.db.get_value("Member", plan.keep, "cooperative")
	ledger.lock(cooperative)
	last = max((row.effective_date for row in ledger.movements(member=plan.drop)), default=getdate())
	for share_class, held in ledger.positions(plan.drop, lock=True).items():
		ledger.post(
			cooperative,
			"Transfer",
			share_class,
			held.quantity,
			float(held.value / held.quantity),
			effective_date=max(getdate(today()), getdate(last)),
			from_member=plan.drop,
			to_member=plan.keep,
			reference_doctype="Member",
			reference=plan.drop,
		)


def _follow(plan: Preview) -> None:
	"""Open requests, dues, and what is still to be decided, belong to the member that stays."""
	keep = frappe.get_doc("Member", plan.keep)
	whose = {"member": keep.name, "member_name": keep.display_name}
	for doctype, name, _status in _open_requests(plan.drop):
		frappe.get_doc(doctype, name).db_set(whose)
	for name in frappe.get_all("Membership", {"member": plan.drop}, pluck="name"):
		frappe.db.set_value("Membership", name, whose)
	if plan.open_requests:
		books_of(keep).welcome(keep)
	for field in ("member", "matched_member"):
		frappe.db.set_value(
			"Membership Application",
			{
				field: plan.drop,
				"status": ["in", ["To Confirm", "Pending", "Waiting List", "Blocked", "Approved"]],
			},
			field,
			plan.keep,
		)
