"""What can be chased with books kept elsewhere: capital release requests and dues that are not paid."""

from __future__ import annotations

import datetime

from pypika.functions import NullIf

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.query_builder.terms import ParameterizedValueWrapper as Value
from frappe.utils import flt, getdate

from coop_membership.accounting import demands
from coop_membership.accounting import receivables as open_items
from coop_membership.accounting.receivables import Credit, Debtor, Receivable, Standing
from coop_membership.doctypes import Cooperative


def sources(cooperative: Cooperative) -> list[Requests]:
	return [Requests(cooperative, doctype) for doctype in demands.doctypes()]


class Requests:
	party_type = "Member"

	def __init__(self, cooperative: Cooperative, document_type: str):
		self.cooperative = cooperative
		self.document_type = document_type
		self.table = frappe.qb.DocType(document_type)

	@property
	def is_open(self):
		request = self.table
		return (
			(request.docstatus == 1)
			& (request.cooperative == self.cooperative.name)
			& (request.outstanding_amount > 0)
			& request.status.isin(["Open", "Partly Paid"])
		)

	def open_documents(self, control_date: datetime.date) -> list[Receivable]:
		request, member = self.table, frappe.qb.DocType("Member")
		rows = (
			frappe.qb.from_(request)
			.join(member)
			.on(request.member == member.name)
			.select(
				request.name,
				request.member,
				request.due_date,
				request.outstanding_amount,
				Coalesce(
					NullIf(request.dunning_policy, ""),
					NullIf(member.dunning_policy, ""),
					self.cooperative.dunning_policy,
				),
				Coalesce(request.dunning_promise_until, member.dunning_promise_until),
			)
			.where(self.is_open & (request.due_date <= control_date))
			.orderby(request.member)
			.orderby(request.due_date)
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
		"""Payments that are not allocated. They belong to the member, so one source gives them for all."""
		if self.document_type != demands.doctypes()[0]:
			return []
		payment = frappe.qb.DocType("Member Payment")
		query = (
			frappe.qb.from_(payment)
			.select(
				payment.name, payment.member, payment.posting_date, payment.amount, payment.unallocated_amount
			)
			.where((payment.docstatus == 1) & (payment.cooperative == self.cooperative.name))
			.where((payment.direction == "Received") & (payment.unallocated_amount > 0))
			.orderby(payment.posting_date)
		)
		if parties is not None:
			query = query.where(payment.member.isin(parties or [""]))
		return [
			Credit(
				"Member Payment", name, party, self.cooperative.currency, day, -flt(amount, 2), flt(left, 2)
			)
			for name, party, day, amount, left in query.run()
		]

	def late_terms(self, documents: list[str], day: datetime.date) -> dict:
		"""Requests are paid in one term."""
		return {}

	def read(self, builder, documents: list[str], in_terms):
		request, member = self.table, frappe.qb.DocType("Member")
		query = (
			builder.from_(request)
			.join(member)
			.on(request.member == member.name)
			.where(self.is_open & request.name.isin(documents))
		)
		return query, {
			"document": request.name,
			"due_date": request.due_date,
			"amount": request.amount,
			"balance": request.outstanding_amount,
			"currency": Value(self.cooperative.currency),
			"payment_reference": request.payment_reference,
			"party": request.member,
			"party_name": member.display_name,
			"member": request.member,
			"responsible": member.dunning_responsible,
		}

	def standing(self, documents: list[str]) -> dict[str, Standing]:
		request, member = self.table, frappe.qb.DocType("Member")
		rows = (
			frappe.qb.from_(request)
			.join(member)
			.on(request.member == member.name)
			.select(
				request.name,
				request.outstanding_amount,
				request.posting_date,
				Coalesce(request.dunning_promise_until, member.dunning_promise_until),
			)
			.where(self.is_open & request.name.isin(documents))
			.run()
		)
		return {name: Standing(flt(balance, 2), day, _date(promise)) for name, balance, day, promise in rows}

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
			"Member Payment",
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
