"""What the register's own check asks about Share Transactions: each executed one stands in the register, and no other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import frappe
from frappe import _
from frappe.utils import flt

from coop_membership.accounting.choice import books_of
from coop_membership.register import ledger
from coop_membership.register.integrity import LISTED, Finding
from coop_membership.shares.demand import SUBSCRIPTION
from coop_membership.shares.transactions import EXECUTED, TRANSACTION
from coop_membership.states.demands import PAID


def findings(cooperative: str) -> Iterator[Finding]:
	"""Transactions of a cooperative that differ from the register."""
	entry = frappe.qb.DocType(ledger.ENTRY)
	rows = (
		frappe.qb.from_(entry)
		.select(*[entry[field] for field in ledger.FIELDS])
		.where((entry.cooperative == cooperative) & (entry.reference_doctype == TRANSACTION))
		.orderby(entry.number)
		.run(as_dict=True)
	)
	moved: dict[str, list] = defaultdict(list)
	for row in ledger.in_force(rows):
		moved[row.reference].append(row)
	found = 0
	for doc in frappe.get_all(
		TRANSACTION,
		{"cooperative": cooperative, "docstatus": [">", 0]},
		[
			"name",
			"status",
			"transaction_type",
			"member",
			"receiver",
			"share_class",
			"quantity",
			"to_quantity",
		],
		order_by="name",
	):
		sentence = _what_is_wrong(doc, moved.get(doc.name, []))
		if sentence and found < LISTED:
			found += 1
			yield Finding("transaction", cooperative, sentence.format(doc.name), TRANSACTION, doc.name)


def unpaid(cooperative: str) -> Iterator[Finding]:
	"""Requests that are paid, says the register, while the books don't show the money: a payment is gone or cancelled."""
	paid = {"cooperative": cooperative, "docstatus": 1, "status": PAID}
	rows = frappe.get_all(SUBSCRIPTION, paid, ["name", "amount"], order_by="name")
	books = books_of(frappe.get_cached_doc("Cooperative", cooperative))
	found = 0
	for name in books.in_doubt(SUBSCRIPTION, {row.name: flt(row.amount) for row in rows}):
		if found == LISTED:
			return
		subscription = frappe.get_doc(SUBSCRIPTION, name)
		money = books.paid(subscription)
		if money.withdrawn or flt(money.amount, 2) < flt(subscription.amount, 2):
			found += 1
			yield Finding(
				"books",
				cooperative,
				_(
					"Capital release request {0} is paid, but the books show {1} of {2}. Bring its payment back, or correct "
					"the match."
				).format(name, flt(money.amount, 2), flt(subscription.amount, 2)),
				SUBSCRIPTION,
				name,
			)


def _what_is_wrong(doc: frappe._dict, entries: list[frappe._dict]) -> str | None:
	if doc.status != EXECUTED:
		return (
			_("Operation {0} is not executed, but its shares have moved in the register.")
			if entries
			else None
		)
	if not entries:
		return _(
			"Operation {0} is executed, but the register does not show it. Cancel it and enter it again."
		)
	receiver = doc.receiver if doc.transaction_type == "Transfer" else None
	said = (
		doc.quantity,
		doc.to_quantity or 0,
		{(doc.transaction_type, doc.member, receiver or "", doc.share_class)},
	)
	shown = (
		sum(row.quantity for row in entries),
		sum(row.to_quantity or 0 for row in entries),
		{(row.entry_type, row.from_member, row.to_member or "", row.share_class) for row in entries},
	)
	return _("Operation {0} and its register entries differ.") if said != shown else None
