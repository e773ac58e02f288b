"""Is the register sound? Every promise of the register, checked with a few queries over all members at once.

`check` is what the button on the Cooperative and the command line call; `weekly` tells the managers what it found:

	bench --site SITE execute coop_membership.register.integrity.check
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import cint, date_diff, flt, getdate

from coop_membership import jobs
from coop_membership.messages import tasks
from coop_membership.prints import wording
from coop_membership.register import imports, ledger, movements, registers, standing
from coop_membership.states import demands
from coop_membership.states.members import ACTIVE, FORMER

LISTED = 20  # a broken import may break a million rows; the first ones tell what happened
SUBSCRIPTION = "Share Subscription"


# what to do about each kind of finding, those of the other rooms included (hooks: register_checks)
REMEDIES: dict[str, Callable[[], str]] = {
	**dict.fromkeys(
		("gap", "chain", "anchor", "counter", "member_gap"),
		lambda: _(
			"Somebody has written into the database. Change nothing more, compare with a backup of before, and put back what "
			"was there."
		),
	),
	"reference": lambda: _(
		"Bring the document back from a backup, or take the entry back by correcting its payment or its transaction."
	),
	"overdrawn": lambda: _(
		"Correct the date of this operation, or cancel the transaction that it belongs to."
	),
	"paid_without_shares": lambda: _(
		"Open the request and choose Look for payments now: the shares that are missing are issued. If others are there, open a "
		"Payment Correction."
	),
	**dict.fromkeys(
		("shares_without_payment", "books"),
		lambda: _("Bring the payment back or record it, or open a Payment Correction for this request."),
	),
	**dict.fromkeys(
		("totals", "number", "status"),
		lambda: _(
			"The register is right. Put the member's record back as it was in a backup, or ask for help."
		),
	),
	"stranger": lambda: _("Set the cooperative of the member's record back to this one, from a backup."),
	"transaction": lambda: _("Cancel the transaction, and enter it again if it was meant."),
	"capital_account": lambda: _(
		"Open the report Capital Accounts: it shows the difference by account. Correct the booking, or book what is missing."
	),
}


@dataclass(frozen=True)
class Finding:
	"""One broken promise: `code` for programs, `sentence` for people, and the document it is about."""

	code: str
	cooperative: str
	sentence: str
	doctype: str = "Cooperative"
	name: str = ""


def check(cooperative: str | None = None, anchor: str | None = None) -> list[dict]:
	"""What is wrong with the registers of one cooperative, or of all; an empty list when all is sound.

	A finding is a dict of `Finding`, with the `remedy`: what to do about it.

	`anchor`: the state of the register as a certificate, a printed register or a mail to the board shows it (number and
	hash, or the hash alone). Everything up to there is compared with it: who can write the database can make all of it
	fit together again, but not with what was printed.
	"""
	names = [cooperative] if cooperative else frappe.get_all("Cooperative", pluck="name", order_by="name")
	found = [finding for name in names for finding in _findings(name)]
	if anchor and (finding := _anchored(cooperative, anchor)):
		found.append(finding)
	return [{**asdict(finding), "remedy": REMEDIES[finding.code]()} for finding in found]


def _anchored(cooperative: str | None, anchor: str) -> Finding | None:
	number, _colon, wanted = "".join(anchor.split()).lower().rpartition(":")
	where = {"cooperative": cooperative} if cooperative else {}
	known = frappe.db.get_value(ledger.ENTRY, {**where, "hash": wanted}, "number") if wanted else None
	if known and number in ("", str(known)):
		return None
	taken_back = {"docstatus": 1, "snapshot": ["like", f"%{wanted}%"]}
	if re.fullmatch("[0-9a-f]{64}", wanted) and frappe.db.exists("Payment Correction", taken_back):
		sentence = _(
			"The register does not show the entry of this print: a payment correction has taken it back."
		)
	else:
		sentence = _(
			"The register does not lead to the state {0}: it was rewritten after that was printed. Compare it with a "
			"backup from that day."
		).format(anchor[:100])
	return Finding("anchor", cooperative or "", sentence)


def weekly() -> None:
	"""Scheduled: a task for the managers of each cooperative whose register is not sound."""
	jobs.each(
		frappe.get_all("Cooperative", pluck="name", order_by="name"),
		_check_and_tell,
		"Register not checked",
		"Cooperative",
	)


def _check_and_tell(cooperative: str) -> None:
	if findings := check(cooperative):
		_tell(cooperative, findings)
	else:
		tasks.close(
			frappe._dict(doctype="Cooperative", name=cooperative), beginning=f"<p>{_headline(cooperative)}"
		)


def _findings(cooperative: str) -> Iterator[Finding]:
	rows = ledger.movements(cooperative)
	yield from _numbers(cooperative, rows)
	yield from _chain(cooperative, rows)
	yield from _references(cooperative, rows)
	yield from _holdings(cooperative, rows)
	yield from _subscriptions(cooperative, rows)
	yield from _members(cooperative)
	for path in frappe.get_hooks("register_checks"):
		yield from frappe.get_attr(path)(cooperative)


def _numbers(cooperative: str, rows: list[frappe._dict]) -> Iterator[Finding]:
	"""Numbered from 1 without gap or double, and the counters stand behind the last one."""
	for number in movements.gaps((row.number for row in rows), first=1)[:LISTED]:
		yield Finding(
			"gap",
			cooperative,
			_("Number {0} of the register of operations is missing or used twice.").format(number),
		)
	counters = frappe.db.get_value(
		"Cooperative", cooperative, ["next_register_number", "next_member_number"], as_dict=True
	)
	members = frappe.get_all(
		"Member", {"cooperative": cooperative, "member_number": [">", 0]}, pluck="member_number"
	)
	brought = imports.brought_along(cooperative)
	for last, following in (
		(max((row.number for row in rows), default=0), cint(counters.next_register_number or 1)),
		(max(members, default=0), cint(counters.next_member_number or 1)),
	):
		if last >= following:
			yield Finding(
				"counter",
				cooperative,
				_("The next number {0} of the cooperative is used already.").format(following),
			)
		elif following > max(last, brought) + 1:
			yield Finding(
				"counter",
				cooperative,
				_("The next number is {0}, but the last one is {1}: what was between them is gone.").format(
					following, last
				),
			)
	from_here_on = brought + 1
	given_here = (number for number in members if number >= from_here_on)
	for number in movements.gaps(given_here, first=from_here_on)[:LISTED]:
		yield Finding(
			"member_gap", cooperative, _("Member number {0} is missing or used twice.").format(number)
		)


def _chain(cooperative: str, rows: list[frappe._dict]) -> Iterator[Finding]:
	numbers = {row.name: row.number for row in rows}
	for name in ledger.broken_links(rows)[:LISTED]:
		yield Finding(
			"chain",
			cooperative,
			_("Register entry {0} was changed after it was written, or the entry before it.").format(
				numbers[name]
			),
			ledger.ENTRY,
			name,
		)


def _references(cooperative: str, rows: list[frappe._dict]) -> Iterator[Finding]:
	"""What caused an entry is there; while the entry is in force, it is submitted, and of the same member."""
	by_doctype: dict[str, set[str]] = {}
	for row in rows:
		by_doctype.setdefault(row.reference_doctype or "", set()).add(row.reference or "")
	known = {doctype: _causes(doctype, names) for doctype, names in by_doctype.items() if doctype}
	in_force = {row.name for row in ledger.in_force(rows)}
	found = 0
	for row in rows:
		cause = known.get(row.reference_doctype or "", {}).get(row.reference)
		if cause and row.name in in_force:
			stands, member = cause
			of_another = row.entry_type == "Subscription" and member not in ("", row.to_member)
			cause = None if of_another or not stands else cause
		if not cause and found < LISTED:
			found += 1
			yield Finding(
				"reference",
				cooperative,
				_(
					"Register entry {0} was not caused by {1} {2}: that is gone, cancelled or of somebody else. Bring it "
					"back from a backup, or take the entry back."
				).format(row.number, _(row.reference_doctype or "Document"), row.reference or "–"),
				ledger.ENTRY,
				row.name,
			)


def _causes(doctype: str, names: set[str]) -> dict[str, tuple[bool, str]]:
	"""{name: (in force, member or "")} of the documents that exist; in force is what is submitted, or can't be."""
	if not frappe.db.exists("DocType", doctype):
		return {}
	meta, table = frappe.get_meta(doctype), frappe.qb.DocType(doctype)
	columns = [table.name, table.docstatus, *([table.member] if meta.has_field("member") else [])]
	found, listed = {}, sorted(names)
	for start in range(0, len(listed), 1000):
		chunk = listed[start : start + 1000]
		for name, docstatus, *member in (
			frappe.qb.from_(table).select(*columns).where(table.name.isin(chunk)).run()
		):
			found[name] = (docstatus == 1 or not meta.is_submittable, (member and member[0]) or "")
	return found


def _holdings(cooperative: str, rows: list[frappe._dict]) -> Iterator[Finding]:
	"""Nobody ever held less than nothing, by effective date."""
	names = {row.number: row.name for row in rows}
	for movement, member, _share_class, quantity in movements.overdrawn(
		movements.Movement.of(row) for row in ledger.without_voided(rows)
	)[:LISTED]:
		yield Finding(
			"overdrawn",
			cooperative,
			_("After register entry {0}, member {1} holds {2}.").format(
				movement.number, member, wording.shares(quantity)
			),
			ledger.ENTRY,
			names[movement.number],
		)


def _subscriptions(cooperative: str, rows: list[frappe._dict]) -> Iterator[Finding]:
	"""What a request asked for is in the register exactly when it is paid."""
	asked = _asked(cooperative)
	taken_back = {row.reverses for row in rows if row.reverses}
	issued: dict[str, dict[str, int]] = {}
	for row in rows:
		if row.reference in asked and row.name not in taken_back and not row.reverses:
			per_class = issued.setdefault(row.reference, {})
			per_class[row.share_class] = per_class.get(row.share_class, 0) + row.quantity
	for name, (status, classes) in asked.items():
		found = issued.get(name, {})
		if status == demands.PAID and found != classes:
			yield Finding(
				"paid_without_shares",
				cooperative,
				_("Capital release request {0} is paid, but its shares are not in the register.").format(name)
				if not found
				else _("Capital release request {0} and its register entries differ.").format(name),
				SUBSCRIPTION,
				name,
			)
		elif found and status not in (demands.PAID, demands.REVERSED):
			yield Finding(
				"shares_without_payment",
				cooperative,
				_("Capital release request {0} is not paid, but its shares are in the register.").format(
					name
				),
				SUBSCRIPTION,
				name,
			)


def _asked(cooperative: str) -> dict[str, tuple[str, dict[str, int]]]:
	"""{subscription: (status, {share class: quantity})} of the submitted ones."""
	parent, line = frappe.qb.DocType(SUBSCRIPTION), frappe.qb.DocType("Share Line")
	asked: dict[str, tuple[str, dict[str, int]]] = {}
	for name, status, share_class, quantity in (
		frappe.qb.from_(parent)
		.join(line)
		.on((line.parent == parent.name) & (line.parenttype == SUBSCRIPTION))
		.select(parent.name, parent.status, line.share_class, Sum(line.quantity))
		.where((parent.cooperative == cooperative) & (parent.docstatus == 1))
		.groupby(parent.name, parent.status, line.share_class)
		.orderby(parent.name)
		.run()
	):
		asked.setdefault(name, (status, {}))[1][share_class] = int(quantity)
	return asked


def _members(cooperative: str) -> Iterator[Finding]:
	"""Totals, number and status of each member say what the register says."""
	held = registers.held(cooperative)
	by_dues = standing.all_by_dues(cooperative) if standing.counts_dues(cooperative) else {}
	for member in frappe.get_all(
		"Member",
		{"cooperative": cooperative},
		["name", "display_name", "member_number", "status", "total_shares", "total_value", "merged_into"],
		order_by="name",
	):
		holdings = held.pop(member.name, {}).values()
		shares = sum(holding.quantity for holding in holdings)
		value = flt(sum(holding.value for holding in holdings), 2)
		for code, wrong, sentence in (
			(
				"totals",
				cint(member.total_shares) != shares or flt(member.total_value, 2) != value,
				_("{0} shows another number of shares than the register: {1} instead of {2}."),
			),
			("number", shares and not member.member_number, _("{0} holds shares but has no member number.")),
			(
				"status",
				(member.status == ACTIVE) != _belongs(shares, by_dues.get(member.name), member)
				or (member.status == FORMER and not (member.member_number or member.merged_into)),
				_("{0} holds a number of shares that does not fit its status: {2}."),
			),
		):
			if wrong:
				yield Finding(
					code,
					cooperative,
					sentence.format(member.display_name, cint(member.total_shares), shares),
					"Member",
					member.name,
				)
	for name in sorted(held)[:LISTED]:
		yield Finding("stranger", cooperative, _("{0} holds shares but is not a member here.").format(name))


def _belongs(shares: int, dues: standing.ByDues | None, member: frappe._dict) -> bool:
	"""Whether somebody is a member: by shares, or by dues. Who ends with the dues does so by the next daily job."""
	if shares or member.merged_into or not dues:
		return bool(shares)
	ended_today = not dues.running and date_diff(getdate(), dues.until) <= 1
	return member.status == ACTIVE if ended_today else dues.running


def _headline(cooperative: str) -> str:
	return _("The register of {0} is not sound. Please look at these points, or ask for help:").format(
		frappe.utils.escape_html(cooperative)
	)


def _tell(cooperative: str, findings: list[dict]) -> None:
	"""One open task per cooperative, for the role; a second run renews its text."""
	text = _headline(cooperative)
	told = (frappe.utils.escape_html(f"{finding['sentence']} {finding['remedy']}") for finding in findings)
	lines = "".join(f"<li>{line}</li>" for line in told)
	tasks.ask_once("Cooperative", cooperative, f"<p>{text}</p><ul>{lines}</ul>", renew=True)
