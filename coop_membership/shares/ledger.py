"""The share register: the only place that writes it, and what others may ask of it.

The arithmetic is in `movements.py`. Each entry is numbered from the cooperative's counter, whose row stays locked
until the transaction ends: writers queue, a rollback gives the number back, and no number is missing or used twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, getdate, now_datetime

from coop_membership.shares.movements import Holding, Movement, digest
from coop_membership.shares.movements import holdings as holdings_of

ENTRY = "Share Register Entry"
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
	entry.insert(
		ignore_permissions=True
	)  # the register has no writer but this function; callers checked the user
	return entry.name


def take_number(cooperative: str, counter: str) -> int:
	"""The next number of one of the cooperative's counters; its row stays locked until the transaction ends."""
	table = frappe.qb.DocType("Cooperative")
	rows = frappe.qb.from_(table).select(table[counter]).where(table.name == cooperative).for_update().run()
	number = int(rows[0][0] or 1)
	frappe.qb.update(table).set(table[counter], number + 1).where(table.name == cooperative).run()
	return number


def last_hash(cooperative: str, number: int) -> str:
	"""Hash of the entry before `number`. Read with a lock: an older snapshot would not see a neighbour's entry."""
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
	if member:
		query = query.where((table.from_member == member) | (table.to_member == member))
	if on_date:
		query = query.where(table.effective_date <= getdate(on_date))
	if lock:
		query = query.for_update()
	return query.run(as_dict=True)


def positions(
	member: str, on_date: datetime.date | str | None = None, lock: bool = False
) -> dict[str, Holding]:
	"""{share class: Holding} of a member at the end of `on_date` (None: now)."""
	rows = movements(member=member, on_date=on_date, lock=lock)
	return holdings_of(Movement.of(row) for row in rows).get(member, {})


def holdings(member: str, on_date: datetime.date | str | None = None) -> dict[str, int]:
	"""{share class: quantity} that the member holds at the end of `on_date` (None: now)."""
	return {share_class: held.quantity for share_class, held in positions(member, on_date).items()}


def totals(member: str) -> tuple[int, Decimal]:
	"""(shares, value in the cooperative's currency) that the member holds now."""
	held = positions(member, lock=True).values()
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
