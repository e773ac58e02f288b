"""What the form of a Member Payment asks while it is filled in."""

from __future__ import annotations

import frappe
from frappe.utils import flt

from coop_membership import actions
from coop_membership.payments import recording


@actions.of_site("Member Payment", "create", changes=False)
def propose(
	member: str, amount: float = 0, posting_date: str | None = None, bank_reference: str | None = None
) -> dict:
	"""{amount, rows} of what a payment received would pay by the one rule; without an amount, what is due first."""
	actions.granted("Member", member)
	payment = frappe._dict(
		member=member, amount=flt(amount, 2), posting_date=posting_date, bank_reference=bank_reference
	)
	rows = recording.proposed(payment)
	return {"amount": payment.amount or sum(row["amount"] for row in rows), "rows": rows}
