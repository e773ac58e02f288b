"""Books kept elsewhere (the users' own "option 2"): payments are recorded on what asks for them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import flt, getdate

from coop_membership import bulk
from coop_membership.accounting import fees
from coop_membership.accounting.kept_elsewhere import matching, open_items
from coop_membership.accounting.matches import Match
from coop_membership.accounting.open_items import Key, OpenItem, Part
from coop_membership.accounting.paid import Paid
from coop_membership.accounting.transfer import Transfer
from coop_membership.doctypes import (
	Cooperative,
	Member,
	MembershipApplication,
	ShareSubscription,
	ShareTransaction,
)

PAYMENT, ALLOCATION = matching.PAYMENT, matching.ALLOCATION
RECEIVED, PAID_OUT = "Received", "Paid out"


class KeptElsewhere:
	def check(self, cooperative: Cooperative) -> None:
		"""Nothing is needed."""

	def prepare(self, cooperative: Cooperative) -> None:
		"""Nothing has to fit."""

	def welcome(self, member: Member, application: MembershipApplication = None) -> None:
		"""The Member is enough."""

	def merge(self, keep: Member, drop: Member) -> None:
		"""The Member Payments followed as documents of the Member."""

	def ask(self, demand) -> None:
		"""The document asks by itself."""

	def withdraw(self, demand) -> None:
		if self.paid(demand).amount > 0:
			frappe.throw(_("Money was received for this request. Take the payment back first."))

	def reduce(self, subscription: ShareSubscription, given_up: dict[str, int]) -> None:
		"""The document asks by itself. What its payments exceed the rest by becomes credit on the last of them."""
		prices = {row.name: row.unit_price for row in subscription.items}
		due = subscription.amount - sum(shares * prices[name] for name, shares in given_up.items())
		excess = flt(self.paid(subscription).amount - due, 2)
		rows = frappe.get_all(
			ALLOCATION,
			{"document": subscription.name, "document_type": subscription.doctype, "docstatus": 1},
			["name", "parent", "amount"],
			order_by="creation desc",
		)
		for row in rows:
			freed = min(excess, flt(row.amount, 2))
			if freed > 0:
				frappe.db.set_value(ALLOCATION, row.name, "amount", flt(row.amount - freed, 2))
				payment = frappe.get_doc(PAYMENT, row.parent)
				payment.db_set("unallocated_amount", flt(payment.unallocated_amount + freed, 2))
				excess = flt(excess - freed, 2)

	def paid(self, demand) -> Paid:
		payment, line = frappe.qb.DocType(PAYMENT), frappe.qb.DocType(ALLOCATION)
		rows = (
			frappe.qb.from_(line)
			.join(payment)
			.on(line.parent == payment.name)
			.select(payment.posting_date, line.amount, payment.direction)
			.where((line.document_type == demand.doctype) & (line.document == demand.name))
			.where(payment.docstatus == 1)
			.run()
		)
		signed = [
			(getdate(day), flt(amount, 2) * (1 if way == RECEIVED else -1)) for day, amount, way in rows
		]
		return Paid.sum_of(flt(demand.amount, 2), signed)

	def in_doubt(self, doctype: str, due: Mapping[str, float]) -> list[str]:
		payment, line = frappe.qb.DocType(PAYMENT), frappe.qb.DocType(ALLOCATION)
		query = (
			frappe.qb.from_(line)
			.join(payment)
			.on(line.parent == payment.name)
			.select(line.document, payment.direction, Sum(line.amount))
			.where((line.document_type == doctype) & (payment.docstatus == 1))
			.groupby(line.document, payment.direction)
		)
		found: dict[str, float] = defaultdict(float)
		for names in bulk.chunks(due):
			for name, way, amount in query.where(line.document.isin(names)).run():
				found[name] += flt(amount) * (1 if way == RECEIVED else -1)
		return [name for name, amount in due.items() if flt(found[name], 2) < flt(amount, 2)]

	def open_items(self, member: Member, on: datetime.date, named: Key | None = None) -> list[OpenItem]:
		return open_items.of(member, on, named, self.paid)

	def find_payment(self, demand, transfer: Transfer) -> str | None:
		known = self.like(demand, transfer) if transfer.reference else ()
		return next((row.name for row in known if transfer.is_again(row)), None)

	def like(self, demand, transfer: Transfer) -> list[frappe._dict]:
		received = {"member": demand.member, "docstatus": 1, "direction": RECEIVED}
		rows = frappe.get_all(
			PAYMENT,
			received,
			["name", "amount", "posting_date", "bank_reference as reference"],
			order_by="posting_date, name",
		)
		return [row for row in rows if transfer.is_like(row)]

	def record_payment(self, demand, transfer: Transfer, parts: Iterable[Part]) -> str:
		payment = frappe.get_doc(
			{
				"doctype": PAYMENT,
				"member": demand.member,
				"member_name": demand.member_name,
				"cooperative": demand.cooperative,
				"amount": transfer.amount,
				"posting_date": transfer.posting_date,
				"mode": transfer.mode_of_payment,
				"bank_reference": transfer.reference,
				"allocations": [row_of(part) for part in parts],
			}
		)
		payment.flags.ignore_links = True  # the demand is here, and with it its member
		# record_payment() checked that the user may submit the demand
		payment.flags.ignore_permissions = True
		payment.flags.settles_itself = True  # its controller, which the framework calls, takes no arguments
		payment.submit()
		return payment.name

	def credit(self, member: Member, lock: bool = False) -> float:
		return _credit(_payments(member.name, lock))

	def use_credit(self, member: Member, parts: Iterable[Part]) -> None:
		for part in parts:
			for name, amount in _parts(_payments(member.name, lock=True), part.amount).items():
				row = row_of(Part(part.item, amount))
				payment = frappe.get_doc(PAYMENT, name)
				payment.append("allocations", {**row, "docstatus": 1}).db_insert()
				take_from(name, amount)
				if not part.item.is_booked:
					fees.pay(part.item.document, amount)

	def release(self, demand) -> None:
		rows = frappe.get_all(
			ALLOCATION,
			{"document_type": demand.doctype, "document": demand.name, "docstatus": 1},
			["name", "parent", "amount"],
		)
		for row in rows:
			if frappe.db.get_value(PAYMENT, row.parent, "direction") == RECEIVED:
				frappe.db.delete(ALLOCATION, {"name": row.name})
				take_from(row.parent, -flt(row.amount, 2))

	def find_refund(self, member: Member, transfer: Transfer) -> str | None:
		return next(
			(
				row.name
				for row in _payments(member.name, lock=True)
				if row.direction == PAID_OUT and transfer.is_again({**row, "reference": row.bank_reference})
			),
			None,
		)

	def refund(self, member: Member, transfer: Transfer) -> str:
		payment = frappe.get_doc(
			{
				"doctype": PAYMENT,
				"direction": PAID_OUT,
				"member": member.name,
				"member_name": member.display_name,
				"cooperative": member.cooperative,
				"amount": transfer.amount,
				"posting_date": transfer.posting_date,
				"mode": transfer.mode_of_payment,
				"bank_reference": transfer.reference,
				"allocations": [
					{"document_type": PAYMENT, "document": name, "amount": part}
					for name, part in _parts(_payments(member.name, lock=True), transfer.amount).items()
				],
			}
		)
		# credit.refund() checked that the user may record payments
		payment.flags.ignore_permissions = True
		payment.submit()
		return payment.name

	def matches(self, demand) -> list[Match]:
		return matching.matches({"document_type": demand.doctype, "document": demand.name})

	def paid_by(self, payment_type: str, payment: str) -> list[Match]:
		return matching.matches({"parent": payment}) if payment_type == PAYMENT else []

	def free_of(self, payment_type: str, payment: str, demand) -> Match | None:
		return matching.free_of(payment, demand) if payment_type == PAYMENT else None

	def free_money(self, demand) -> list[Match]:
		payments = _payments(demand.member, lock=True)
		names = _parts(payments, _credit(payments))
		found = [matching.free_of(name, demand) for name in names]
		return [replace(match, amount=names[match.payment]) for match in found if match]

	def hindrance(self, match: Match) -> str | None:
		if frappe.has_permission(PAYMENT, "submit"):
			return None
		return _("You may not record payments. Ask a manager of the members to submit this correction.")

	def is_closed(self, match: Match) -> bool:
		return False

	def rematch(self, match: Match, right, correction: str) -> None:
		if not match.is_free:
			matching.release(match)
		if not right:
			return
		due = max(flt(right.amount - self.paid(right).amount, 2), 0)
		if frappe.db.get_value(PAYMENT, match.payment, "member") != right.member:
			matching.move(match, right, due, correction)
		elif due > 0:
			matching.allocate(match, right, min(match.amount, due))

	def move_capital(
		self,
		transaction: ShareTransaction,
		posting_date: datetime.date,
		capital: Mapping[str, Decimal],
		owed: float,
	) -> None:
		"""The books elsewhere are told by whoever keeps them; what is owed stands on the transaction."""

	def take_back_capital(self, transaction: ShareTransaction) -> None:
		if self.paid_out(transaction) > 0:
			frappe.throw(
				_(
					"Money was paid out for this sell back. Cancel that payment first, then take the operation back."
				)
			)

	def paid_out(self, transaction: ShareTransaction) -> float:
		return flt(sum(row.amount for row in self._payouts(transaction)), 2)

	def find_payout(self, transaction: ShareTransaction, transfer: Transfer) -> str | None:
		return next(
			(
				row.name
				for row in self._payouts(transaction)
				if transfer.is_again({**row, "reference": row.bank_reference})
			),
			None,
		)

	def pay_out(self, transaction: ShareTransaction, transfer: Transfer) -> str:
		payment = frappe.get_doc(
			{
				"doctype": PAYMENT,
				"direction": PAID_OUT,
				"member": transaction.member,
				"member_name": transaction.member_name,
				"cooperative": transaction.cooperative,
				"amount": transfer.amount,
				"posting_date": transfer.posting_date,
				"mode": transfer.mode_of_payment,
				"bank_reference": transfer.reference,
				"allocations": [
					{
						"document_type": transaction.doctype,
						"document": transaction.name,
						"amount": transfer.amount,
					}
				],
			}
		)
		# payouts.pay_out() checked that the user may record payments
		payment.flags.ignore_permissions = True
		payment.submit()
		return payment.name

	def _payouts(self, transaction: ShareTransaction) -> list[frappe._dict]:
		"""The submitted Member Payments that pay a sell back: name, amount, posting_date, bank_reference."""
		payment, line = frappe.qb.DocType(PAYMENT), frappe.qb.DocType(ALLOCATION)
		return (
			frappe.qb.from_(line)
			.join(payment)
			.on(line.parent == payment.name)
			.select(payment.name, line.amount, payment.posting_date, payment.bank_reference)
			.where((line.document_type == transaction.doctype) & (line.document == transaction.name))
			.where((payment.docstatus == 1) & (payment.direction == PAID_OUT))
			.run(as_dict=True)
		)


def row_of(part: Part) -> dict:
	"""What a payment pays, as a row of its table."""
	return {"document_type": part.item.document_type, "document": part.item.document, "amount": part.amount}


def _payments(member: str, lock: bool = False) -> list[frappe._dict]:
	"""The submitted Member Payments of a member, oldest first."""
	table = frappe.qb.DocType(PAYMENT)
	query = (
		frappe.qb.from_(table)
		.select(
			table.name,
			table.direction,
			table.amount,
			table.posting_date,
			table.bank_reference,
			table.unallocated_amount,
		)
		.where((table.member == member) & (table.docstatus == 1))
		.orderby(table.posting_date)
		.orderby(table.name)
	)
	return (query.for_update() if lock else query).run(as_dict=True)


def _credit(payments: list[frappe._dict]) -> float:
	"""What came in for nothing, less what was paid out for nothing."""
	free = {RECEIVED: 0.0, PAID_OUT: 0.0}
	for row in payments:
		free[row.direction] += flt(row.unallocated_amount, 2)
	return max(flt(free[RECEIVED] - free[PAID_OUT], 2), 0)


def _parts(payments: list[frappe._dict], amount: float) -> dict[str, float]:
	"""{payment: how much of the amount it pays}, oldest first."""
	parts, left = {}, flt(amount, 2)
	for row in payments:
		part = min(left, flt(row.unallocated_amount, 2)) if row.direction == RECEIVED else 0
		if part > 0:
			parts[row.name] = part
			left = flt(left - part, 2)
	return parts


def take_from(payment: str, amount: float) -> None:
	"""Lower what a Member Payment received has left as credit; a negative amount gives it back."""
	left = frappe.db.get_value(PAYMENT, payment, "unallocated_amount", for_update=True)
	frappe.db.set_value(PAYMENT, payment, "unallocated_amount", flt(left - amount, 2))
