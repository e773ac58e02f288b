"""What can be chased with books kept elsewhere: the demands that are not paid."""

from __future__ import annotations

import datetime
from collections import defaultdict

from pypika.functions import NullIf

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.query_builder.terms import ParameterizedValueWrapper as Value
from frappe.utils import flt, getdate

from coop_membership import host
from coop_membership.accounting import demands
from coop_membership.accounting import receivables as open_items
from coop_membership.accounting.instalments import Term
from coop_membership.accounting.kept_elsewhere.books import ALLOCATION, PAYMENT, RECEIVED
from coop_membership.accounting.receivables import Credit, Debtor, Receivable, Standing
from coop_membership.doctypes import Cooperative
from coop_membership.states.demands import DUE


def sources(cooperative: Cooperative) -> list[Demands]:
	"""One for each kind of demand. Credit belongs to the member, whatever is asked: the first one gives it for all."""
	return [
		Demands(cooperative, doctype, gives_credits=not position)
		for position, doctype in enumerate(demands.doctypes())
	]


class Demands:
	party_type = "Member"

	def __init__(self, cooperative: Cooperative, document_type: str, gives_credits: bool):
		self.cooperative = cooperative
		self.document_type = document_type
		self.gives_credits = gives_credits
		self.table = frappe.qb.DocType(document_type)

	@property
	def is_open(self):
		demand = self.table
		return (
			(demand.docstatus == 1)
			& (demand.cooperative == self.cooperative.name)
			& (demand.outstanding_amount > 0)
			& demand.status.isin(DUE)
		)

	def open_documents(self, control_date: datetime.date) -> list[Receivable]:
		demand, member = self.table, frappe.qb.DocType("Member")
		rows = (
			frappe.qb.from_(demand)
			.join(member)
			.on(demand.member == member.name)
			.select(
				demand.name,
				demand.member,
				demand.due_date,
				demand.outstanding_amount,
				Coalesce(
					NullIf(demand.dunning_policy, ""),
					NullIf(member.dunning_policy, ""),
					self.cooperative.dunning_policy,
				),
				Coalesce(demand.dunning_promise_until, member.dunning_promise_until),
			)
			.where(self.is_open & (demand.due_date <= control_date))
			.orderby(demand.member)
			.orderby(demand.due_date)
			.run()
		)
		currency, tolerance = self.cooperative.currency, flt(self.cooperative.dunning_tolerance)
		return [
			Receivable(
				(self.document_type, name),
				party,
				due,
				balance,
				currency,
				tolerance,
				policy,
				None,
				_date(promise),
			)
			for name, party, due, balance, policy, promise in rows
		]

	def credits(self, parties: list[str] | None = None) -> list[Credit]:
		"""Payments that are not allocated."""
		if not self.gives_credits:
			return []
		payment = frappe.qb.DocType(PAYMENT)
		query = (
			frappe.qb.from_(payment)
			.select(
				payment.name, payment.member, payment.posting_date, payment.amount, payment.unallocated_amount
			)
			.where((payment.docstatus == 1) & (payment.cooperative == self.cooperative.name))
			.where((payment.direction == RECEIVED) & (payment.unallocated_amount > 0))
			.orderby(payment.posting_date)
		)
		if parties is not None:
			query = query.where(payment.member.isin(parties or [host.NOTHING]))
		return [
			Credit(PAYMENT, name, party, self.cooperative.currency, day, -flt(amount, 2), flt(left, 2))
			for name, party, day, amount, left in query.run()
		]

	def late_terms(self, documents: list[str], day: datetime.date) -> dict:
		"""Demands are paid in one term."""
		return {}

	def schedules(self, documents: list[str]) -> dict:
		"""As above."""
		return {}

	def read(self, builder, documents: list[str], in_terms):
		demand, member = self.table, frappe.qb.DocType("Member")
		query = (
			builder.from_(demand)
			.join(member)
			.on(demand.member == member.name)
			.where(self.is_open & demand.name.isin(documents))
		)
		return query, {
			"document": demand.name,
			"due_date": demand.due_date,
			"amount": demand.amount,
			"balance": demand.outstanding_amount,
			"currency": Value(self.cooperative.currency),
			"payment_reference": demand.payment_reference,
			"party": demand.member,
			"party_name": member.display_name,
			"member": demand.member,
			"responsible": member.dunning_responsible,
		}

	def standing(self, documents: list[str]) -> dict[str, Standing]:
		demand, member = self.table, frappe.qb.DocType("Member")
		rows = (
			frappe.qb.from_(demand)
			.join(member)
			.on(demand.member == member.name)
			.select(
				demand.name,
				demand.outstanding_amount,
				demand.posting_date,
				Coalesce(demand.dunning_promise_until, member.dunning_promise_until),
			)
			.where(self.is_open & demand.name.isin(documents))
			.run()
		)
		return {name: Standing(flt(balance, 2), day, _date(promise)) for name, balance, day, promise in rows}

	def payments(self, documents: list[str]) -> dict[str, list[Term]]:
		payment, line = frappe.qb.DocType(PAYMENT), frappe.qb.DocType(ALLOCATION)
		rows = (
			frappe.qb.from_(line)
			.join(payment)
			.on(line.parent == payment.name)
			.select(line.document, payment.posting_date, line.amount)
			.where(
				(line.document_type == self.document_type) & line.document.isin(documents or [host.NOTHING])
			)
			.where((payment.docstatus == 1) & (payment.direction == RECEIVED))
			.orderby(payment.posting_date)
			.run()
		)
		found: dict[str, list[Term]] = defaultdict(list)
		for document, day, amount in rows:
			found[document].append((getdate(day), flt(amount, 2)))
		return dict(found)

	def channels(self) -> dict[str, str]:
		filters = {"cooperative": self.cooperative.name, "dunning_channel": ["is", "set"]}
		return dict(frappe.get_all("Member", filters, ["name", "dunning_channel"], as_list=True))

	def with_email(self) -> set[str]:
		members = frappe.get_all(
			"Member", {"cooperative": self.cooperative.name}, ["name", "email", "organisation_email"]
		)
		return {row.name for row in members if row.email or row.organisation_email}

	def debtors(self, parties: list[str]) -> dict[str, Debtor]:
		rows = frappe.get_all(
			"Member", {"name": ["in", parties]}, ["name", "display_name", *open_items.MEMBER_FIELDS]
		)
		return {row.name: open_items.complete(Debtor(row.display_name), row) for row in rows}

	def policy_account(self, party: str) -> str | None:
		return None

	def set_policy(self, document: str, policy: str) -> None:
		frappe.db.set_value(self.document_type, document, "dunning_policy", policy)

	def last_entry(self) -> datetime.date | None:
		newest = frappe.db.get_value(
			PAYMENT,
			{"cooperative": self.cooperative.name, "docstatus": 1},
			"creation",
			order_by="creation desc",
		)
		return getdate(newest) if newest else None

	def book_fee(self, letter) -> None:
		"""Fees are booked by whoever keeps the books; the letter keeps what was asked."""

	def take_back_fee(self, document: str) -> None:
		"""Nothing is booked here."""


def _date(value) -> datetime.date | None:
	"""SQLite gives computed dates as text."""
	return getdate(value) if value else None
