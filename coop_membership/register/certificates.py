"""What a share certificate says, computed from the register of operations, today or as of a date."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import getdate

from coop_membership.doctypes import Member
from coop_membership.prints.letterhead import letterhead, printed, recipient
from coop_membership.prints.wording import long_date, money, picture, short_date
from coop_membership.register import ledger
from coop_membership.register.movements import HASHED_DECIMALS, Movement

PRINT_FORMAT = "Share Certificate"


@dataclass(frozen=True)
class Lot:
	"""Shares of one class that became effective together and are still held."""

	share_class: str
	effective_date: datetime.date
	quantity: int
	value: Decimal
	entry: str = ""


@dataclass(frozen=True)
class Certificate:
	"""A member's holding. `lines` in order of class and date; the value is in the cooperative's currency."""

	on_date: datetime.date
	lines: list[Lot]
	total_shares: int
	total_value: Decimal


def certificate(member: str, on_date: datetime.date | str | None = None) -> Certificate:
	"""The certificate of a Member at the end of `on_date` (None: today). Permissions are the caller's matter."""
	rows = ledger.without_voided(ledger.movements(member=member, on_date=on_date))
	lines = lots(((row.name, Movement.of(row)) for row in rows), member)
	return Certificate(
		on_date=getdate(on_date),
		lines=lines,
		total_shares=sum(lot.quantity for lot in lines),
		total_value=sum((lot.value for lot in lines), Decimal(0)),
	)


def lots(movements: Iterable[tuple[str, Movement]], member: str) -> list[Lot]:
	"""The member's remaining lots, from (entry name, movement) in order of number. Pure.

	Shares that leave are the latest ones of their class; a reversal takes back the very lot it reverses.
	"""
	held = _held(movements, member)
	merged: dict[tuple, Lot] = {}
	for lot in held:
		key = (lot.share_class, lot.effective_date, lot.value / lot.quantity)
		known = merged.get(key)
		merged[key] = (
			replace(known, quantity=known.quantity + lot.quantity, value=known.value + lot.value)
			if known
			else lot
		)
	return sorted(merged.values(), key=lambda lot: (lot.share_class, lot.effective_date))


def leaving(
	movements: Iterable[tuple[str, Movement]], member: str, share_class: str
) -> list[tuple[int, Decimal]]:
	"""What the member's shares of a class were paid, in the order in which they leave: (shares, price of each). Pure."""
	return [
		(lot.quantity, (lot.value / lot.quantity).quantize(HASHED_DECIMALS))
		for lot in reversed(_held(movements, member))
		if lot.share_class == share_class
	]


def _held(movements: Iterable[tuple[str, Movement]], member: str) -> list[Lot]:
	"""The member's remaining lots in the order in which they came."""
	held: list[Lot] = []
	for name, movement in movements:
		for owner, share_class, quantity, value in movement.deltas:
			if owner != member:
				continue
			if quantity > 0:
				held.append(Lot(share_class, movement.effective_date, quantity, value, name))
			else:
				held = _taken(held, share_class, -quantity, movement.reverses)
	return held


def _taken(held: list[Lot], share_class: str, quantity: int, reverses: str) -> list[Lot]:
	"""The lots that remain after `quantity` shares left."""
	order = sorted(
		range(len(held)),
		key=lambda index: (held[index].entry == reverses and bool(reverses), index),
		reverse=True,
	)
	remaining = dict(enumerate(held))
	for index in order:
		lot = held[index]
		if lot.share_class != share_class or not quantity:
			continue
		gone = min(quantity, lot.quantity)
		quantity -= gone
		left = lot.quantity - gone
		remaining[index] = replace(lot, quantity=left, value=lot.value * left / lot.quantity)
	return [lot for lot in remaining.values() if lot.quantity]


def pdf(member: Member, on_date: datetime.date | str | None = None, spoken: str | None = None) -> bytes:
	"""The certificate of a Member at the end of a day (None: today) as a PDF, in a language or the member's own.

	Raises a sentence for a day that is still to come. Permissions are the caller's matter: desk and portal call this one.
	"""
	if on_date and getdate(on_date) > getdate():
		frappe.throw(_("A certificate can't be made for a day that is still to come. Choose an earlier one."))
	member.flags.certificate_of = on_date
	of_cooperative = frappe.get_cached_value("Cooperative", member.cooperative, "language")
	return printed(member, PRINT_FORMAT, spoken or member.language or of_cooperative or frappe.local.lang)


@dataclass(frozen=True)
class SheetLine:
	"""Shares of one class and date, in words."""

	title: str
	effective_date: str
	quantity: int
	unit_price: str
	value: str


@dataclass(frozen=True)
class Sheet:
	"""A certificate in words, for its print format: amounts with their currency, the head of the letter as HTML, the
	signature as a data URI or "". `state`: the register's, see ledger.state_of.
	"""

	letterhead: str
	address: list[str]
	cooperative: str
	board_representative: str
	signature: str
	on_date: str
	state: str
	total_shares: int
	total_value: str
	lines: list[SheetLine]


def sheet(member: Member, on_date: datetime.date | str | None = None, addressed: bool = False) -> Sheet:
	"""A Member's certificate in words of the session's language; `addressed`: with the address, for an envelope."""
	cooperative = frappe.get_cached_doc("Cooperative", member.cooperative)
	found = certificate(member.name, on_date or member.flags.certificate_of)
	return Sheet(
		letterhead=letterhead(member),
		address=recipient(member) if addressed else [],
		cooperative=cooperative.title,
		board_representative=cooperative.board_representative or "",
		signature=picture(cooperative.signature),
		on_date=long_date(found.on_date),
		state=ledger.state_of(member.cooperative),
		total_shares=found.total_shares,
		total_value=money(found.total_value, cooperative.currency),
		lines=[
			SheetLine(
				title=frappe._(frappe.get_cached_value("Share Class", lot.share_class, "title")),
				effective_date=short_date(lot.effective_date),
				quantity=lot.quantity,
				unit_price=money(lot.value / lot.quantity, cooperative.currency),
				value=money(lot.value, cooperative.currency),
			)
			for lot in found.lines
		],
	)
