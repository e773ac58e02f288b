"""The states of a Share Transaction. Pure."""

DRAFT, WAITING, APPROVED, EXECUTED = "Draft", "Waiting", "Approved", "Executed"
REFUSED, CANCELLED = "Refused", "Cancelled"

OPEN = (WAITING, APPROVED)  # asked for, and no share has moved yet
