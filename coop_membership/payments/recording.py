"""Money received, recorded on what asks for it."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.states import is_withdrawn
from coop_membership.accounting.transfer import Transfer
from coop_membership.payments import settlement


def record_payment(demand, transfer: Transfer) -> str:
	"""Record money received for a demand; returns the payment's name.

	A Payment Entry with books in ERPNext, a Member Payment elsewhere. The same reference, date and amount again is
	the same payment. More than is due stays with the member as credit. What the payment brings about follows at once.
	"""
	demand.check_permission("submit")
	host.lock(demand)
	if is_withdrawn(demand):
		frappe.throw(_("This request is not open. A payment can't be recorded on it."))
	payment = books_of(demand).record_payment(demand, transfer)
	settlement.settle_safely(demand, fresh=False, locked=True)
	return payment
