"""The share register: the only place that writes it, and what others may ask of it.

The arithmetic is in `movements.py`. Each entry is numbered from the cooperative's counter, whose row stays locked
until the transaction ends: writers queue, a rollback gives the number back, and no number is missing or used twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.naming import set_new_name
from frappe.utils import flt, get_datetime, getdate, now_datetime

from coop_membership import bulk, host
from coop_membership.prints import wording
from coop_membership.register.imports import refuse_while_moving_in
from coop_membership.register.movements import Holding, Movement, digest, gaps, overdrawn
from coop_membership.register.movements import holdings as holdings_of

ENTRY = "Share Register Entry"
OPENING = "Opening"
FIELDS = [
	"name",
	"cooperative",
	"number",
	"entry_type",
	"effective_date",
	"from_member",
	"to_member",
	"share_class",
	"quantity",
	"unit_price",
	"amount",
	"to_share_class",
	"to_quantity",
	"to_unit_price",
	"reference_doctype",
	"reference",
	"reverses",
	"posted_on",
	"owner",
	"hash_version",
	"previous_hash",
	"hash",
]
HASH_VERSION = 2  # 1: without what `_written` adds


def post(
	cooperative: str,
	entry_type: str,
	share_class: str,
	quantity: int,
	unit_price: float,
	*,
	effective_date: datetime.date | str,
	from_member: str | None = None,
	to_member: str | None = None,
	reference_doctype: str | None = None,
	reference: str | None = None,
	reverses: str | None = None,
	to_share_class: str | None = None,
	to_quantity: int = 0,
	to_unit_price: float = 0,
	held: bool = False,
) -> str:
	"""Append one movement and return the entry's name. Permissions are the calling service's matter.

	Raises when the quantity is not positive, nobody is on either side, or a giver holds too few shares; `held`: the caller
	has compared all days, the movements that follow at once included.
	"""
	quantity = int(quantity)
	if quantity <= 0:
		frappe.throw(_("A movement needs at least one share."))
	if not from_member and not to_member:
		frappe.throw(_("A movement needs a member who gives or receives the shares."))
	number = take_number(cooperative, "next_register_number")
	refuse_while_moving_in(cooperative)
	if (
		from_member
		and not held
		and positions(from_member, lock=True).get(share_class, Holding()).quantity < quantity
	):
		frappe.throw(
			_("{0} holds less than {1} of this class. Enter a smaller quantity.").format(
				frappe.db.get_value("Member", from_member, "display_name"), wording.shares(quantity)
			)
		)
	values = {
		"cooperative": cooperative,
		"number": number,
		"entry_type": entry_type,
		"effective_date": getdate(effective_date),
		"from_member": from_member,
		"to_member": to_member,
		"share_class": share_class,
		"quantity": quantity,
		"unit_price": flt(unit_price, 2),
		"amount": flt(quantity * flt(unit_price, 2), 2),
		"to_share_class": to_share_class,
		"to_quantity": int(to_quantity),
		"to_unit_price": flt(to_unit_price, 2),
		"reference_doctype": reference_doctype,
		"reference": reference,
		"reverses": reverses,
	}
	entry = _sealed(values, now_datetime(), last_hash(cooperative, number))
	entry.flags.name_set = True
	entry.flags.by_ledger = True
	entry.flags.ignore_links = True  # callers give documents that they have just read
	# the register has no writer but this function; callers checked the user
	entry.insert(ignore_permissions=True)
	return entry.name


def post_opening(cooperative: str, lines: Iterable[Mapping], reference: str) -> int:
	"""Write the operations from before the register was kept here, with their own numbers and dates. Returns how many.

	`lines` are the values of `post` and `number`; `reference` is the Member Import that they come from. All of them
	or none: the numbers continue the register without gap, it holds no operation of its own yet, and nobody gives
	more than they hold on the day. Set-based; permissions are the calling service's matter.
	"""
	rows = sorted(lines, key=lambda line: line["number"])
	if not rows:
		return 0
	first = take_number(cooperative, "next_register_number")
	if state(cooperative) == "live":
		frappe.throw(
			_("The register of operations has entries of its own already. Nothing can be put before them.")
		)
	if rows[0]["number"] < first or gaps([row["number"] for row in rows], first):
		frappe.throw(
			_("These operations don't continue the register, whose next number is {0}.").format(first)
		)
	previous, entries, moved = last_hash(cooperative, first), [], []
	posted_on = now_datetime()
	for row in rows:
		values = {
			"cooperative": cooperative,
			"entry_type": OPENING,
			"reference_doctype": "Member Import",
			"reference": reference,
			"amount": flt(row["quantity"] * flt(row["unit_price"], 2), 2),
			**row,
		}
		moved.append(Movement.of(values))
		entries.append(_sealed(values, posted_on, previous))
		previous = entries[-1].hash
	_refuse_wrong(moved, [Movement.of(row) for row in movements(cooperative)])
	bulk.insert_documents(entries)
	_set_counter(cooperative, "next_register_number", rows[-1]["number"] + 1)
	return len(entries)


def _sealed(values: Mapping, posted_on: datetime.datetime, previous: str):
	"""A named entry, not stored yet, with the hash of all it says."""
	entry = frappe.get_doc(
		{
			"doctype": ENTRY,
			**values,
			"posted_on": posted_on,
			"owner": frappe.session.user,
			"hash_version": HASH_VERSION,
			"previous_hash": previous,
		}
	)
	set_new_name(entry)
	entry.hash = hash_of(entry, previous)
	return entry


def hash_of(row: Mapping, previous: str) -> str:
	"""What the hash of an entry has to be, by the version that it was sealed with."""
	written = _written(row) if int(row.get("hash_version") or 1) >= HASH_VERSION else None
	return digest(row, previous, written)


def _written(row: Mapping) -> dict[str, object]:
	"""What an entry says besides its movement. Moments to the second: not every database keeps more."""
	return {
		"name": row.get("name"),
		"by": row.get("owner"),
		"on": get_datetime(row.get("posted_on")).isoformat(" ", "seconds"),
		"because_of": row.get("reference_doctype"),
		"version": row.get("hash_version"),
	}


def _refuse_wrong(new: list[Movement], earlier: list[Movement]) -> None:
	if any(m.quantity <= 0 or not (m.from_member or m.to_member) for m in new):
		frappe.throw(_("A movement needs at least one share, and a member who gives or receives it."))
	for movement, member, _share_class, held in overdrawn([*earlier, *new]):
		frappe.throw(
			_("Operation {0}: {1} held only {2} of this class on that day.").format(
				movement.number,
				frappe.db.get_value("Member", member, "display_name"),
				wording.shares(held + movement.quantity),
			)
		)


def state(cooperative: str) -> str:
	"""What the register holds: "" nothing, "opening" only entries brought along, or "live" ones."""
	types = frappe.get_all(ENTRY, {"cooperative": cooperative}, pluck="entry_type", distinct=True)
	return "live" if set(types) - {OPENING} else "opening" if types else ""


def _set_counter(cooperative: str, counter: str, following: int) -> None:
	"""Set a counter whose row this transaction holds."""
	table = frappe.qb.DocType("Cooperative")
	frappe.qb.update(table).set(table[counter], following).where(table.name == cooperative).run()


def raise_counter(cooperative: str, counter: str, following: int) -> None:
	"""Let a counter go on at `following` or later: numbers below it were given before the register was kept here."""
	present = take_number(cooperative, counter)
	_set_counter(cooperative, counter, max(present, following))


def lock(cooperative: str) -> None:
	"""Wait for anyone who writes the cooperative's register.

	Taken before any locking read of the register: two writers that had locked the same gap would wait for each other.
	"""
	host.wait_for("Cooperative", cooperative)


def take_number(cooperative: str, counter: str) -> int:
	"""The next number of one of the cooperative's counters; its row stays locked until the transaction ends."""
	table = frappe.qb.DocType("Cooperative")
	rows = frappe.qb.from_(table).select(table[counter]).where(table.name == cooperative).for_update().run()
	number = int(rows[0][0] or 1)
	frappe.qb.update(table).set(table[counter], number + 1).where(table.name == cooperative).run()
	return number


def last_hash(cooperative: str, number: int) -> str:
	"""Hash of the entry before `number`. Read with a lock: an older snapshot would not see a neighbour's entry."""
	if number <= 1:
		return ""
	table = frappe.qb.DocType(ENTRY)
	rows = (
		frappe.qb.from_(table)
		.select(table.hash)
		.where((table.cooperative == cooperative) & (table.number == number - 1))
		.for_update()
		.run()
	)
	return rows[0][0] if rows else ""


def movements(
	cooperative: str | None = None,
	member: str | None = None,
	on_date: datetime.date | str | None = None,
	lock: bool = False,
) -> list[frappe._dict]:
	"""Register rows in order of number: of a cooperative, or of one member, effective on or before `on_date`.

	`lock` reads what is saved at this moment, not at the start of the transaction, and holds it.
	"""
	table = frappe.qb.DocType(ENTRY)
	query = frappe.qb.from_(table).select(*[table[field] for field in FIELDS])
	if cooperative:
		query = query.where(table.cooperative == cooperative)
	if on_date:
		query = query.where(table.effective_date <= getdate(on_date))
	if lock:
		query = query.for_update()
	if not member:
		return query.orderby(table.number).run(as_dict=True)
	# two look-ups by index: one condition with "or" would read, and lock, the whole register
	into, out_of = (query.where(side == member) for side in (table.to_member, table.from_member))
	if lock:  # what is put together can't be locked
		rows = into.run(as_dict=True) + out_of.run(as_dict=True)
	else:
		into.wrap_set_operation_queries = False  # SQLite knows no such brackets
		rows = (
			frappe.qb.from_(into.union(out_of)).select("*").run(as_dict=True)
		)  # Dodock can't run it by itself
	return sorted({row.name: row for row in rows}.values(), key=lambda row: row.number)


def positions(
	member: str, on_date: datetime.date | str | None = None, lock: bool = False
) -> dict[str, Holding]:
	"""{share class: Holding} of a member at the end of `on_date` (None: now)."""
	rows = movements(member=member, on_date=on_date, lock=lock)
	return holdings_of(Movement.of(row) for row in rows).get(member, {})


def holdings(member: str, on_date: datetime.date | str | None = None) -> dict[str, int]:
	"""{share class: quantity} that the member holds at the end of `on_date` (None: now)."""
	return {share_class: held.quantity for share_class, held in positions(member, on_date).items()}


def totals(member: str, rows: Iterable[frappe._dict]) -> tuple[int, Decimal]:
	"""(shares, value in the cooperative's currency) that the member holds after register rows already read."""
	held = holdings_of(Movement.of(row) for row in rows).get(member, {}).values()
	return sum(h.quantity for h in held), sum((h.value for h in held), Decimal(0))


def entries_of(reference: str) -> list[frappe._dict]:
	"""Entries that a document caused and that are not taken back. Read with a lock, so that a race is seen."""
	table = frappe.qb.DocType(ENTRY)
	rows = (
		frappe.qb.from_(table)
		.select(*[table[field] for field in FIELDS])
		.where(table.reference == reference)
		.orderby(table.number)
		.for_update()
		.run(as_dict=True)
	)
	return in_force(rows)


def in_force(rows: Iterable[frappe._dict]) -> list[frappe._dict]:
	"""Register rows without those that were taken back and those that took them back."""
	rows = list(rows)
	reversed_ = {row.reverses for row in rows if row.reverses}
	return [row for row in rows if row.name not in reversed_ and not row.reverses]


def without_voided(rows: Iterable[frappe._dict]) -> list[frappe._dict]:
	"""Register rows without those taken back as of their own date: they and their reversals moved nothing on any date."""
	rows = list(rows)
	dates = {row.name: row.effective_date for row in rows}
	voided = {row.reverses for row in rows if row.reverses and dates.get(row.reverses) == row.effective_date}
	return [row for row in rows if row.name not in voided and row.reverses not in voided]


def are_newest(entries: Iterable[frappe._dict]) -> bool:
	"""True while nothing stands behind these entries of one cooperative: their numbers may be used again.

	Never for operations brought along: the numbers of those were given elsewhere.
	"""
	entries = list(entries)
	if not entries or any(row.entry_type == OPENING for row in entries):
		return False
	following = frappe.db.get_value(
		"Cooperative", entries[0].cooperative, "next_register_number", for_update=True
	)
	numbers = sorted(row.number for row in entries)
	return numbers == list(range(int(following) - len(numbers), int(following)))


def in_the_way(entries: Iterable[frappe._dict]) -> list[frappe._dict]:
	"""Movements by which a member gave away shares that these entries had brought; empty when all can be taken back.

	Shares that the member holds besides them may have gone: what counts is that nobody would ever have held less
	than nothing without these entries.
	"""
	entries = list(entries)
	ours = {row.name for row in entries}
	found: dict[str, frappe._dict] = {}
	for member in {row.to_member or row.from_member for row in entries}:
		rows = {row.number: row for row in without_voided(movements(member=member, lock=True))}
		without = [Movement.of(row) for row in rows.values() if row.name not in ours]
		for movement, loser, _share_class, _held in overdrawn(without):
			if loser == member:
				found[rows[movement.number].name] = rows[movement.number]
	return sorted(found.values(), key=lambda row: row.number)


def reverse(entry: frappe._dict, held: bool = False) -> str:
	"""Take back an entry by a movement the other way; returns that one's name. Numbers go on.

	It has the entry's own effective date: on no date has anybody held what was never theirs. When it was written
	stands in `posted_on`. `held` as for `post`. Raises as that, and for an entry taken back already.
	"""
	lock(entry.cooperative)
	if frappe.db.get_value(ENTRY, {"reverses": entry.name}, "name", for_update=True):
		frappe.throw(_("Register entry {0} is taken back already. Reload the page.").format(entry.number))
	back = Movement.of(entry).reversal(0, getdate(entry.effective_date), entry.name)
	return post(
		entry.cooperative,
		back.entry_type,
		back.share_class,
		back.quantity,
		float(back.unit_price),
		effective_date=back.effective_date,
		from_member=back.from_member or None,
		to_member=back.to_member or None,
		reference_doctype=frappe.db.get_value(ENTRY, entry.name, "reference_doctype"),
		reference=entry.reference,
		reverses=entry.name,
		to_share_class=back.to_share_class or None,
		to_quantity=back.to_quantity,
		to_unit_price=float(back.to_unit_price),
		held=held,
	)


def take_back_newest(entries: Iterable[frappe._dict]) -> None:
	"""Remove entries that are the newest of their register, and set its counter back: the numbers are given again.

	The caller keeps a copy of what is removed, who and why (Payment Correction). Raises a sentence when anything was
	written behind them.
	"""
	entries = list(entries)
	cooperative = entries[0].cooperative
	lock(cooperative)
	refuse_while_moving_in(cooperative)
	if not are_newest(entries):
		frappe.throw(
			_(
				"Other operations were registered meanwhile. Reload the page: these numbers can't be used again."
			)
		)
	# the only place that removes an entry; a saved one refuses it (DocType)
	frappe.db.delete(ENTRY, {"name": ["in", [row.name for row in entries]]})
	_set_counter(cooperative, "next_register_number", min(row.number for row in entries))


def give_number_back(cooperative: str, counter: str, number: int) -> bool:
	"""Let a counter give `number` again; False, and nothing is changed, unless it was the last one given."""
	following = frappe.db.get_value("Cooperative", cooperative, counter, for_update=True)
	if int(following or 1) != number + 1:
		return False
	_set_counter(cooperative, counter, number)
	return True


def verify_chain(cooperative: str) -> list[str]:
	"""Names of the entries whose hash does not follow from their content and the entry before; empty when intact."""
	return broken_links(movements(cooperative))


def broken_links(rows: Iterable[frappe._dict]) -> list[str]:
	"""As `verify_chain`, for rows already read in order of number."""
	broken, previous, version = [], "", 1
	for row in rows:
		# nobody seals the old way any more: a version only grows along the chain
		fits = (row.previous_hash or "") == previous and int(row.hash_version or 1) >= version
		if not fits or row.hash != hash_of(row, previous):
			broken.append(row.name)
		previous, version = row.hash, int(row.hash_version or 1)
	return broken


def state_of(cooperative: str) -> str:
	"""The state of a register, as it is printed and kept elsewhere: number and hash of its last entry; "" when it is empty.

	Whoever changes an earlier entry changes the hash of each later one, and can't change what is printed.
	"""
	last = frappe.get_all(
		ENTRY, {"cooperative": cooperative}, ["number", "hash"], order_by="number desc", limit=1
	)
	return f"{last[0].number}:{last[0].hash}" if last else ""
