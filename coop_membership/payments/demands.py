"""What all demands have in common (accounting/demands.py): state and reference of a draft, and what the money changes."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, getdate

from coop_membership.accounting import demands
from coop_membership.accounting.paid import Paid
from coop_membership.messages import tasks, timeline
from coop_membership.payments.reference import structured_reference
from coop_membership.states import applications
from coop_membership.states.demands import CANCELLED, OPEN, PARTLY_PAID, REVERSED


def begin(demand) -> None:
	"""State, due date and reference of a draft whose amount is known; nothing a sender wrote into them counts."""
	if not demand.due_date or getdate(demand.due_date) < getdate(demand.posting_date):
		demand.due_date = demand.posting_date
	if demand.is_new() or demand.docstatus == 0:
		demand.update(
			{
				"paid_amount": 0,
				"outstanding_amount": demand.amount,
				"effective_date": None,
				"status": OPEN,
			}
		)
		demand.payment_reference = demand.payment_reference or free_reference(demand)


def free_reference(demand) -> str:
	"""A structured reference that no other demand has."""
	country = frappe.get_cached_value("Cooperative", demand.cooperative, "country")
	for attempt in range(20):
		reference = structured_reference(demand.name, country, attempt)
		if not demands.with_reference("payment_reference", reference):
			return reference
	frappe.throw(_("No free payment reference was found. Please try again."))


def store(demand, status: str, paid: Paid, sentence: str, effective_date=None) -> None:
	"""Write what the money says, and `sentence` into the timeline when the state changes by it."""
	values = {
		"status": status,
		"paid_amount": flt(min(paid.amount, demand.amount), 2),
		"outstanding_amount": 0 if status == CANCELLED else flt(max(demand.amount - paid.amount, 0), 2),
	}
	if effective_date:
		values["effective_date"] = getdate(effective_date)
	if all(_same(demand.get(field), value) for field, value in values.items()):
		return
	if demand.status != status:
		timeline.note(demand, sentence)
		if demand.status == REVERSED:
			tasks.close(demand)  # it was taken back; what came since answers that
	demand.db_set(values)


def application_paid(demand) -> None:
	"""What a request asked for is paid. Its status follows from the payment, whose own document is the trail."""
	_move_application(demand, applications.APPROVED, applications.PAID)


def application_unpaid(demand) -> None:
	"""The payment was somebody else's: the request waits again."""
	_move_application(demand, applications.PAID, applications.APPROVED)


def _move_application(demand, status: str, following: str) -> None:
	if demand.application:
		asked = {"name": demand.application, "status": status}
		frappe.db.set_value("Membership Application", asked, "status", following)


def _same(stored, value) -> bool:
	return str(stored or "") == str(value or "") or (
		isinstance(value, int | float) and flt(stored, 2) == flt(value, 2)
	)


def state_sentence(doctype: str, status: str, paid: Paid) -> str:
	"""What the timeline says of a state that the money gave, where the kind of demand has no words of its own."""
	if status == PARTLY_PAID:
		return _("A part is paid: {0}.").format(fmt_money(paid.amount))
	return _("State: {0}").format(_(status, context=doctype))
