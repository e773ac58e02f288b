"""Dues that expired with a part of them paid showed the money nowhere: it is the member's credit now.

Nobody is asked for dues of long ago again; the managers are told of the credit.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt, fmt_money

from coop_membership import jobs
from coop_membership.accounting.choice import books_of
from coop_membership.messages import tasks, timeline
from coop_membership.states.demands import EXPIRED

DUES = "Membership"


def execute() -> None:
	expired = {"docstatus": 1, "status": EXPIRED}
	for name in frappe.get_all(DUES, expired, pluck="name", order_by="name"):
		with jobs.attempt("Money of expired dues not freed", DUES, name):
			_free(frappe.get_doc(DUES, name, for_update=True))


def _free(dues) -> None:
	books = books_of(dues)
	paid = flt(books.paid(dues).amount, 2)
	if paid <= 0:
		return
	books.release(dues)
	dues.db_set({"paid_amount": 0, "outstanding_amount": 0})
	currency = frappe.get_cached_value("Cooperative", dues.cooperative, "currency")
	sentence = _("The dues {0} expired with {1} paid of them: that is credit of {2} now.").format(
		dues.name, fmt_money(paid, currency=currency), dues.member_name
	)
	timeline.note(dues, sentence)
	tasks.ask(dues, sentence)
