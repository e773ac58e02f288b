"""Two member records of one person or organisation: made one, without touching a line of the register.

The shares of the record that goes pass to the one that stays by `Transfer` entries, so the register stays continuous
and as-of-date holdings stay true. All else that belongs to it follows: demands, dues, money, reminders, requests, mandates,
logins, files, and with books in ERPNext its Customer. What can't follow is a reason to refuse, in words. The record that
goes keeps its number, its history and the documents behind its register lines, is closed, and points to the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils import getdate, today

from coop_membership import host, server_owned
from coop_membership.accounting import demands
from coop_membership.accounting.choice import books_of
from coop_membership.doctypes import Member
from coop_membership.messages import timeline
from coop_membership.people import accounts, facts, links, members, persons, private, truth
from coop_membership.people.links import Link
from coop_membership.register import ledger
from coop_membership.states.demands import CANCELLED, OPEN, WAITING
from coop_membership.states.members import FORMER
from coop_membership.values.person_fields import ADDRESS, PERSON, PRIVATE

# a document's own history stays where it happened
OF_THE_HOST = ("Communication", "Communication Link", "Dynamic Link", "ToDo")
# moved by services of their own, below
BY_HAND = {
	("Member", "merged_into"): "the answer to what became of it",
	("Private Details", "reference_name"): "one per member: see _fill_private",
	("Share Register Entry", "from_member"): "the register is never touched",
	("Share Register Entry", "to_member"): "the register is never touched",
	("Share Register Entry", "reference"): "the register is never touched",
	("Yearly Certificate", "member"): "it was true of that record on that day",
}
FILLED = (
	*PERSON,
	*ADDRESS,
	"organisation_name",
	"organisation_email",
	"registration_number",
	"legal_form",
	"referral_source",
	"contact",
)
DUNNING = (
	"dunning_policy",
	"dunning_channel",
	"dunning_responsible",
	"dunning_next_action",
	"dunning_next_action_date",
)
PROMISE = "dunning_promise_until"


@dataclass(frozen=True)
class Preview:
	"""What a merge will do: shares by class that pass over, open requests that follow, what stands in the way.

	`moves`: {DocType: how many documents follow}.
	"""

	keep: str
	drop: str
	shares: dict[str, int]
	open_requests: list[str]
	problems: list[str]
	moves: dict[str, int] = field(default_factory=dict)


def preview(keep: str, drop: str) -> Preview:
	"""What merging `drop` into `keep` (names of Members) will do; changes nothing."""
	host.require("Member", "delete", drop)  # of the membership roles, the managers' alone
	one, other = frappe.get_doc("Member", keep), frappe.get_doc("Member", drop)
	moves = {link.doctype: len(names) for link in _followers() if (names := _documents(link, drop))}
	return Preview(
		keep,
		drop,
		ledger.holdings(drop),
		[name for _doctype, name, _status in _open_requests(drop)],
		list(_problems(one, other)),
		moves,
	)


def _problems(keep: Member, drop: Member):
	"""Why two members can't be made one yet, in sentences."""
	if keep.name == drop.name:
		yield _("Choose two different members.")
	if keep.cooperative != drop.cooperative:
		yield _("The members belong to different cooperatives.")
	if keep.member_type != drop.member_type:
		yield _("A person and an organisation can't be merged.")
	if keep.merged_into or drop.merged_into:
		yield _("One of the members is merged already.")
	differs = persons.contradiction(facts.of(keep), facts.of(drop))
	if differs in UNLIKE:
		yield UNLIKE[differs]()
	started = [name for _doctype, name, status in _open_requests(drop.name) if status != OPEN]
	if started:
		yield _("Settle or correct first what is partly paid or taken back: {0}.").format(", ".join(started))
	for one, other in _overlapping_dues(keep.name, drop.name):
		yield _("Both have dues for the same days: {0} and {1}. Cancel one of them first.").format(one, other)
	if login := accounts.cannot_follow(keep, drop):
		yield _(
			"{0} has the login {1}, and {2} has another e-mail address and none. Give {2} that address first."
		).format(drop.display_name, login, keep.name)


# a manager may know that Jo and Joëlle are one; nobody was born twice
UNLIKE = {
	persons.BIRTH_DATE: lambda: _("The birth dates differ: these are two people, or one date is wrong."),
	persons.NATIONAL_NUMBER: lambda: _(
		"The national numbers differ: these are two people, or one number is wrong."
	),
}


def _overlapping_dues(keep: str, drop: str) -> list[tuple[str, str]]:
	live = {"docstatus": 1, "status": ["!=", CANCELLED]}
	columns = ["name", "from_date", "to_date"]
	ours, theirs = (
		frappe.get_all("Membership", {"member": member, **live}, columns, order_by="from_date, name")
		for member in (keep, drop)
	)
	return [
		(one.name, other.name)
		for one in ours
		for other in theirs
		if one.from_date <= other.to_date and other.from_date <= one.to_date
	]


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
	for link in _followers():
		_move(link, plan)
	_move_files(plan)
	stays, goes = frappe.get_doc("Member", keep), frappe.get_doc("Member", drop)
	accounts.follow_merge(stays, goes)
	books_of(stays).merge(stays, goes)
	accounts.open_pages(stays)
	if plan.open_requests:
		books_of(stays).welcome(stays)
	_fill(stays, goes)
	_close(goes, stays)
	for name in (drop, keep):
		members.refresh(name)
	stays.reload()
	truth.travel(stays, {})
	stays.run_method("member_merged")
	timeline.note(stays, _("{0} was merged into this member.").format(drop))
	return keep


def _followers() -> list[Link]:
	"""The fields by which documents follow a member: all of ours, and the host's that are no history."""
	ours = set(frappe.get_all("DocType", {"module": "Coop Membership"}, pluck="name"))
	return [
		link
		for link in links.to_members()
		if (link.doctype, link.field) not in BY_HAND
		and (not link.type_field or link.doctype in ours or link.doctype in OF_THE_HOST)
	]


def _documents(link: Link, member: str) -> list[str]:
	"""The documents that name a member in a field and follow: not those behind a line of the register."""
	filters = {link.field: member} | ({link.type_field: "Member"} if link.type_field else {})
	names = frappe.get_all(link.doctype, filters, pluck="name")
	behind = {
		"reference_doctype": link.doctype,
		"reference": ["in", [str(name) for name in names] or [host.NOTHING]],
	}
	stay = set(frappe.get_all("Share Register Entry", behind, pluck="reference"))
	return [name for name in names if str(name) not in stay]


def _move(link: Link, plan: Preview) -> None:
	names = _documents(link, plan.drop)
	if not names:
		return
	values, meta = {link.field: plan.keep}, frappe.get_meta(link.doctype)
	called = {"member": "member_name", "party": "party_name"}.get(link.field)
	if called and meta.has_field(called):
		values[called] = frappe.db.get_value("Member", plan.keep, "display_name")
	for start in range(0, len(names), 500):
		frappe.db.set_value(
			link.doctype, {"name": ["in", names[start : start + 500]]}, values, update_modified=False
		)


def _move_files(plan: Preview) -> None:
	attached = {"attached_to_doctype": "Member", "attached_to_name": plan.drop}
	frappe.db.set_value("File", attached, "attached_to_name", plan.keep, update_modified=False)


def _fill(keep: Member, drop: Member) -> None:
	"""What only the record that goes knows, is known of the other; of two promises the later one holds."""
	keep.reload()
	for name in (*FILLED, *DUNNING):
		if drop.get(name) and not keep.get(name):
			keep.set(name, drop.get(name))
	promises = [getdate(one.get(PROMISE)) for one in (keep, drop) if one.get(PROMISE)]
	keep.set(PROMISE, max(promises, default=None))
	keep.save(ignore_permissions=True)  # required in merge
	theirs, ours = private.of(drop), private.of(keep)
	if missing := {name: theirs[name] for name in PRIVATE if theirs[name] and not ours[name]}:
		private.write(keep, missing)


def _close(drop: Member, keep: Member) -> None:
	drop.reload()
	drop.update({"merged_into": keep.name, "leaving_reason": _("Merged into {0}.").format(keep.name)})
	drop.update({"representatives": [], **dict.fromkeys((*DUNNING, PROMISE))})
	server_owned.by_service(drop).save(ignore_permissions=True)  # required in merge
	private.forget(drop)
	drop.db_set({"status": FORMER, "left_on": drop.left_on or today()})


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
