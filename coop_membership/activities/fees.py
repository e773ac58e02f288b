"""The fee of an activity: asked for with the place, called off and given back with it, once."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, fmt_money, getdate, today

from coop_membership import host, server_owned
from coop_membership.accounting.choice import books_of
from coop_membership.doctypes import Activity, ActivityFee, ActivityRegistration
from coop_membership.messages import tasks, timeline
from coop_membership.payments import demands

FEE = "Activity Fee"


def ask(registration: ActivityRegistration, activity: Activity) -> ActivityFee | None:
	"""Ask the member who has a place for the fee; None where there is none, or it is paid on the spot."""
	if flt(registration.amount, 2) <= 0 or not registration.member:
		return None
	days = cint(frappe.get_cached_value("Cooperative", registration.cooperative, "payment_days"))
	fee = frappe.get_doc(
		{
			"doctype": FEE,
			"cooperative": registration.cooperative,
			"member": registration.member,
			"member_name": registration.person_name,
			"activity": activity.name,
			"registration": registration.name,
			"amount": registration.amount,
			"posting_date": today(),
			"due_date": max(getdate(), min(getdate(add_days(today(), days)), getdate(activity.starts_on))),
		}
	)
	fee.flags.ignore_permissions = True  # whoever may register the member was checked by `registrations`
	with host.as_system():  # as said; the host would ask for rights on accounts
		server_owned.by_service(fee).submit()
	registration.db_set("fee", fee.name)
	return fee


def compute(fee: ActivityFee) -> None:
	"""Reference and state of a draft."""
	demands.begin(fee)


def submitted(fee: ActivityFee) -> None:
	"""The Books ask for the money; who has credit with the cooperative decides what it pays."""
	books_of(fee).ask(fee)


def call_off(name: str) -> float:
	"""Ask for a fee no longer; what was paid for it is the member's credit, to be paid back. Returns how much that is.

	A second call finds it done. Permissions are the caller's matter.
	"""
	fee = frappe.get_doc(FEE, name)
	host.lock(fee)
	if fee.docstatus != 1:
		return 0
	with host.as_system():  # who cancels a place has no rights on payments; see above
		books = books_of(fee)
		paid = flt(books.paid(fee).amount, 2)
		if paid > 0 and any(books.is_closed(match) for match in books.matches(fee)):
			tasks.ask(
				fee,
				_(
					"{0} does not come and has paid {1} in a period that is closed. Make a credit note in the accounts."
				).format(fee.member_name, _in_words(fee, paid)),
			)
			return 0
		for match in books.matches(fee):
			books.rematch(match, None, None)
		fee.flags.ignore_permissions = True  # see above
		fee.cancel()
	if paid > 0:
		timeline.note(fee, _("{0} were paid and are to be paid back.").format(_in_words(fee, paid)))
		tasks.ask(
			frappe.get_doc("Member", fee.member),
			_("{0} of {1} are to be paid back: {2} is called off.").format(
				_in_words(fee, paid), fee.member_name, fee.name
			),
		)
	return paid


def _in_words(fee: ActivityFee, amount: float) -> str:
	return fmt_money(amount, currency=frappe.get_cached_value("Cooperative", fee.cooperative, "currency"))
