"""Money that a member has on account in ERPNext or Dokos.

That is what came to the cooperative's own receivable account for the member's Customer, by Payment Entry or Journal
Entry, and is matched to nothing. An advance on another account, for goods, is none of ours. How much there is stands
in the Payment Ledger; the host's own reconciliation matches it, so its tools show the same.

Paid back it is by a Journal Entry: Dokos takes no Payment Entry "Pay" to a customer without a credit note, and matches
none; a Journal Entry is matched by both hosts, so that nothing stays open on the receivable account.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, replace

import frappe
from frappe import _
from frappe.utils import flt, getdate

from coop_membership import host
from coop_membership.accounting.transfer import Transfer
from coop_membership.doctypes import Member

PAYMENTS = ("Payment Entry", "Journal Entry")


@dataclass(frozen=True)
class Voucher:
	"""A payment, or the row of a Journal Entry, and what of it is matched to nothing."""

	doctype: str
	name: str
	row: str | None
	posting_date: datetime.date
	amount: float


@dataclass(frozen=True)
class OnAccount:
	"""A Customer's money on account: `vouchers` oldest first, `balance` what all of them leave, `paid_out` by journals."""

	cooperative: str
	company: str
	account: str
	customer: str | None
	vouchers: tuple[Voucher, ...] = ()
	balance: float = 0
	paid_out: tuple[str, ...] = ()

	@classmethod
	def of(cls, member: Member, lock: bool = False) -> OnAccount:
		"""The account of a Member; empty while there is no Customer. `lock` as in `Books.credit`."""
		cooperative = frappe.get_cached_doc("Cooperative", member.cooperative)
		base = cls(
			cooperative.name,
			cooperative.get("company"),
			cooperative.get("receivable_account"),
			member.get("customer"),
		)
		return base._read(lock) if base.customer and base.account else base

	@property
	def credit(self) -> float:
		"""What may be used: never more than the balance, which also counts money paid back by hand and not matched."""
		return max(flt(min(self.balance, sum(voucher.amount for voucher in self.vouchers)), 2), 0)

	def only(self, doctype: str, name: str) -> tuple[Voucher, ...]:
		"""What one payment has on account."""
		return tuple(
			voucher for voucher in self.vouchers if (voucher.doctype, voucher.name) == (doctype, name)
		)

	def _read(self, lock: bool) -> OnAccount:
		rows = self._ledger(lock)
		open_: dict[tuple[str, str], float] = defaultdict(float)
		for row in rows:
			if row.against_voucher_type in PAYMENTS:
				open_[row.against_voucher_type, row.against_voucher_no] -= flt(row.amount)
		found = [
			voucher
			for (doctype, name), amount in open_.items()
			if flt(amount, 2) > 0
			for voucher in self._vouchers(doctype, name, lock)
		]
		return replace(
			self,
			vouchers=tuple(sorted(found, key=lambda voucher: (voucher.posting_date, voucher.name))),
			balance=flt(sum(open_.values()), 2),
			paid_out=tuple(
				{row.voucher_no for row in rows if row.voucher_type == "Journal Entry" and row.amount > 0}
			),
		)

	def _ledger(self, lock: bool) -> list[frappe._dict]:
		"""Searched by the customer alone, whose index both hosts have: a lock then holds nobody else's entries."""
		ledger = frappe.qb.DocType("Payment Ledger Entry")
		query = (
			frappe.qb.from_(ledger)
			.select(
				ledger.party_type,
				ledger.account,
				ledger.delinked,
				ledger.voucher_type,
				ledger.voucher_no,
				ledger.against_voucher_type,
				ledger.against_voucher_no,
				ledger.amount,
			)
			.where(ledger.party == self.customer)
		)
		return [
			row
			for row in (query.for_update() if lock else query).run(as_dict=True)
			if (row.party_type, row.account, row.delinked) == ("Customer", self.account, 0)
		]

	def _vouchers(self, doctype: str, name: str, lock: bool) -> list[Voucher]:
		if doctype == "Payment Entry":
			fields = ["posting_date", "unallocated_amount"]
			day, amount = frappe.db.get_value(doctype, name, fields, for_update=lock)
			return [Voucher(doctype, name, None, getdate(day), flt(amount, 2))] if flt(amount, 2) > 0 else []
		day = getdate(frappe.db.get_value(doctype, name, "posting_date"))
		row = frappe.qb.DocType("Journal Entry Account")
		query = (
			frappe.qb.from_(row)
			.select(row.name, row.account, row.party, row.reference_name, row.credit_in_account_currency)
			.where(row.parent == name)
			.orderby(row.idx)
		)
		return [
			Voucher(doctype, name, found, day, flt(amount, 2))
			for found, account, party, reference, amount in (query.for_update() if lock else query).run()
			if (account, party) == (self.account, self.customer) and not reference and flt(amount, 2) > 0
		]

	def match(self, doctype: str, name: str, amount: float) -> None:
		"""Match credit, oldest first, with a Sales Invoice or with the Journal Entry that paid it back."""
		from erpnext.accounts.utils import reconcile_against_document

		matches, left = [], flt(amount, 2)
		for voucher in self.vouchers:
			part = min(left, voucher.amount)
			if part <= 0:
				break
			matches.append(
				frappe._dict(
					voucher_type=voucher.doctype,
					voucher_no=voucher.name,
					voucher_detail_no=voucher.row,
					against_voucher_type=doctype,
					against_voucher=name,
					account=self.account,
					party_type="Customer",
					party=self.customer,
					dr_or_cr="credit_in_account_currency",
					exchange_rate=1,
					unreconciled_amount=voucher.amount,
					unadjusted_amount=voucher.amount,
					allocated_amount=part,
					difference_amount=0,
				)
			)
			left = flt(left - part, 2)
		if matches:
			# the services in payments/ and shares/ checked the user; the host asks for rights on accounts too
			with host.as_system():
				reconcile_against_document(matches)

	def release(self, invoice: str) -> None:
		"""Take the payments off a Sales Invoice: their money is on account again. Credit notes stay matched."""
		from erpnext.accounts import utils

		# the host tells each voucher's name
		muted, frappe.flags.mute_messages = frappe.flags.mute_messages, True
		try:
			utils.remove_ref_doc_link_from_pe("Sales Invoice", invoice)
			utils.remove_ref_doc_link_from_jv("Sales Invoice", invoice)
		finally:
			frappe.flags.mute_messages = muted
		ledger = frappe.qb.DocType("Payment Ledger Entry")
		(
			frappe.qb.update(ledger)
			.set(ledger.against_voucher_type, ledger.voucher_type)
			.set(ledger.against_voucher_no, ledger.voucher_no)
			.where((ledger.against_voucher_type == "Sales Invoice") & (ledger.against_voucher_no == invoice))
			.where(ledger.voucher_type.isin(PAYMENTS) & (ledger.delinked == 0))
			.run()
		)
		utils.update_voucher_outstanding("Sales Invoice", invoice, self.account, "Customer", self.customer)

	def find_refund(self, transfer: Transfer) -> str | None:
		"""The Journal Entry that paid this amount back before, on the same day and with the same reference."""
		if not (transfer.reference and self.paid_out):
			return None
		journal = frappe.qb.DocType("Journal Entry")
		rows = (
			frappe.qb.from_(journal)
			.select(journal.name, journal.posting_date)
			.select(journal.cheque_no.as_("reference"), journal.total_debit.as_("amount"))
			.where(journal.name.isin(self.paid_out) & (journal.docstatus == 1))
			.for_update()
			.run(as_dict=True)
		)
		return next((row.name for row in rows if transfer.is_again(row)), None)

	def refund(self, transfer: Transfer, bank: str) -> str:
		"""Book money out of the bank against the credit; returns the Journal Entry's name."""
		cooperative = frappe.get_cached_doc("Cooperative", self.cooperative)
		cost_center = cooperative.get("cost_center") or frappe.get_cached_value(
			"Company", self.company, "cost_center"
		)
		is_cash = frappe.get_cached_value("Account", bank, "account_type") == "Cash"
		title = _("Overpayment paid back to {0}").format(
			frappe.db.get_value("Customer", self.customer, "customer_name")
		)
		journal = frappe.get_doc(
			{
				"doctype": "Journal Entry",
				"voucher_type": "Cash Entry" if is_cash else "Bank Entry",
				"company": self.company,
				"posting_date": transfer.posting_date,
				"cheque_no": transfer.reference or self.customer,
				"cheque_date": transfer.posting_date,
				"mode_of_payment": transfer.mode_of_payment,
				"user_remark": title,
				"accounts": [
					{
						"account": self.account,
						"party_type": "Customer",
						"party": self.customer,
						"debit_in_account_currency": transfer.amount,
						"cost_center": cost_center,
					},
					{
						"account": bank,
						"credit_in_account_currency": transfer.amount,
						"cost_center": cost_center,
					},
				],
			}
		)
		host.submit_as_system(journal)  # credit.refund() checked that the user may record payments
		self.match("Journal Entry", journal.name, transfer.amount)
		return journal.name
