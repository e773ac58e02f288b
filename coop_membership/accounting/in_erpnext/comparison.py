"""Do the capital accounts say what the register says? On any day, account by account."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import flt, getdate

from coop_membership import host
from coop_membership.accounting.books import IN_ERPNEXT
from coop_membership.doctypes import Cooperative
from coop_membership.register import registers
from coop_membership.register.integrity import Finding
from coop_membership.register.ledger import ENTRY, OPENING

SUBSCRIPTION = "Share Subscription"


@dataclass(frozen=True)
class Compared:
	"""One capital account on a day, in the company's currency.

	`register`: {(cooperative, share class): value in the register}. `called` is asked for by invoices whose shares are
	not in the register yet: it stands in the account as soon as it is asked for. `balance` is the account's credit.
	`opening` is what the register's opening entries brought along, whose capital the treasurer books apart.
	"""

	account: str
	register: dict[tuple[str, str], float]
	called: float
	balance: float
	opening: float = 0

	@property
	def difference(self) -> float:
		return flt(self.balance - self.called - sum(self.register.values()), 2)

	@property
	def awaits_opening(self) -> bool:
		"""True while all that differs is what came along with the register: the opening balance is not booked yet."""
		return bool(self.opening) and self.difference == -self.opening

	@property
	def is_shared(self) -> bool:
		"""True when several cooperatives keep their capital in this account."""
		return len({cooperative for cooperative, _class in self.register}) > 1


def compare(cooperative: Cooperative, on_date: datetime.date | str | None = None) -> list[Compared]:
	"""The capital accounts of a cooperative with books in ERPNext, at the end of `on_date` (None: today).

	An account that other cooperatives of the company use too is compared with the registers of all of them.
	"""
	day = getdate(on_date)
	accounts = _accounts(cooperative.company)
	ours = {account for (name, _class), account in accounts.items() if name == cooperative.name}
	register = _register(accounts, ours, day)
	return [
		Compared(
			account,
			register[account],
			flt(_invoiced(account, day) - _issued(list(register[account]), day), 2),
			_balance(account, day),
			_opened(list(register[account]), day),
		)
		for account in sorted(ours)
	]


def _accounts(company: str) -> dict[tuple[str, str], str]:
	"""{(cooperative, share class): capital account} of all cooperatives in one company's books."""
	found = {}
	for name in frappe.get_all("Cooperative", {"company": company, "accounting": IN_ERPNEXT}, pluck="name"):
		fallback = frappe.get_cached_value("Cooperative", name, "capital_account")
		for row in frappe.get_all("Share Class", {"cooperative": name}, ["name", "capital_account"]):
			if account := row.capital_account or fallback:
				found[name, row.name] = account
	return found


def _register(accounts: dict, ours: set[str], day: datetime.date) -> dict[str, dict]:
	values: dict[str, dict] = defaultdict(dict)
	by_class: dict[str, dict[str, float]] = {}
	for (name, share_class), account in accounts.items():
		if account not in ours:
			continue
		if name not in by_class:
			by_class[name] = _by_class(name, day)
		values[account][name, share_class] = flt(by_class[name].get(share_class), 2)
	return values


def _by_class(cooperative: str, day: datetime.date) -> dict[str, float]:
	values: dict[str, float] = defaultdict(float)
	for classes in registers.held(cooperative, day).values():
		for share_class, holding in classes.items():
			values[share_class] += float(holding.value)
	return values


def _invoiced(account: str, day: datetime.date) -> float:
	"""What invoices of Share Subscriptions, less their credit notes, have put into the account."""
	invoice, item = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Sales Invoice Item")
	rows = (
		frappe.qb.from_(item)
		.join(invoice)
		.on(item.parent == invoice.name)
		.select(Sum(item.base_net_amount))
		.where((item.income_account == account) & (invoice.docstatus == 1) & (invoice.posting_date <= day))
		.where(invoice.share_subscription.isnotnull() & (invoice.share_subscription != ""))
		.run()
	)
	return flt(rows[0][0])


def _issued(classes: list[tuple[str, str]], day: datetime.date) -> float:
	"""What Share Subscriptions have brought into the register, less what was taken back."""
	entry = frappe.qb.DocType(ENTRY)
	by_type = _amounts(classes, (entry.reference_doctype == SUBSCRIPTION) & (entry.effective_date <= day))
	return sum(amount * (-1 if kind == "Reversal" else 1) for kind, amount in by_type.items())


def _opened(classes: list[tuple[str, str]], day: datetime.date) -> float:
	"""What the register's opening entries brought along: shares that came in, less those that went out again."""
	entry = frappe.qb.DocType(ENTRY)
	opening = (entry.entry_type == OPENING) & (entry.effective_date <= day)

	def of(member) -> float:
		return sum(_amounts(classes, opening & member.isnotnull() & (member != "")).values())

	return flt(of(entry.to_member) - of(entry.from_member), 2)


def _amounts(classes: list[tuple[str, str]], criterion) -> dict[str, float]:
	"""{entry type: amount} of the register entries of some classes that meet a criterion."""
	entry = frappe.qb.DocType(ENTRY)
	rows = (
		frappe.qb.from_(entry)
		.select(entry.entry_type, Sum(entry.amount))
		.where(
			entry.share_class.isin([share_class for _cooperative, share_class in classes] or [host.NOTHING])
		)
		.where(criterion)
		.groupby(entry.entry_type)
		.run()
	)
	return {kind: flt(amount) for kind, amount in rows}


def _balance(account: str, day: datetime.date) -> float:
	ledger = frappe.qb.DocType("GL Entry")
	rows = (
		frappe.qb.from_(ledger)
		.select(Sum(ledger.credit), Sum(ledger.debit))
		.where((ledger.account == account) & (ledger.is_cancelled == 0) & (ledger.posting_date <= day))
		.run()
	)
	return flt(flt(rows[0][0]) - flt(rows[0][1]), 2)


def findings(cooperative: str) -> Iterator[Finding]:
	"""For the register's own check: capital accounts that say something else today.

	An account of several cooperatives is left to the report, which shows them side by side; so is a register that moved
	in while its opening balance is not booked.
	"""
	doc = frappe.get_cached_doc("Cooperative", cooperative)
	if doc.accounting != IN_ERPNEXT or not doc.get("company"):
		return
	for compared in compare(doc):
		if compared.difference and not compared.is_shared and not compared.awaits_opening:
			yield Finding(
				"capital_account",
				cooperative,
				_("The account {0} says {1}, the register {2}: see the report Capital Accounts.").format(
					compared.account,
					frappe.utils.fmt_money(compared.balance, currency=doc.currency),
					frappe.utils.fmt_money(
						sum(compared.register.values()) + compared.called, currency=doc.currency
					),
				),
				"Account",
				compared.account,
			)
