"""What a payment of a member pays: the one rule, whichever way the money comes or credit is used. Pure.

What was named first, then the fee of its reminders, then what is open by due date: shares, dues, fees and any other
demand alike, as article 1342-10 of the French Code civil counts where nobody said otherwise. The rest is credit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coop_membership.accounting.open_items import Key, OpenItem, Part
from coop_membership.payments.reference import compact


@dataclass(frozen=True)
class Allocation:
	"""`parts` in the order in which they were paid, none of them empty, and the `credit` that is left."""

	parts: tuple[Part, ...]
	credit: float


def allocate(amount: float, items: Iterable[OpenItem], named: Key | None = None) -> Allocation:
	"""Share out `amount` among open items; `named` is the demand whose reference the payment bears, if any.

	Amounts have two decimals. No item gets more than is open of it, and parts and credit always add up to the amount.
	"""
	left, parts = _cents(amount), []
	for item in sorted(items, key=lambda item: _place(item, named)):
		part = min(left, _cents(item.open))
		if part > 0:
			parts.append(Part(item, part / 100))
			left -= part
	return Allocation(tuple(parts), max(left, 0) / 100)


def named_in(text: str | None, references: Mapping[Key, str]) -> Key | None:
	"""The demand whose payment reference stands in what a payer wrote, however it is spaced; None for none, or for two."""
	written = compact(text or "")
	found = [key for key, reference in references.items() if reference and compact(reference) in written]
	return found[0] if len(found) == 1 else None


def _place(item: OpenItem, named: Key | None) -> tuple:
	if named and item.key == named:
		rank = 0
	elif named and named in item.asked_with:
		rank = 1
	else:
		rank = 2
	return rank, item.due_date, bool(item.asked_with), item.key


def _cents(amount: float) -> int:
	return round(amount * 100)
