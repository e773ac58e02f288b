"""What the form of a Member Payment asks while it is filled in."""

from __future__ import annotations

import frappe

from coop_membership import actions, doors
from coop_membership.payments import recording


@actions.of_site("Member Payment", "create", changes=False)
def propose(
	member: str,
	amount: float | None = None,
	posting_date: str | None = None,
	bank_reference: str | None = None,
) -> dict:
	"""{amount, rows} of what a payment received would pay by the one rule; without an amount, what is due first.

	An amount of 0 pays nothing.
	"""
	actions.granted("Member", member)
	payment = frappe._dict(
		member=member,
		amount=None if amount in (None, "") else doors.price(amount),
		posting_date=posting_date,
		bank_reference=bank_reference,
	)
	rows = recording.proposed(payment)
	asked = sum(row["amount"] for row in rows) if payment.amount is None else payment.amount
	return {"amount": asked, "rows": rows}
