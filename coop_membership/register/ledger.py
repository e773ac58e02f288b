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
from frappe.utils import flt, getdate, now_datetime

from coop_membership import bulk
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
	"reference",
	"reverses",
	"previous_hash",
	"hash",
]


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
) -> str:
	"""Append one movement and return the entry's name. Permissions are the calling service's matter.

	Raises when the quantity is not positive, nobody is on either side, or a giver holds too few shares.
	"""
	quantity = int(quantity)
	if quantity <= 0:
		frappe.throw(_("A movement needs at least one share."))
	if not from_member and not to_member:
		frappe.throw(_("A movement needs a member who gives or receives the shares."))
	number = take_number(cooperative, "next_register_number")
	refuse_while_moving_in(cooperative)
	if from_member and positions(from_member, lock=True).get(share_class, Holding()).quantity < quantity:
		frappe.throw(
			_("{0} holds fewer than {1} shares of this class. Enter a smaller quantity.").format(
				frappe.db.get_value("Member", from_member, "display_name"), quantity
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
	previous = last_hash(cooperative, number)
	entry = frappe.get_doc(
		{
			"doctype": ENTRY,
			**values,
			"posted_on": now_datetime(),
			"previous_hash": previous,
			"hash": digest(Movement.of(values), previous),
		}
	)
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
		entry = frappe.get_doc(
			{"doctype": ENTRY, **values, "posted_on": posted_on, "previous_hash": previous}
		)
		entry.hash = previous = digest(moved[-1], previous)
		set_new_name(entry)
		entries.append(entry)
	_refuse_wrong(moved, [Movement.of(row) for row in movements(cooperative)])
	bulk.insert_documents(entries)
	_set_counter(cooperative, "next_register_number", rows[-1]["number"] + 1)
	return len(entries)


def _refuse_wrong(new: list[Movement], earlier: list[Movement]) -> None:
	if any(m.quantity <= 0 or not (m.from_member or m.to_member) for m in new):
		frappe.throw(_("A movement needs at least one share, and a member who gives or receives it."))
	for movement, member, _share_class, held in overdrawn([*earlier, *new]):
		frappe.throw(
			_("Operation {0}: {1} held only {2} shares of this class on that day.").format(
				movement.number,
				frappe.db.get_value("Member", member, "display_name"),
				held + movement.quantity,
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
	frappe.db.get_value("Cooperative", cooperative, "name", for_update=True)


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
	query = frappe.qb.from_(table).select(*[table[field] for field in FIELDS]).orderby(table.number)
	if cooperative:
		query = query.where(table.cooperative == cooperative)
	if on_date:
		query = query.where(table.effective_date <= getdate(on_date))
	if lock:
		query = query.for_update()
	if not member:
		return query.run(as_dict=True)
	# two look-ups by index: one condition with "or" would read, and lock, the whole register
	rows = query.where(table.to_member == member).run(as_dict=True)
	rows += query.where(table.from_member == member).run(as_dict=True)
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
	reversed_ = {row.reverses for row in rows if row.reverses}
	return [row for row in rows if row.name not in reversed_ and not row.reverses]


def verify_chain(cooperative: str) -> list[str]:
	"""Names of the entries whose hash does not follow from their content and the entry before; empty when intact."""
	return broken_links(movements(cooperative))


def broken_links(rows: Iterable[frappe._dict]) -> list[str]:
	"""As `verify_chain`, for rows already read in order of number."""
	broken, previous = [], ""
	for row in rows:
		expected = digest(Movement.of(row), previous)
		if (row.previous_hash or "") != previous or row.hash != expected:
			broken.append(row.name)
		previous = row.hash
	return broken
