"""What members asked for follows the money: reads what the Books say was really paid and moves a demand there.

Idempotent and total: run twice, late, at the same moment or after a crash, the outcome is the same. The demand's row
is locked first, so of two at once one works and the other finds nothing to do. A worker starts from a fresh snapshot;
a request may look at an older one, so it never takes a state back but leaves that to a worker. Never called inside a
treasurer's transaction: host events only queue `run`, the daily `sweep` finds what none announced.

It knows money only: `verdict` judges, and the kind of the demand answers what follows (`Demand.follow_money`).
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, flt, now_datetime

from coop_membership import host, jobs
from coop_membership.accounting import demands
from coop_membership.accounting.choice import books_of
from coop_membership.payments.verdict import LATER, Asked, verdict
from coop_membership.states.demands import WAITING


def settle(document: Document, fresh: bool = True) -> str:
	"""Settle a demand; returns its status. The document is locked and read first.

	`fresh`: the transaction began after the last payment was saved, see `verdict`.
	"""
	host.lock(document)
	return settle_locked(document, fresh)


def settle_locked(document: Document, fresh: bool = True) -> str:
	"""As `settle`, for a document that `host.lock` has just read."""
	if document.docstatus != 1:
		return document.status
	kind = demands.kind_of(document)
	paid = books_of(document).paid(document)
	asked = Asked(flt(document.amount, 2), flt(document.paid_amount, 2), kind.is_fulfilled(document))
	found = verdict(paid, asked, fresh)
	if found == LATER:
		queue(document.doctype, document.name)
	else:
		kind.follow_money(document, found, paid)
	return document.status


def settle_safely(document: Document, fresh: bool = True, locked: bool = False) -> str | None:
	"""As `settle`, or `settle_locked`, but a failure of ours is logged and leaves the payment as it is.

	The sweep tries again; None says so.
	"""
	status = None
	with jobs.attempt("Settlement failed", document.doctype, document.name) as tried:
		status = (settle_locked if locked else settle)(document, fresh)
	if tried.failed:  # money that is recorded stays recorded, whatever happens to the shares
		document.reload()
	return status


def queue(doctype: str, name: str) -> None:
	"""Settle in the background after the present transaction; costs the caller nothing and can't fail it."""
	with jobs.attempt("Settlement not queued", doctype, name):  # if so, the daily sweep settles it
		host.after_commit("coop_membership.payments.settlement.run", demand_type=doctype, demand=name)


def run(demand_type: str, demand: str) -> None:
	"""Background job. The first statement after the rollback is the lock: all later reads see what is saved by then."""
	frappe.db.rollback()
	if frappe.db.get_value(demand_type, demand, "name", for_update=True):
		settle(frappe.get_doc(demand_type, demand))


def sweep(since_days: int = 60) -> int:
	"""Daily job: settle what no event announced. Open ones always, paid ones while young. Returns how many moved."""
	return sum(_sweep(doctype, since_days) for doctype in demands.doctypes())


def _sweep(doctype: str, since_days: int) -> int:
	table = frappe.qb.DocType(doctype)
	before = dict(
		frappe.qb.from_(table)
		.select(table.name, table.status)
		.where(table.docstatus == 1)
		.where(table.status.isin(WAITING) | (table.modified > add_days(now_datetime(), -since_days)))
		.orderby(table.posting_date)
		.run()
	)
	outcome = jobs.each(
		before, lambda name: settle(frappe.get_doc(doctype, name)), "Settlement failed", doctype
	)
	return sum(status != before[name] for name, status in outcome.done)
