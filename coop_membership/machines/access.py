"""May a member use a machine now, and if not, why: the one answer for portal, desk, doors and the machine's own page."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import getdate

from coop_membership import host
from coop_membership.doctypes import Equipment, Member
from coop_membership.machines import rules
from coop_membership.machines.rules import Held, Reason
from coop_membership.prints.wording import long_date
from coop_membership.register import standing
from coop_membership.states.members import ACTIVE, CANDIDATE, FORMER

EQUIPMENT, RIGHT, AUTHORIZATION = "Equipment", "Equipment Right", "Equipment Authorization"
MEMBER = (
	"name",
	"cooperative",
	"status",
	"joined_on",
	"left_on",
	"total_shares",
	"merged_into",
	"display_name",
)

SENTENCES: dict[str, Callable[[str, str], str]] = {
	rules.NO_MEMBER: lambda _right, _day: _("The membership: nobody is known under this name or badge."),
	rules.CANDIDATE: lambda _right, _day: _("The membership: it does not count yet, the payment is awaited."),
	rules.LEFT: lambda _right, day: (
		_("The membership: it ended on {0}.").format(day) if day else _("The membership: it has ended.")
	),
	rules.DUES_OVER: lambda _right, day: (
		_("The membership: the dues were paid until {0}.").format(day)
		if day
		else _("The membership: no dues are paid.")
	),
	rules.PAUSED: lambda _right, day: (
		_("The membership: it pauses until {0}.").format(day) if day else _("The membership: it pauses.")
	),
	rules.MISSING: lambda right, _day: _("The right: {0} is missing.").format(right),
	rules.ENDED: lambda right, day: _("The right: {0} ended on {1}.").format(right, day),
	rules.WITHDRAWN: lambda right, day: _("The right: {0} was withdrawn on {1}.").format(right, day),
	rules.ELSEWHERE: lambda _right, _day: _("This machine belongs to another cooperative."),
	rules.OUT_OF_ORDER: lambda _right, _day: _("The machine is out of order."),
	rules.GONE: lambda _right, _day: _("This machine is no longer there."),
}


@dataclass(frozen=True)
class Answer:
	"""`until`: the last day on which the rights count, None when they never end or are not needed."""

	allowed: bool
	reasons: tuple[Reason, ...] = ()
	until: datetime.date | None = None

	@property
	def sentences(self) -> list[str]:
		"""The reasons in the session's language."""
		return [sentence(reason) for reason in self.reasons]


def may_use(
	member: str | Member | None, equipment: str | Equipment, at: datetime.date | str | None = None
) -> tuple[bool, list[str]]:
	"""Whether a Member may use an Equipment at a moment (now), and the reasons why not, a sentence each.

	Permissions are the caller's matter.
	"""
	found = answer(member, equipment, at)
	return found.allowed, found.sentences


def answer(
	member: str | Member | None, equipment: str | Equipment, at: datetime.date | str | None = None
) -> Answer:
	"""As `may_use`, for programs: codes instead of sentences, and until when."""
	machine = frappe.get_cached_doc(EQUIPMENT, equipment) if isinstance(equipment, str | int) else equipment
	person = _person(member)
	day = getdate(at)
	if not person:
		return Answer(False, (Reason(rules.NO_MEMBER),))
	return _answer(person, machine, _held(person.name), _standings(person, day), day)


def overview(member: str | Member, at: datetime.date | str | None = None) -> list[tuple[Equipment, Answer]]:
	"""What a Member may use of all that the cooperative has, with the same few queries however much that is."""
	person, day = _person(member), getdate(at)
	held, why = _held(person.name), _standings(person, day)
	return [
		(machine, _answer(person, machine, held, why, day)) for machine in machines_of(person.cooperative)
	]


def machines_of(cooperative: str) -> list[Equipment]:
	"""The machines that are there, as they are stored, by their titles."""
	there = {"cooperative": cooperative, "disabled": 0}
	names = frappe.get_all(EQUIPMENT, there, pluck="name", order_by="title, name")
	return [frappe.get_cached_doc(EQUIPMENT, name) for name in names]


def rights_needed(machine: Equipment) -> list[str]:
	"""The rights for a machine with those that these need first, what comes first before what needs it."""
	return rules.all_needed([row.right for row in machine.needs], FirstNeeded())


class FirstNeeded(Mapping[str, list[str]]):
	"""{right: rights it needs}, read as it is walked; the hosts keep read documents in their cache."""

	def __getitem__(self, right: str) -> list[str]:
		return [row.right for row in frappe.get_cached_doc(RIGHT, right).prerequisites]

	def __iter__(self):
		return iter(frappe.get_all(RIGHT, pluck="name"))

	def __len__(self) -> int:
		return frappe.db.count(RIGHT)


def rights_held(member: str, rights: Iterable[str] | None = None) -> list[Held]:
	"""All that a Member was ever given, or of some rights."""
	wanted = None if rights is None else set(rights)
	return [one for one in _held(member) if wanted is None or one.right in wanted]


def title_of(right: str) -> str:
	return _(frappe.get_cached_value(RIGHT, right, "title"))


def sentence(reason: Reason) -> str:
	right = title_of(reason.right) if reason.right else ""
	return SENTENCES[reason.code](right, long_date(reason.day) if reason.day else "")


def in_good_standing(member: str | Member, at: datetime.date | str | None = None) -> Reason | None:
	"""What is wrong with a membership at a moment (now); None when nothing is."""
	person = _person(member)
	return _standings(person, getdate(at))[0] if person else Reason(rules.NO_MEMBER)


def _answer(
	person: frappe._dict,
	machine: Equipment,
	held: list[Held],
	standings: tuple[Reason | None, Reason | None],
	day: datetime.date,
) -> Answer:
	reasons = []
	if machine.cooperative != person.cooperative:
		reasons.append(Reason(rules.ELSEWHERE))
	if machine.disabled:
		reasons.append(Reason(rules.GONE))
	elif machine.out_of_order:
		reasons.append(Reason(rules.OUT_OF_ORDER))
	if wrong := standings[1 if machine.needs_dues else 0]:
		reasons.append(wrong)
	needed = rights_needed(machine)
	reasons += rules.missing(needed, held, day)
	return Answer(not reasons, tuple(reasons), rules.until(needed, held, day))


def _person(member: str | Member | None) -> frappe._dict | None:
	if not member:
		return None
	if isinstance(member, str):
		return frappe.db.get_value("Member", member, MEMBER, as_dict=True)
	return frappe._dict({field: member.get(field) for field in MEMBER})


def _standings(person: frappe._dict, day: datetime.date) -> tuple[Reason | None, Reason | None]:
	"""What is wrong with the membership on a day: as such, and for what needs paid dues besides."""
	dues = standing.all_by_dues(person.cooperative, person.name, day).get(person.name)
	unpaid = None if dues and dues.running else Reason(rules.DUES_OVER, day=dues.until if dues else None)
	if dues and dues.paused:  # a member still, with the number and the place in the register, and no more
		unpaid = Reason(rules.PAUSED, day=dues.paused_until)
	return _standing(person, day, unpaid), _standing(person, day, unpaid) or unpaid


def _standing(person: frappe._dict, day: datetime.date, unpaid: Reason | None) -> Reason | None:
	if person.merged_into or (person.status == FORMER and not person.left_on):
		return Reason(rules.LEFT)
	if person.left_on and getdate(person.left_on) <= day:
		return Reason(rules.LEFT, day=getdate(person.left_on))
	if person.status == CANDIDATE or not person.joined_on or day < getdate(person.joined_on):
		return Reason(rules.CANDIDATE)
	if person.status == ACTIVE and unpaid and not person.total_shares and _by_dues(person.cooperative):
		return unpaid
	return None


def _by_dues(cooperative: str) -> bool:
	return standing.counts_dues(cooperative)


def _held(member: str) -> list[Held]:
	table = frappe.qb.DocType(AUTHORIZATION)
	query = frappe.qb.from_(table).select(
		table.right, table.granted_on, table.valid_until, table.withdrawn_on
	)
	return [
		Held(right, getdate(since), until and getdate(until), withdrawn and getdate(withdrawn))
		for right, since, until, withdrawn in query.where(table.member == member).run()
	]


def by_member(rights: Iterable[str], day: datetime.date) -> dict[str, set[str]]:
	"""{Member: which of these rights count on a day}, of everybody."""
	table = frappe.qb.DocType(AUTHORIZATION)
	query = (
		frappe.qb.from_(table)
		.select(table.member, table.right, table.granted_on, table.valid_until, table.withdrawn_on)
		.where(table.right.isin(list(rights) or [host.NOTHING]))
	)
	found: dict[str, set[str]] = defaultdict(set)
	for member, right, since, until, withdrawn in query.run():
		held = Held(right, getdate(since), until and getdate(until), withdrawn and getdate(withdrawn))
		if rules.counts(held, day):
			found[member].add(right)
	return found
