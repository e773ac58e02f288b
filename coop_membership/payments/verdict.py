"""What became of a demand, judged by the money alone. Pure: decides before anything is written."""

from __future__ import annotations

from dataclasses import dataclass

from coop_membership.accounting.paid import Paid
from coop_membership.states.demands import CANCELLED, OPEN, PAID, PARTLY_PAID, REVERSED

LATER = "later"  # no state: only a fresh look at the books can tell


@dataclass(frozen=True)
class Asked:
	"""A demand as it is stored: amount, what it was known to be paid, and whether that has caused what stays."""

	amount: float
	paid: float = 0
	fulfilled: bool = False


def verdict(paid: Paid, asked: Asked, fresh: bool = True) -> str:
	"""The state that the money gives a demand, or LATER.

	`fresh`: the books were read after the last payment was saved. If not, a step back ("the payment was taken back")
	may be an illusion of an older snapshot: LATER.
	"""
	received = round(paid.amount, 2)
	if received >= round(asked.amount, 2) and not paid.withdrawn:
		return PAID
	if not fresh and (asked.fulfilled or received < round(asked.paid, 2)):
		return LATER
	if asked.fulfilled:
		return REVERSED
	if paid.withdrawn:
		return CANCELLED
	return PARTLY_PAID if received > 0 else OPEN
