"""Shares follow the money: reads what the Books say was really paid and moves a subscription, or dues, there.

Idempotent and total: run twice, late, at the same moment or after a crash, the outcome is the same. The
subscription's row is locked first, so of two at once one works and the other finds nothing to do. A worker
starts from a fresh snapshot; a request may look at an older one, so it never takes a state back but leaves
that to a worker. Never called inside a treasurer's transaction: host events only queue `run`, the daily
`sweep` finds what none announced.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, fmt_money, formatdate, getdate

from coop_membership import host
from coop_membership.accounting.books import Paid, books_of
from coop_membership.membership import accounts, automatic, mail, members, tasks, timeline
from coop_membership.shares import ledger

SUBSCRIPTION, DUES = "Share Subscription", "Membership"


def settle(subscription: str | Document, fresh: bool = True, doctype: str = SUBSCRIPTION) -> str:
	"""Settle one Share Subscription, or dues, given by name or as `host.lock` has read it; returns its status.

	`fresh`: the transaction began after the last payment was saved. If not, a step back ("the payment was taken
	back") may be an illusion of the older snapshot and is queued instead.
	"""
	doc = subscription
	if isinstance(subscription, str):
		doc = frappe.get_doc(doctype, subscription, for_update=True)
		host.changes_from_here(doc)
	if doc.docstatus != 1:
		return doc.status
	paid = books_of(doc).paid(doc)
	if doc.doctype == DUES:
		return _settle_dues(doc, paid, fresh)
	issued = bool(doc.effective_date)  # of the locked row: written with the register entries
	if _covers(paid, doc) and not paid.withdrawn:
		if issued:
			_store(doc, "Paid", paid)
		else:
			_issue(doc, paid)
	elif not fresh and (issued or flt(paid.amount, 2) < flt(doc.paid_amount, 2)):
		queue(doc.name)
	elif issued:
		_reversed(doc, paid)
	elif paid.withdrawn:
		_store(doc, "Cancelled", paid)
	else:
		_store(doc, "Partly Paid" if paid.amount > 0 else "Open", paid)
	return doc.status


def _settle_dues(doc, paid: Paid, fresh: bool) -> str:
	"""Nothing follows from dues that would have to stay: they are what the books say at this moment."""
	if not fresh and flt(paid.amount, 2) < flt(doc.paid_amount, 2):
		queue(doc.name, DUES)
	elif _covers(paid, doc) and not paid.withdrawn:
		thanked = bool(doc.effective_date)
		_store(doc, "Paid", paid, effective_date=paid.completed_on)
		if not thanked:
			mail.send("Membership Confirmed", doc)
	elif doc.status != "Expired":
		_store(doc, "Cancelled" if paid.withdrawn else "Open", paid)
	return doc.status


def settle_safely(
	subscription: str | Document, fresh: bool = True, doctype: str = SUBSCRIPTION
) -> str | None:
	"""As `settle`, but a failure of ours is logged and leaves the payment as it is; the sweep tries again."""
	frappe.db.savepoint("settlement")
	try:
		return settle(subscription, fresh, doctype)
	except frappe.QueryDeadlockError:
		raise  # the database has rolled the whole transaction back: only the caller can start it again
	except Exception:  # money that is recorded stays recorded, whatever happens to the shares
		frappe.db.rollback(save_point="settlement")
		by_name = isinstance(subscription, str)
		frappe.log_error(
			title="Settlement failed",
			message=frappe.get_traceback(),
			reference_doctype=doctype if by_name else subscription.doctype,
			reference_name=subscription if by_name else subscription.name,
		)
		if not by_name:
			subscription.reload()
		return None


def queue(subscription: str, doctype: str = SUBSCRIPTION) -> None:
	"""Settle in the background after the present transaction; costs the caller nothing and can't fail it."""
	try:
		host.after_commit(
			"coop_membership.payments.settlement.run", subscription=subscription, doctype=doctype
		)
	except Exception:  # the treasurer's entry stands whatever happens here; the daily sweep settles it
		frappe.log_error(
			title="Settlement not queued",
			message=frappe.get_traceback(),
			reference_doctype=doctype,
			reference_name=subscription,
		)


def run(subscription: str, doctype: str = SUBSCRIPTION) -> None:
	"""Background job. The first statement after the rollback is the lock: all later reads see what is saved by then."""
	frappe.db.rollback()
	if frappe.db.get_value(doctype, subscription, "name", for_update=True):
		settle(subscription, doctype=doctype)


def sweep(since_days: int = 60) -> int:
	"""Daily job: settle what no event announced. Open ones always, paid ones while young. Returns how many moved."""
	return sum(_sweep(doctype, since_days) for doctype in (SUBSCRIPTION, DUES))


def _sweep(doctype: str, since_days: int) -> int:
	table = frappe.qb.DocType(doctype)
	young = frappe.utils.add_days(frappe.utils.now_datetime(), -since_days)
	rows = (
		frappe.qb.from_(table)
		.select(table.name, table.status)
		.where(table.docstatus == 1)
		.where(table.status.isin(["Open", "Partly Paid", "Payment Reversed"]) | (table.modified > young))
		.orderby(table.posting_date)
		.run()
	)
	moved = 0
	for name, status in rows:
		_save_each()
		moved += settle_safely(name, doctype=doctype) not in (None, status)
	_save_each()
	return moved


def _save_each() -> None:
	"""Job boundary: each subscription is a transaction of its own, on a fresh snapshot."""
	if not frappe.flags.in_test:
		frappe.db.commit()


def _covers(paid: Paid, doc) -> bool:
	return flt(paid.amount, 2) >= flt(doc.amount, 2)


def _issue(doc, paid: Paid) -> None:
	ledger.lock(doc.cooperative)
	if ledger.entries_of(doc.name):
		return _store(doc, "Paid", paid, effective_date=paid.completed_on)
	member = frappe.get_doc("Member", doc.member, for_update=True)
	was_member = member.status == "Active"
	for row in doc.items:
		ledger.post(
			doc.cooperative,
			"Subscription",
			row.share_class,
			row.quantity,
			row.unit_price,
			effective_date=paid.completed_on,
			to_member=doc.member,
			reference_doctype=SUBSCRIPTION,
			reference=doc.name,
		)
	members.refresh(member)
	_store(doc, "Paid", paid, effective_date=paid.completed_on)
	if doc.application:
		_paid(doc.application)
	mail.send("Share Increase" if was_member else "Certificate", doc)
	accounts.grant_when(accounts.ON_PAYMENT, doc.cooperative, doc.member)
	automatic.tell_paid(doc)
	if not doc.flags.credit_is_known:
		_tell_credit(doc, member)


def _tell_credit(doc, member) -> None:
	"""More came in than was asked: a manager decides, once, what becomes of the rest."""
	credit = books_of(doc).credit(member)
	if credit > 0:
		currency = frappe.get_cached_value("Cooperative", doc.cooperative, "currency")
		tasks.ask(
			doc,
			_("{0} has a credit of {1}. Make more shares of it, pay it back, or leave it for later.").format(
				doc.member_name, fmt_money(credit, currency=currency)
			),
		)


def _paid(application: str) -> None:
	"""The request's status follows from the payment, whose own document is the trail."""
	frappe.db.set_value(
		"Membership Application", {"name": application, "status": "Approved"}, "status", "Paid"
	)


def _reversed(doc, paid: Paid) -> None:
	"""The money was taken back by hand. Shares stay; a manager has to decide."""
	if doc.status != "Payment Reversed":
		_task(doc)
	_store(doc, "Payment Reversed", paid)


def _store(doc, status: str, paid: Paid, effective_date=None) -> None:
	values = {
		"status": status,
		"paid_amount": flt(min(paid.amount, doc.amount), 2),
		"outstanding_amount": 0 if status == "Cancelled" else flt(max(doc.amount - paid.amount, 0), 2),
	}
	if effective_date:
		values["effective_date"] = getdate(effective_date)
	if all(_same(doc.get(field), value) for field, value in values.items()):
		return
	if doc.status != status:
		timeline.note(doc, _state_sentence(doc.doctype, status, paid))
	doc.db_set(values)


def _same(stored, value) -> bool:
	return str(stored or "") == str(value or "") or (
		isinstance(value, int | float) and flt(stored, 2) == flt(value, 2)
	)


def _state_sentence(doctype: str, status: str, paid: Paid) -> str:
	if status == "Paid" and doctype == DUES:
		return _("Paid on {0}.").format(formatdate(paid.completed_on))
	if status == "Paid":
		return _("Paid on {0}; the shares are in the register.").format(formatdate(paid.completed_on))
	if status == "Payment Reversed":
		return _("The payment was taken back. The shares are still in the register.")
	if status == "Partly Paid":
		return _("A part is paid: {0}.").format(frappe.utils.fmt_money(paid.amount))
	return _("State: {0}").format(_(status))


def _task(doc) -> None:
	frappe.get_doc(
		{
			"doctype": "ToDo",
			"description": _(
				"The payment of {0} was taken back after its shares were issued. "
				"Use a payment correction, or match the right payment."
			).format(doc.name),
			"reference_type": SUBSCRIPTION,
			"reference_name": doc.name,
			"role": "Membership Manager",
			"priority": "High",
		}
	).insert(ignore_permissions=True)  # a task for the managers; the treasurer need not have a right to it
