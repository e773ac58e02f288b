"""Share capital that leaves or changes its class, in ERPNext or Dokos: one Journal Entry per transaction.

Sold back, capital becomes a debt to the member on the payout account; the party is a Shareholder, the one kind of party
to whom both hosts pay from a Payable account without an invoice. A gift, and the difference to another price than the
nominal one, goes to the reserve account. What was paid out is read from the Payment Ledger, whoever entered it.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import flt, formatdate, getdate, today

from coop_membership import host
from coop_membership.accounting.in_erpnext.matching import closed_on
from coop_membership.accounting.transfer import Transfer
from coop_membership.doctypes import Cooperative, ShareTransaction
from coop_membership.prints import wording

JOURNAL = ("Journal Entry",)
PARTY = "Shareholder"


def move(
	transaction: ShareTransaction,
	posting_date: datetime.date,
	capital: Mapping[str, Decimal],
	owed: float,
) -> None:
	"""As `Books.move_capital`."""
	cooperative = frappe.get_cached_doc("Cooperative", transaction.cooperative)
	changes: dict[str, float] = defaultdict(float)
	for share_class, change in capital.items():
		changes[_capital_account(share_class, cooperative)] += float(change)
	lines = [{"account": account, "change": flt(change, 2)} for account, change in changes.items()]
	if owed:
		lines.append({**_payable(transaction, cooperative), "change": flt(owed, 2)})
	rest = flt(sum(line["change"] for line in lines), 2)
	if rest:
		lines.append({"account": _needed(cooperative, "reserve_account"), "change": -rest})
	lines = [line for line in lines if line["change"]]
	if not lines:
		return
	refuse_closed(cooperative, posting_date)
	transaction.db_set("journal_entry", _journal(transaction, cooperative, posting_date, lines))


def _capital_account(share_class: str, cooperative: Cooperative) -> str:
	own = frappe.db.get_value("Share Class", share_class, "capital_account")
	return own or _needed(cooperative, "capital_account")


def _needed(cooperative: Cooperative, field: str) -> str:
	if not cooperative.get(field):
		host.throw_missing(
			_("Please complete the accounting of {0} first: {1}.").format(
				cooperative.name, _(cooperative.meta.get_label(field))
			),
			cooperative.name,
			"cooperative",
			cooperative.name,
		)
	return cooperative.get(field)


def _payable(transaction: ShareTransaction, cooperative: Cooperative) -> dict[str, str]:
	account = _needed(cooperative, "payout_account")
	if frappe.get_cached_value("Account", account, "account_type") != "Payable":
		frappe.throw(
			_("{0}: choose an account of type Payable.").format(
				_(cooperative.meta.get_label("payout_account"))
			)
		)
	return {"account": account, "party_type": PARTY, "party": _party(transaction, cooperative)}


def _party(transaction: ShareTransaction, cooperative: Cooperative) -> str:
	"""The member's Shareholder, made at the first sell back."""
	member = frappe.db.get_value(
		"Member", transaction.member, ["shareholder", "display_name", "member_type"], as_dict=True
	)
	if member.shareholder:
		return member.shareholder
	party = frappe.get_doc(
		{
			"doctype": PARTY,
			"title": member.display_name,
			"company": cooperative.company,
			"is_company": int(member.member_type == "Organisation"),
		}
	)
	party.insert(ignore_permissions=True)  # execute() checked that the user may execute the transaction
	frappe.db.set_value("Member", transaction.member, "shareholder", party.name, update_modified=False)
	return party.name


def _journal(
	transaction: ShareTransaction, cooperative: Cooperative, day: datetime.date, lines: list[dict]
) -> str:
	"""Submit a Journal Entry; a positive `change` is a credit."""
	cost_center = cooperative.get("cost_center") or frappe.get_cached_value(
		"Company", cooperative.company, "cost_center"
	)
	journal = frappe.get_doc(
		{
			"doctype": "Journal Entry",
			"voucher_type": "Journal Entry",
			"company": cooperative.company,
			"posting_date": day,
			"user_remark": _("{0}: {1} of {2}").format(
				transaction.name, wording.shares(transaction.quantity), transaction.member_name
			),
			"accounts": [
				{
					"account": line["account"],
					"party_type": line.get("party_type"),
					"party": line.get("party"),
					"debit_in_account_currency": max(-line["change"], 0),
					"credit_in_account_currency": max(line["change"], 0),
					"cost_center": cost_center,
					"reference_type": line.get("reference_type"),
					"reference_name": line.get("reference_name"),
				}
				for line in lines
			],
		}
	)
	host.submit_as_system(journal)  # execute() and cancel() checked who may do this to the transaction
	return journal.name


def refuse_closed(cooperative: Cooperative, day: datetime.date) -> None:
	"""Raise a sentence when nothing may be booked on a day."""
	if closed_on(cooperative.company, day, JOURNAL):
		frappe.throw(
			_("The books are closed on {0}. Choose a later date, or open the period first.").format(
				formatdate(day)
			)
		)


def take_back(transaction: ShareTransaction) -> None:
	"""As `Books.take_back_capital`: the Journal Entry is cancelled; in a closed period one of today turns it round."""
	name = transaction.get("journal_entry")
	if not name or frappe.db.get_value("Journal Entry", name, "docstatus") != 1:
		return
	if paid_out(transaction) > 0:
		frappe.throw(
			_(
				"Money was paid out for this sell back. Cancel that payment first, then take the operation back."
			)
		)
	cooperative = frappe.get_cached_doc("Cooperative", transaction.cooperative)
	journal = frappe.get_doc("Journal Entry", name)
	if not closed_on(cooperative.company, journal.posting_date, JOURNAL):
		with host.as_system():  # cancel() checked that the user may cancel the transaction
			journal.flags.ignore_links = True
			journal.cancel()
		return
	refuse_closed(cooperative, getdate(today()))
	lines = [
		{
			"account": row.account,
			"party_type": row.party_type,
			"party": row.party,
			"change": flt(row.debit - row.credit, 2),
			**({"reference_type": "Journal Entry", "reference_name": name} if row.party else {}),
		}
		for row in journal.accounts
	]
	transaction.db_set("counter_entry", _journal(transaction, cooperative, getdate(today()), lines))


def paid_out(transaction: ShareTransaction) -> float:
	"""As `Books.paid_out`, whatever the treasurer used to pay: what the Payment Ledger matches to the Journal Entry."""
	name = transaction.get("journal_entry")
	if not name:
		return 0
	ledger = frappe.qb.DocType("Payment Ledger Entry")
	ours = [name, transaction.get("counter_entry") or name]
	rows = (
		frappe.qb.from_(ledger)
		.select(Sum(ledger.amount))
		.where((ledger.against_voucher_type == "Journal Entry") & (ledger.against_voucher_no == name))
		.where(ledger.voucher_no.notin(ours) & (ledger.delinked == 0))
		.run()
	)
	return flt(-flt(rows[0][0]), 2)


def pay_out(transaction: ShareTransaction, transfer: Transfer, bank: str) -> str:
	"""As `Books.pay_out`: money out of the bank against the member's claim."""
	cooperative = frappe.get_cached_doc("Cooperative", transaction.cooperative)
	claim = _payable(transaction, cooperative)
	refuse_closed(cooperative, transfer.posting_date)
	cost_center = cooperative.get("cost_center") or frappe.get_cached_value(
		"Company", cooperative.company, "cost_center"
	)
	is_cash = frappe.get_cached_value("Account", bank, "account_type") == "Cash"
	journal = frappe.get_doc(
		{
			"doctype": "Journal Entry",
			"voucher_type": "Cash Entry" if is_cash else "Bank Entry",
			"company": cooperative.company,
			"posting_date": transfer.posting_date,
			"cheque_no": transfer.reference or transaction.name,
			"cheque_date": transfer.posting_date,
			"mode_of_payment": transfer.mode_of_payment,
			"user_remark": _("Shares paid back to {0}").format(transaction.member_name),
			"accounts": [
				{
					**claim,
					"debit_in_account_currency": transfer.amount,
					"cost_center": cost_center,
					"reference_type": "Journal Entry",
					"reference_name": transaction.journal_entry,
				},
				{"account": bank, "credit_in_account_currency": transfer.amount, "cost_center": cost_center},
			],
		}
	)
	host.submit_as_system(journal)  # payouts.pay_out() checked that the user may record payments
	return journal.name


def find_payout(transaction: ShareTransaction, transfer: Transfer) -> str | None:
	"""As `Books.find_payout`."""
	row, journal = frappe.qb.DocType("Journal Entry Account"), frappe.qb.DocType("Journal Entry")
	found = (
		frappe.qb.from_(row)
		.join(journal)
		.on(row.parent == journal.name)
		.select(journal.name, journal.posting_date)
		.select(journal.cheque_no.as_("reference"), row.debit.as_("amount"))
		.where(
			(row.reference_type == "Journal Entry") & (row.reference_name == transaction.get("journal_entry"))
		)
		.where(journal.docstatus == 1)
		.run(as_dict=True)
	)
	return next((row.name for row in found if transfer.is_again(row)), None)
