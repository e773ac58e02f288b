"""What the registers say on a date and between two, for many members at once: the arithmetic of `movements.py` done by
the database.

Everything is computed from Share Register Entries, so that each register can be printed as of any day. What leaves this
room is one row per member or class, never one per movement, but for `operations`, which has a limit.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pypika import Case
from pypika.analytics import Sum as RunningSum
from pypika.terms import Term, ValueWrapper

import frappe
from frappe.query_builder.functions import Count, Max, Min, Sum
from frappe.utils import add_days, flt, getdate

from coop_membership.register import ledger, standing
from coop_membership.register.ledger import ENTRY
from coop_membership.register.movements import Holding
from coop_membership.values.person_fields import ADDRESS

MEMBER_FIELDS = (
	"name",
	"member_number",
	"member_type",
	"display_name",
	"registration_number",
	*ADDRESS,
	"email",
)


# what a line of the register shows: all but what proves it
LINE_FIELDS = tuple(
	field
	for field in ledger.FIELDS
	if field not in ("cooperative", "reverses", "posted_on", "owner", "hash_version", "previous_hash", "hash")
)


@dataclass
class Position:
	"""What a member has of one class at the end of a day: shares, what was paid for them in the cooperative's currency, and
	how many shares came and went since the first day of a period. `first` and `last`: the days of the first movement that
	brought some and of the last that took some, those left out that take back another.
	"""

	shares: int = 0
	value: float = 0.0
	came: int = 0
	went: int = 0
	first: datetime.date | None = None
	last: datetime.date | None = None


@dataclass
class Dates:
	"""When a member's first shares came and the last ones went, of movements that stand."""

	joined_on: datetime.date | None = None
	left_on: datetime.date | None = None


def held(cooperative: str, on_date: datetime.date | str | None = None) -> dict[str, dict[str, Holding]]:
	"""{member: {share class: Holding}} of a cooperative at the end of `on_date` (None: now)."""
	result = {}
	for member, classes in positions(cooperative, on_date).items():
		if kept := {
			c: Holding(p.shares, Decimal(str(round(p.value, 2)))) for c, p in classes.items() if p.shares
		}:
			result[member] = kept
	return result


def positions(
	cooperative: str,
	until: datetime.date | str | None = None,
	since: datetime.date | str | None = None,
	dated: bool = False,
) -> dict[str, dict[str, Position]]:
	"""{member: {share class: Position}} of everybody who ever had shares, at the end of `until` (None: now).

	`came` and `went` count from `since`; what was taken back as of its own date never moved. `dated`: with `first` and `last`.
	"""
	found: dict[str, dict[str, Position]] = defaultdict(lambda: defaultdict(Position))
	entry = frappe.qb.DocType(ENTRY)
	day = Case().when(entry.reverses.isnull() | (entry.reverses == ""), entry.effective_date)
	for member, share_class, sign, quantity, value, kind in _sides(entry):
		moved = _sum_if(entry.effective_date >= getdate(since), quantity) if since else ValueWrapper(0)
		outermost = (
			(Min if sign > 0 else Max)(day) if dated and kind is not _conversion else ValueWrapper(None)
		)
		query = (
			_until(entry, cooperative, until and getdate(until))
			.select(member, share_class, Sum(quantity), Sum(value), moved, outermost)
			.where(member != "")
			.groupby(member, share_class)
		)
		rows = (query.where(kind(entry)) if kind else query).run()
		for name, class_name, shares, amount, since_then, date in rows:
			position = found[name][class_name]
			position.shares += sign * int(shares)
			position.value += sign * float(amount)
			if sign > 0:
				position.came += int(since_then)
				position.first = date or position.first
			else:
				position.went += int(since_then)
				position.last = date
	if since:
		for name, class_name, shares in _taken_back_at_once(cooperative, getdate(since), until):
			found[name][class_name].came -= shares
			found[name][class_name].went -= shares
	return found


def _sides(entry) -> tuple:
	"""What a movement does: (member, share class, sign, shares, value, which movements)."""
	into = entry.to_quantity * entry.to_unit_price
	return (
		(entry.to_member, entry.share_class, 1, entry.quantity, entry.amount, _plain),
		(entry.from_member, entry.share_class, -1, entry.quantity, entry.amount, None),
		(entry.from_member, entry.to_share_class, 1, entry.to_quantity, into, _conversion),
	)


def _taken_back_at_once(cooperative: str, since: datetime.date, until) -> Iterator[tuple[str, str, int]]:
	"""(member, share class, shares) of movements from `since` on that were taken back as of their own date."""
	undone = frappe.qb.DocType(ENTRY).as_("undone")
	for member, share_class, _sign, quantity, _value, kind in _sides(undone):
		query = (
			_undone_at_once(undone, cooperative)
			.select(member, share_class, Sum(quantity))
			.where((member != "") & (undone.effective_date >= since))
			.groupby(member, share_class)
		)
		if until:
			query = query.where(undone.effective_date <= getdate(until))
		for name, class_name, shares in (query.where(kind(undone)) if kind else query).run():
			yield name, class_name, int(shares)


def dates(cooperative: str, until: datetime.date | str | None = None) -> dict[str, Dates]:
	"""{member: Dates} of everybody who received shares until `until` (None: today) by a movement that was not taken back."""
	day = getdate(until)
	return _dates(cooperative, day, positions(cooperative, day, dated=True))


def _dates(cooperative: str, day: datetime.date, found: dict[str, dict[str, Position]]) -> dict[str, Dates]:
	"""From positions that are dated; few entries were taken back: their members are asked about again, without them."""
	known = {
		member: Dates(
			min((p.first for p in classes.values() if p.first), default=None),
			max((p.last for p in classes.values() if p.last), default=None),
		)
		for member, classes in found.items()
	}
	entry, touched = frappe.qb.DocType(ENTRY), frappe.qb.DocType(ENTRY).as_("touched")
	reversal = frappe.qb.DocType(ENTRY).as_("reversal")
	undone = _until(reversal, cooperative, day).select(reversal.reverses).where(reversal.reverses != "")
	for side, outermost, field in (("to_member", Min, "joined_on"), ("from_member", Max, "left_on")):
		affected = frappe.qb.from_(touched).select(touched[side]).where(touched.name.isin(undone))
		affected = affected.where(touched[side] != "")
		for (name,) in affected.run():
			setattr(known.setdefault(name, Dates()), field, None)
		again = (
			_until(entry, cooperative, day)
			.select(entry[side], outermost(entry.effective_date))
			.where((entry.reverses.isnull() | (entry.reverses == "")) & entry.name.notin(undone))
			.where(entry[side].isin(affected))
			.groupby(entry[side])
		)
		for name, value in again.run():
			setattr(known[name], field, value)
	for row in known.values():
		row.joined_on, row.left_on = _day(row.joined_on), _day(row.left_on)
	return {name: row for name, row in known.items() if row.joined_on}


def _day(value: datetime.date | str | None) -> datetime.date | None:
	return getdate(value) if isinstance(value, str) else value


def of_members(
	cooperative: str,
	until: datetime.date | str | None = None,
	since: datetime.date | str | None = None,
	kind: str | None = None,
	former: bool = False,
) -> tuple[list[frappe._dict], Iterator[tuple[frappe._dict, Dates, dict[str, Position]]]]:
	"""(share classes, rows): who held shares at the end of `until` (None: today), in the order of the members' numbers.

	A row is the member's MEMBER_FIELDS, its Dates (`left_on` only of who holds nothing), and {share class: Position}. With
	`since`, everybody who held shares between the two days. `kind`: persons or organisations only. `former`: also those who
	hold nothing any more.
	"""
	found = positions(cooperative, getdate(until), since, dated=True)
	known = _dates(cooperative, getdate(until), found)
	listed = {}
	for member, classes in found.items():
		own = {name: position for name, position in classes.items() if _counts(position)}
		if member in known and (former or own):
			listed[member] = own
			if any(position.shares for position in own.values()):
				known[member].left_on = None
	for member, dues in _by_dues(cooperative, until).items():
		if former or dues.running or member in listed:
			own = listed.setdefault(member, {})
			was = known.get(member) or Dates()
			holds = any(position.shares for position in own.values())
			first = min(filter(None, [was.joined_on, dues.since]))
			known[member] = Dates(first, None if holds or dues.running else dues.until)
	classes = [c for c in classes_of(cooperative) if any(c.name in own for own in listed.values())]
	return classes, (
		(row, known[row.name], listed[row.name]) for row in _members(cooperative, kind) if row.name in listed
	)


def _by_dues(cooperative: str, until) -> dict[str, standing.ByDues]:
	return standing.all_by_dues(cooperative, on_date=until) if standing.counts_dues(cooperative) else {}


def _counts(position: Position) -> bool:
	return bool(position.shares or position.came or position.went)


def _members(cooperative: str, kind: str | None) -> list[frappe._dict]:
	member = frappe.qb.DocType("Member")
	query = (
		frappe.qb.from_(member)
		.select(*[member[field] for field in MEMBER_FIELDS])
		.where((member.cooperative == cooperative) & (member.member_number > 0))
		.orderby(member.member_number)
	)
	return (query.where(member.member_type == kind) if kind else query).run(as_dict=True)


def by_class(cooperative: str, on_date: datetime.date | str | None = None) -> dict[str, frappe._dict]:
	"""{share class: {members, shares, value}} of what is held at the end of `on_date` (None: today); under "" of all
	classes together, where who holds two is one member.
	"""
	found: dict[str, frappe._dict] = defaultdict(lambda: frappe._dict(members=0, shares=0, value=0.0))
	for classes in positions(cooperative, getdate(on_date)).values():
		own = {name: position for name, position in classes.items() if position.shares}
		found[""].members += bool(own)
		for name, position in own.items():
			found[name].members += 1
			for row in (found[name], found[""]):
				row.shares += position.shares
				row.value = round(row.value + position.value, 2)
	return dict(found)


def between(
	cooperative: str, since: datetime.date | str, until: datetime.date | str
) -> dict[str, frappe._dict]:
	"""{share class: {before, joined, left, after, shares, value}}: members from `since` to `until`, and what they hold then;
	under "" of all classes together.

	`before` and `joined` less `left` are `after`: who came and went in between has joined and left.
	"""
	found: dict[str, frappe._dict] = defaultdict(
		lambda: frappe._dict(before=0, joined=0, left=0, after=0, shares=0, value=0.0)
	)
	for classes in positions(cooperative, getdate(until), since).values():
		every = Position()
		for name, position in classes.items():
			_count(found[name], position)
			every.shares += position.shares
			every.value += position.value
			every.came += position.came
			every.went += position.went
		_count(found[""], every)
	for row in found.values():
		row.value = flt(row.value, 2)
	return found


def _count(row: frappe._dict, position: Position) -> None:
	before = position.shares - position.came + position.went
	row.before += bool(before)
	row.joined += bool(position.came and not before)
	row.left += bool(not position.shares and (before or position.came))
	row.after += bool(position.shares)
	row.shares += position.shares
	row.value += position.value


def moves_between(
	cooperative: str, since: datetime.date | str, until: datetime.date | str
) -> list[frappe._dict]:
	"""[{share_class, entry_type, operations, came, went, value}] from `since` to `until`: shares that members received and
	gave, and what the capital changed by, per class and kind of operation. A conversion has a line for each of its classes, the
	second one marked `into`. What was taken back as of its own date never moved.
	"""
	entry = frappe.qb.DocType(ENTRY)
	query = _until(entry, cooperative, getdate(until)).where(_moved(entry, cooperative, getdate(since)))
	plain = (
		query.where(_plain(entry))
		.select(
			entry.share_class,
			entry.entry_type,
			Count("*").as_("operations"),
			_sum_if(entry.to_member != "", entry.quantity).as_("came"),
			_sum_if(entry.from_member != "", entry.quantity).as_("went"),
			Sum(_change(entry)).as_("value"),
		)
		.groupby(entry.share_class, entry.entry_type)
	)
	moves = plain.run(as_dict=True)
	conversions = (
		query.where(_conversion(entry))
		.select(
			entry.share_class,
			entry.to_share_class,
			entry.entry_type,
			Count("*").as_("operations"),
			Sum(entry.quantity).as_("went"),
			Sum(entry.amount).as_("value"),
			Sum(entry.to_quantity).as_("came"),
			Sum(entry.to_quantity * entry.to_unit_price).as_("new_value"),
		)
		.groupby(entry.share_class, entry.to_share_class, entry.entry_type)
	)
	for row in conversions.run(as_dict=True):
		same = {"entry_type": row.entry_type, "operations": row.operations}
		moves.append(frappe._dict(same, share_class=row.share_class, came=0, went=row.went, value=-row.value))
		into = {
			"share_class": row.to_share_class,
			"came": row.came,
			"went": 0,
			"value": row.new_value,
			"into": 1,
		}
		moves.append(frappe._dict(same, **into))
	for row in moves:
		row.update(came=int(row.came or 0), went=int(row.went or 0), value=flt(row.value, 2))
	return moves


def capital(cooperative: str, on_date: datetime.date | str | None = None) -> float:
	"""The cooperative's share capital at the end of `on_date`."""
	entry = frappe.qb.DocType(ENTRY)
	query = _until(entry, cooperative, on_date and getdate(on_date))
	return flt(query.select(Sum(_change(entry))).run()[0][0], 2)


def changes_by_day(cooperative: str) -> list[tuple[datetime.date, float]]:
	"""(effective date, change of the share capital) for each day on which it changed."""
	entry = frappe.qb.DocType(ENTRY)
	rows = (
		_until(entry, cooperative)
		.select(entry.effective_date, Sum(_change(entry)))
		.groupby(entry.effective_date)
		.orderby(entry.effective_date)
		.run()
	)
	return [(getdate(day), flt(amount, 2)) for day, amount in rows]


def operations(
	cooperative: str,
	since: datetime.date | str | None = None,
	until: datetime.date | str | None = None,
	member: str | None = None,
	after: int = 0,
	most: int = 20_000,
) -> list[frappe._dict]:
	"""Lines of the register of operations in order of number: at most `most`, those behind the number `after`.

	A line has the entry's fields, `from_name`, `from_number`, `to_name`, `to_number`, and `running`: the share capital after
	it, counting what was effective before `since`. With `member`, its lines only, and `running` is what the member holds.
	"""
	entry = frappe.qb.DocType(ENTRY)
	change = _shares_of(entry, member) if member else _change(entry)
	chosen = _chosen(entry, cooperative, since, until, member)
	before = 0
	if since:
		earlier = _chosen(entry, cooperative, None, add_days(getdate(since), -1), member)
		before = earlier.select(Sum(change)).run()[0][0] or 0
	if after:
		before += chosen.select(Sum(change)).where(entry.number <= after).run()[0][0] or 0
		chosen = chosen.where(entry.number > after)
	if last := chosen.select(entry.number).orderby(entry.number).limit(1).offset(most - 1).run():
		chosen = chosen.where(entry.number <= last[0][0])
	lines = chosen.select(
		*[entry[field] for field in LINE_FIELDS],
		RunningSum(change).over().orderby(entry.number).as_("running"),
	).as_("line")
	giver, receiver = frappe.qb.DocType("Member").as_("giver"), frappe.qb.DocType("Member").as_("receiver")
	rows = (
		frappe.qb.from_(lines)
		.left_join(giver)
		.on(giver.name == lines.from_member)
		.left_join(receiver)
		.on(receiver.name == lines.to_member)
		.select(
			*[lines[field] for field in (*LINE_FIELDS, "running")],
			giver.display_name.as_("from_name"),
			giver.member_number.as_("from_number"),
			receiver.display_name.as_("to_name"),
			receiver.member_number.as_("to_number"),
		)
		.orderby(lines.number)
		.run(as_dict=True)
	)
	for row in rows:
		row.running = flt(row.running + before, 2)
	return rows


def page_start(cooperative: str, since, until, member: str | None, most: int) -> tuple[int, int]:
	"""(how many operations there are, the number behind which the last `most` of them stand)."""
	entry = frappe.qb.DocType(ENTRY)
	chosen = _chosen(entry, cooperative, since, until, member)
	count = chosen.select(Count("*")).run()[0][0]
	if count <= most:
		return count, 0
	return count, chosen.select(entry.number).orderby(entry.number).limit(1).offset(count - most - 1).run()[
		0
	][0]


def _chosen(entry, cooperative: str, since, until, member: str | None):
	query = _until(entry, cooperative, until and getdate(until))
	if since:
		query = query.where(entry.effective_date >= getdate(since))
	if member:
		query = query.where((entry.from_member == member) | (entry.to_member == member))
	return query


def classes_of(cooperative: str) -> list[frappe._dict]:
	"""The share classes in the order of their codes."""
	return frappe.get_all(
		"Share Class", {"cooperative": cooperative}, ["name", "code", "title", "unit_price"], order_by="code"
	)


# --- what the queries are made of -----------------------------------------------------------------


def _until(entry, cooperative: str, day: datetime.date | None = None):
	query = frappe.qb.from_(entry).where(entry.cooperative == cooperative)
	return query.where(entry.effective_date <= day) if day else query


def _conversion(entry) -> Term:
	return entry.to_share_class.isnotnull() & (entry.to_share_class != "")


def _plain(entry) -> Term:
	return entry.to_share_class.isnull() | (entry.to_share_class == "")


def _change(entry) -> Term:
	"""What a movement adds to the share capital."""
	issued = (entry.from_member.isnull() | (entry.from_member == "")) & (entry.to_member != "")
	taken_back = (entry.to_member.isnull() | (entry.to_member == "")) & (entry.from_member != "")
	return (
		Case()
		.when(_conversion(entry), entry.to_quantity * entry.to_unit_price - entry.amount)
		.when(issued, entry.amount)
		.when(taken_back, -entry.amount)
		.else_(0)
	)


def _shares_of(entry, member: str) -> Term:
	"""What a movement adds to the shares of a member on one of its sides."""
	return (
		Case()
		.when(_conversion(entry), entry.to_quantity - entry.quantity)
		.when(entry.to_member == member, entry.quantity)
		.else_(-entry.quantity)
	)


def _sum_if(condition: Term, term) -> Term:
	return Sum(Case().when(condition, term).else_(0))


def _undone_at_once(undone, cooperative: str):
	"""From the movements of a cooperative that were taken back as of their own date."""
	reversal = frappe.qb.DocType(ENTRY).as_("reversal")
	return (
		frappe.qb.from_(reversal)
		.join(undone)
		.on((undone.name == reversal.reverses) & (undone.effective_date == reversal.effective_date))
		.where((reversal.cooperative == cooperative) & (reversal.reverses != ""))
	)


def _moved(entry, cooperative: str, since: datetime.date) -> Term:
	"""True for movements from `since` on, but for those that were taken back as of their own date, and what did that."""
	undone = frappe.qb.DocType(ENTRY).as_("undone")
	pairs = _undone_at_once(undone, cooperative)
	voided, voiding = pairs.select(undone.name), pairs.select(frappe.qb.DocType(ENTRY).as_("reversal").name)
	return (entry.effective_date >= since) & entry.name.notin(voided) & entry.name.notin(voiding)
