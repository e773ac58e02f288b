"""Books in ERPNext or Dokos: a Customer per member, a Sales Invoice per demand.

The invoice debits the cooperative's own receivable account ("subscribers") and credits what the kind of demand says:
the capital account for shares, the income account of the plan for dues; it has no tax. What was paid is read from the Payment Ledger,
never from the invoice's status or outstanding amount: credit notes and write-offs bring those to zero as well
(hosts.md 2.1).
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum
from frappe.utils import flt, getdate

from coop_membership import bulk, host, jobs
from coop_membership.accounting import demands
from coop_membership.accounting.demands import InvoiceLine
from coop_membership.accounting.in_erpnext import capital, credit, customers, matching, open_items
from coop_membership.accounting.in_erpnext.items import leaf, service_item
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
from coop_membership.register import standing
from coop_membership.states.members import ORGANISATION

SERIES = "CRR-.YYYY.-.#####"
NEEDED = ("company", "receivable_account")


class InErpnext:
	def check(self, cooperative: Cooperative) -> None:
		if not host.has_erpnext():
			host.throw_missing(
				_(
					"ERPNext is not installed on this site. Set the accounting of {0} to Kept elsewhere."
				).format(cooperative.name),
				cooperative.name,
				"cooperative",
				cooperative.name,
			)
		empty = [field for field in NEEDED if not cooperative.get(field)]
		if not cooperative.get("capital_account") and standing.has_shares(cooperative.name):
			empty.append("capital_account")
		missing = [_(cooperative.meta.get_label(field)) for field in empty]
		if missing:
			host.throw_missing(
				_("Please complete the accounting of {0} first: {1}.").format(
					cooperative.name, ", ".join(missing)
				),
				cooperative.name,
				"cooperative",
				cooperative.name,
			)

	def prepare(self, cooperative: Cooperative) -> None:
		"""When a Cooperative is saved: what is filled in must fit together."""
		if not host.has_erpnext():
			self.check(cooperative)
		if not cooperative.get("company"):
			frappe.throw(_("Choose the company in whose books the money of the members is kept."))
		if (
			frappe.get_cached_value("Company", cooperative.company, "default_currency")
			!= cooperative.currency
		):
			frappe.throw(_("The currency of the cooperative must be the currency of its company."))
		for field in ("receivable_account", "capital_account", "payout_account", "reserve_account"):
			self._check_account(cooperative, field)

	def _check_account(self, cooperative: Cooperative, field: str) -> None:
		if not cooperative.get(field):
			return
		account = frappe.db.get_value(
			"Account", cooperative.get(field), ["company", "is_group", "account_type"], as_dict=True
		)
		label = _(cooperative.meta.get_label(field))
		if account.company != cooperative.company or account.is_group:
			frappe.throw(
				_("{0}: choose an account of {1} that is not a group.").format(label, cooperative.company)
			)
		if field == "receivable_account" and account.account_type != "Receivable":
			frappe.throw(_("{0}: choose an account of type Receivable.").format(label))
		if field == "payout_account" and account.account_type != "Payable":
			frappe.throw(_("{0}: choose an account of type Payable.").format(label))

	def welcome(self, member: Member, application: MembershipApplication = None) -> None:
		if member.get("customer"):
			return
		customer = frappe.get_doc(
			{
				"doctype": "Customer",
				"customer_name": member.display_name,
				"customer_type": "Company" if member.member_type == ORGANISATION else "Individual",
				"customer_group": leaf("Customer Group", "customer_group"),
				"territory": leaf("Territory", "territory"),
				"language": member.language,
			}
		)
		jobs.insert_named(customer)  # approve() checked that this user may decide on the application
		# a link that follows from the member: no change that anybody is to be told of
		frappe.db.set_value("Member", member.name, "customer", customer.name, update_modified=False)
		member.customer = customer.name
		customers.follow(member)

	def merge(self, keep: Member, drop: Member) -> None:
		customers.merge(keep, drop)

	def ask(self, demand) -> None:
		cooperative = frappe.get_cached_doc("Cooperative", demand.cooperative)
		self.check(cooperative)
		customer = frappe.db.get_value("Member", demand.member, "customer")
		if not customer:
			self.welcome(frappe.get_doc("Member", demand.member))
			customer = frappe.db.get_value("Member", demand.member, "customer")
		invoice = frappe.get_doc(
			{
				"doctype": "Sales Invoice",
				"naming_series": SERIES,
				_link_of(demand): demand.name,
				"customer": customer,
				"company": cooperative.company,
				"currency": cooperative.currency,
				"selling_price_list": _price_list(),
				"set_posting_time": 1,
				"posting_date": demand.posting_date,
				"due_date": demand.due_date,
				"ignore_default_payment_terms_template": 1,
				"disable_rounded_total": 1,
				"ignore_pricing_rule": 1,
				"update_stock": 0,
				"debit_to": cooperative.receivable_account,
				"remarks": demand.payment_reference,
				"items": [
					_invoice_row(line, cooperative)
					for line in demands.kind_of(demand).invoice_lines(demand, cooperative)
				],
			}
		)
		invoice.flags.by_membership = True  # its hooks tell what we book from a copy made by hand
		invoice.flags.ignore_permissions = True  # as in welcome
		invoice.submit()  # inserts it too, as in host.submit_as_system
		demand.db_set("sales_invoice", invoice.name)  # read after submit: Dokos names it then

	def withdraw(self, demand) -> None:
		if self.paid(demand).amount > 0:
			frappe.throw(_("Money was received for this request. Take the payment back first."))
		for name in frappe.get_all(
			"Sales Invoice",
			{_link_of(demand): demand.name, "docstatus": 1, "is_return": 0},
			pluck="name",
		):
			invoice = frappe.get_doc("Sales Invoice", name)
			invoice.flags.by_membership = True  # we settle by ourselves; reminders don't stand in the way
			# who may cancel the demand may take back its invoice
			invoice.flags.ignore_permissions = True
			invoice.flags.ignore_links = True
			invoice.cancel()

	def reduce(self, subscription: ShareSubscription, given_up: dict[str, int]) -> None:
		"""A credit note on the same invoice for the shares given up that the treasurer has not credited before.

		What was paid beyond the rest is on account again.
		"""
		prices = {row.name: row.unit_price for row in subscription.items}
		kept = subscription.amount - sum(shares * prices[name] for name, shares in given_up.items())
		too_much = self.paid(subscription).amount > flt(kept, 2)
		if too_much:
			member = frappe.get_doc("Member", subscription.member)
			credit.OnAccount.of(member, lock=True).release(subscription.sales_invoice)
		_credit_note(subscription.sales_invoice, {row.idx: given_up[row.name] for row in subscription.items})
		if too_much:
			invoice = open_items.invoice_of(subscription.doctype, subscription.name)
			on_account = credit.OnAccount.of(member, lock=True)
			due = flt(invoice.outstanding_amount, 2)
			on_account.match("Sales Invoice", invoice.name, min(on_account.credit, due))

	def paid(self, demand) -> Paid:
		invoices = frappe.get_all(
			"Sales Invoice",
			{_link_of(demand): demand.name, "docstatus": [">", 0]},
			["name", "docstatus", "is_return", "grand_total"],
			order_by="creation",
		)
		live = [row.name for row in invoices if row.docstatus == 1 and not row.is_return]
		if not live:
			return Paid(withdrawn=bool(invoices))
		if live[-1] != demand.get("sales_invoice"):  # amended by the treasurer
			demand.db_set("sales_invoice", live[-1])
		credited = -sum(flt(row.grand_total) for row in invoices if row.is_return and row.docstatus == 1)
		asked = next(row.grand_total for row in invoices if row.name == live[-1])
		withdrawn = flt(credited, 2) >= flt(asked, 2)
		return Paid.sum_of(flt(demand.amount, 2), _money_for(live[-1]), withdrawn)

	def in_doubt(self, doctype: str, due: Mapping[str, float]) -> list[str]:
		"""Plainly paid is one live invoice, never credited, by submitted Payment Entries that deduct nothing."""
		invoice, ledger = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Payment Ledger Entry")
		entry, deduction = frappe.qb.DocType("Payment Entry"), frappe.qb.DocType("Payment Entry Deduction")
		link = invoice[demands.kinds()[doctype].invoice_link]
		money = (
			frappe.qb.from_(ledger)
			.join(invoice)
			.on(
				(ledger.against_voucher_no == invoice.name) & (ledger.against_voucher_type == "Sales Invoice")
			)
			.join(entry)
			.on((ledger.voucher_no == entry.name) & (ledger.voucher_type == "Payment Entry"))
			.left_join(deduction)
			.on(deduction.parent == entry.name)
			.select(link, Sum(ledger.amount))
			.where((ledger.delinked == 0) & (invoice.docstatus == 1) & (invoice.is_return == 0))
			.where((entry.docstatus == 1) & deduction.name.isnull())
			.groupby(link)
		)
		invoices = (
			frappe.qb.from_(invoice).select(link, Count("*")).where(invoice.docstatus == 1).groupby(link)
		)
		paid: dict[str, float] = {}
		for names in bulk.chunks(due):
			alone = {name for name, count in invoices.where(link.isin(names)).run() if count == 1}
			rows = money.where(link.isin(names)).run()
			paid |= {name: -flt(amount) for name, amount in rows if name in alone}
		return [name for name, amount in due.items() if flt(paid.get(name), 2) < flt(amount, 2)]

	def open_items(self, member: Member, on: datetime.date, named: Key | None = None) -> list[OpenItem]:
		return open_items.of(member, on, named)

	def find_payment(self, demand, transfer: Transfer) -> str | None:
		known = self.like(demand, transfer) if transfer.reference else ()
		return next((row.name for row in known if transfer.is_again(row)), None)

	def like(self, demand, transfer: Transfer) -> list[frappe._dict]:
		received = {
			"party_type": "Customer",
			"party": _customer_of(demand),
			"docstatus": 1,
			"payment_type": "Receive",
		}
		rows = frappe.get_all(
			"Payment Entry",
			received,
			["name", "paid_amount as amount", "posting_date", "reference_no as reference"],
			order_by="posting_date, name",
		)
		return [row for row in rows if transfer.is_like(row)]

	def record_payment(self, demand, transfer: Transfer, parts: Iterable[Part]) -> str:
		cooperative = frappe.get_cached_doc("Cooperative", demand.cooperative)
		invoice = open_items.invoice_of(demand.doctype, demand.name)
		entry = frappe.get_doc(
			{
				"doctype": "Payment Entry",
				"payment_type": "Receive",
				"company": cooperative.company,
				"posting_date": transfer.posting_date,
				"mode_of_payment": transfer.mode_of_payment,
				"party_type": "Customer",
				"party": invoice.customer if invoice else _customer_of(demand),
				"paid_from": invoice.debit_to if invoice else cooperative.receivable_account,
				"paid_to": transfer.account or money_account(cooperative.company, transfer.mode_of_payment),
				"paid_amount": transfer.amount,
				"received_amount": transfer.amount,
				"source_exchange_rate": 1,
				"target_exchange_rate": 1,
				"reference_no": transfer.reference or demand.payment_reference,
				"reference_date": transfer.posting_date,
				"references": [
					{
						"reference_doctype": "Sales Invoice",
						"reference_name": open_items.invoice_name(
							cooperative, part.item, transfer.posting_date
						),
						"allocated_amount": part.amount,
					}
					for part in parts
				],
			}
		)
		host.submit_as_system(entry)  # record_payment() checked that the user may submit the demand
		return entry.name

	def credit(self, member: Member, lock: bool = False) -> float:
		return credit.OnAccount.of(member, lock).credit

	def use_credit(self, member: Member, parts: Iterable[Part]) -> None:
		cooperative = frappe.get_cached_doc("Cooperative", member.cooperative)
		for part in parts:
			invoice = open_items.invoice_name(cooperative, part.item, getdate())
			credit.OnAccount.of(member, lock=True).match("Sales Invoice", invoice, part.amount)

	def release(self, demand) -> None:
		"""The host keeps no payment on an invoice that is cancelled."""

	def find_refund(self, member: Member, transfer: Transfer) -> str | None:
		return credit.OnAccount.of(member, lock=True).find_refund(transfer)

	def refund(self, member: Member, transfer: Transfer) -> str:
		on_account = credit.OnAccount.of(member, lock=True)
		return on_account.refund(transfer, money_account(on_account.company, transfer.mode_of_payment))

	def matches(self, demand) -> list[Match]:
		return matching.matches(demand)

	def paid_by(self, payment_type: str, payment: str) -> list[Match]:
		return matching.paid_by(payment_type, payment)

	def free_of(self, payment_type: str, payment: str, demand) -> Match | None:
		return matching.free_of(payment_type, payment, frappe.get_doc("Member", demand.member), demand)

	def free_money(self, demand) -> list[Match]:
		return matching.free_money(frappe.get_doc("Member", demand.member), demand)

	def hindrance(self, match: Match) -> str | None:
		return matching.hindrance(_company_of(match), match)

	def is_closed(self, match: Match) -> bool:
		return matching.closed_on(_company_of(match), match.posting_date)

	def rematch(self, match: Match, right, correction: str) -> None:
		wrong = frappe.get_doc(match.demand_type, match.demand)
		matching.rematch(match, wrong, right, frappe.get_doc("Member", wrong.member), correction)

	def move_capital(
		self,
		transaction: ShareTransaction,
		posting_date: datetime.date,
		changes: Mapping[str, Decimal],
		owed: float,
	) -> None:
		capital.move(transaction, posting_date, changes, owed)

	def take_back_capital(self, transaction: ShareTransaction) -> None:
		capital.take_back(transaction)

	def paid_out(self, transaction: ShareTransaction) -> float:
		return capital.paid_out(transaction)

	def find_payout(self, transaction: ShareTransaction, transfer: Transfer) -> str | None:
		return capital.find_payout(transaction, transfer)

	def pay_out(self, transaction: ShareTransaction, transfer: Transfer) -> str:
		company = frappe.get_cached_value("Cooperative", transaction.cooperative, "company")
		return capital.pay_out(transaction, transfer, money_account(company, transfer.mode_of_payment))


def _company_of(match: Match) -> str:
	return frappe.db.get_value(match.payment_type, match.payment, "company")


def _price_list() -> str | None:
	"""Any one where the site has no default, as a new Dokos has none: an invoice must name one, also at a fixed price."""
	default = frappe.db.get_single_value("Selling Settings", "selling_price_list")
	return default or frappe.db.get_value("Price List", {"selling": 1, "enabled": 1})


def _link_of(demand) -> str:
	"""The field of a Sales Invoice that leads to a demand."""
	return demands.kind_of(demand).invoice_link


def _invoice_row(line: InvoiceLine, cooperative: Cooperative) -> dict:
	return {
		"item_code": _item_of(line),
		"item_name": line.title,
		"description": line.description or line.title,
		"qty": line.quantity,
		"rate": line.rate,
		"price_list_rate": line.rate,
		"income_account": line.account,
		"cost_center": _cost_center(cooperative),
	}


def _cost_center(cooperative: Cooperative) -> str | None:
	return cooperative.get("cost_center") or frappe.get_cached_value(
		"Company", cooperative.company, "cost_center"
	)


def _item_of(line: InvoiceLine) -> str:
	"""The non-stock Item that stands for a line; made at its first use, and noted where it is kept."""
	kept = line.keeps_item
	if kept and kept.get("item"):
		return kept.item
	code = service_item(line.code[:140], line.title)
	if kept:
		frappe.db.set_value(kept.doctype, kept.name, "item", code)
		frappe.clear_document_cache(kept.doctype, kept.name)
	return code


def _credit_note(invoice: str, shares: dict[int, int]) -> None:
	"""Credit so many shares of each line of a Sales Invoice, less what is credited already."""
	from erpnext.controllers.sales_and_purchase_return import make_return_doc

	credited: dict[str, float] = defaultdict(float)
	notes = frappe.get_all("Sales Invoice", {"return_against": invoice, "docstatus": 1}, pluck="name")
	for row in frappe.get_all("Sales Invoice Item", {"parent": ["in", notes]}, ["item_code", "qty"]):
		credited[row.item_code] -= row.qty
	note = make_return_doc("Sales Invoice", invoice)
	note.update({"naming_series": SERIES, "payment_schedule": []})
	for row in note.items:
		wanted = shares.get(row.idx, 0)
		done = min(wanted, credited[row.item_code])
		credited[row.item_code] -= done
		row.qty = done - wanted
	note.items = [row for row in note.items if row.qty]
	if not note.items:
		return
	if host.has_field("Sales Invoice", "update_outstanding_for_self"):
		note.update_outstanding_for_self = 0  # the note lowers the invoice, it is no credit of its own
	note.flags.by_membership = True  # as in ask
	# reduce_to_paid() checked that the user may submit the subscription
	note.flags.ignore_permissions = True
	note.insert()
	note.submit()


def without_tax(invoice) -> None:
	"""Take off what the host added on its own, in its own validation: neither share capital nor dues bear tax."""
	invoice.update({"taxes": [], "taxes_and_charges": None})
	invoice.calculate_taxes_and_totals()
	invoice.payment_schedule = []
	invoice.set_payment_schedule()


def _money_for(invoice: str) -> list[tuple[datetime.date, float]]:
	"""(posting date, amount) of the money that the Payment Ledger matches to an invoice."""
	ledger = frappe.qb.DocType("Payment Ledger Entry")
	rows = (
		frappe.qb.from_(ledger)
		.select(ledger.voucher_type, ledger.voucher_no, ledger.amount)
		.where((ledger.against_voucher_type == "Sales Invoice") & (ledger.against_voucher_no == invoice))
		.where(ledger.voucher_type.isin(["Payment Entry", "Journal Entry"]) & (ledger.delinked == 0))
		.run()
	)
	matched: dict[tuple[str, str], float] = defaultdict(float)
	for voucher_type, voucher, amount in rows:
		matched[voucher_type, voucher] -= flt(amount)
	money = []
	for (voucher_type, voucher), amount in matched.items():
		if voucher_type == "Journal Entry" and (day := matching.moved_on(voucher)):
			money.append((day, flt(amount, 2)))  # a correction's: money that came in then, moved or taken off
			continue
		share = (
			_paid_by_entry(voucher) if voucher_type == "Payment Entry" else _paid_by_journal(voucher, amount)
		)
		day = frappe.db.get_value(voucher_type, voucher, "posting_date")
		if flt(amount, 2) > 0 and share > 0:
			money.append((getdate(day), flt(amount * share, 2)))
	return money


def _paid_by_entry(payment_entry: str) -> float:
	"""Part of a Payment Entry's allocations that is money: what it books to the write-off account is not."""
	entry = frappe.db.get_value(
		"Payment Entry", payment_entry, ["docstatus", "company", "total_allocated_amount"], as_dict=True
	)
	if not entry or entry.docstatus != 1:  # taken away past the host
		return 0
	deductions = frappe.get_all("Payment Entry Deduction", {"parent": payment_entry}, ["account", "amount"])
	if not deductions:
		return 1
	write_off = frappe.get_cached_value("Company", entry.company, "write_off_account")
	written_off = sum(flt(row.amount) for row in deductions if row.account == write_off)
	allocated = flt(entry.total_allocated_amount)
	return max(0, (allocated - written_off) / allocated) if allocated else 0


def _paid_by_journal(journal_entry: str, amount: float) -> float:
	"""Part of a Journal Entry's match that is money: its debits on balance-sheet accounts other than receivables.

	A debit on an expense is a write-off; a debit on a receivable moves a debt (a credit note, another customer).
	"""
	row, account = frappe.qb.DocType("Journal Entry Account"), frappe.qb.DocType("Account")
	debits = (
		frappe.qb.from_(row)
		.join(account)
		.on(row.account == account.name)
		.select(row.debit, account.root_type, account.account_type)
		.where((row.parent == journal_entry) & (row.debit > 0))
		.run()
	)
	money = sum(
		flt(debit)
		for debit, root_type, account_type in debits
		if root_type in ("Asset", "Liability", "Equity") and account_type != "Receivable"
	)
	return min(1, money / amount) if amount > 0 else 0


def _customer_of(demand) -> str:
	return frappe.db.get_value("Member", demand.member, "customer")


def money_account(company: str, mode_of_payment: str | None) -> str:
	"""The bank or cash account that received the money. Raises a sentence when the company has none."""
	account = mode_of_payment and frappe.db.get_value(
		"Mode of Payment Account", {"parent": mode_of_payment, "company": company}, "default_account"
	)
	if not account:
		defaults = frappe.get_cached_value(
			"Company", company, ["default_bank_account", "default_cash_account"], as_dict=True
		)
		account = defaults.default_bank_account or defaults.default_cash_account
	if not account:
		banks = frappe.get_all(
			"Account", {"company": company, "is_group": 0, "account_type": "Bank"}, pluck="name", limit=1
		)
		account = banks[0] if banks else None
	if not account:
		said = _("Choose a default bank account in the company {0} first.").format(company)
		host.throw_missing(said, company, "company", company)
	return account
