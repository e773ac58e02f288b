"""The states of a Membership Application, and what each allows."""

from __future__ import annotations

OPEN = ("To Confirm", "Pending", "Waiting List", "Blocked")
DECIDED_OK = ("Approved", "Paid")
CLOSED = ("Refused", "Cancelled", "Expired")
