"""The states of a demand for money (Share Subscription, Membership, …), and what each means. Pure."""

from __future__ import annotations

OPEN = "Open"
PARTLY_PAID = "Partly Paid"
PAID = "Paid"
REVERSED = "Payment Reversed"
EXPIRED = "Expired"
CANCELLED = "Cancelled"

DUE = (OPEN, PARTLY_PAID)  # money is expected, and nothing has gone wrong
WAITING = (*DUE, REVERSED)  # money would settle it
LIVE = (OPEN, PAID)  # dues that count for their days


def is_due(demand) -> bool:
	"""True while money is expected for a demand."""
	return demand.docstatus == 1 and demand.status in DUE


def is_waiting(demand) -> bool:
	"""True while money would settle a demand, one whose payment was taken back included."""
	return demand.docstatus == 1 and demand.status in WAITING


def is_paid(demand) -> bool:
	return demand.status == PAID


def is_withdrawn(demand) -> bool:
	"""True when nobody asks for the money any more: cancelled, by its document or by a credit note."""
	return demand.docstatus != 1 or demand.status == CANCELLED
