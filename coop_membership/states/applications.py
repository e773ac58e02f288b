"""The states of a Membership Application, and what each allows. Pure."""

from __future__ import annotations

TO_CONFIRM = "To Confirm"
PENDING = "Pending"
WAITING_LIST = "Waiting List"
BLOCKED = "Blocked"
APPROVED = "Approved"
PAID = "Paid"
REFUSED = "Refused"
CANCELLED = "Cancelled"
EXPIRED = "Expired"

QUEUED = (PENDING, WAITING_LIST, BLOCKED)  # somebody may decide
OPEN = (TO_CONFIRM, *QUEUED)  # nobody has decided yet
APPROVABLE = (PENDING, WAITING_LIST)
DECIDED_OK = (APPROVED, PAID)
UNPAID = (*OPEN, APPROVED)  # asked for, and nothing issued yet
CLOSED = (REFUSED, CANCELLED, EXPIRED)
