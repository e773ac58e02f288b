"""What a member has still to pay with books in ERPNext or Dokos: invoices of demands and of reminder fees, and fees
that are only asked for.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import frappe
from frappe.utils import flt, getdate

from coop_membership.accounting import demands, fees
from coop_membership.accounting.in_erpnext import receivables
from coop_membership.accounting.open_items import Key, OpenItem
from coop_membership.doctypes import Cooperative, Member

INVOICE = "Sales Invoice"


def invoice_of(demand_type: str, name: str) -> frappe._dict | None:
	"""The invoice that asks for a demand's money now; None when it is cancelled."""
	return frappe.db.get_value(
		INVOICE,
		{demands.kinds()[demand_type].invoice_link: name, "docstatus": 1, "is_return": 0},
		["name", "outstanding_amount", "customer", "debit_to", "due_date"],
		as_dict=True,
	)


def of(member: Member, on: datetime.date, named: Key | None) -> list[OpenItem]:
	"""As `Books.open_items`: on the account of what is named, else on the cooperative's own, so that one payment pays all."""
	cooperative = frappe.get_cached_doc("Cooperative", member.cooperative)
	first = named and invoice_of(*named)
	account = first.debit_to if first else cooperative.receivable_account
	customer = first.customer if first else member.get("customer")
	if not customer:
		return []
	found = []
	for key in _waiting(member, named):
		invoice = invoice_of(*key)
		if not invoice or (invoice.customer, invoice.debit_to) != (customer, account):
			continue
		if flt(invoice.outstanding_amount, 2) > 0:
			found.append(OpenItem(*key, flt(invoice.outstanding_amount, 2), getdate(invoice.due_date)))
	open_keys = {item.key for item in found} | ({named} if named else set())
	return found + _booked_fees(customer, account, on) + _asked_fees(cooperative, customer, on, open_keys)


def _waiting(member: Member, named: Key | None) -> list[Key]:
	keys = [(doctype, row.name) for doctype, row in demands.due_of(member.name)]
	return keys if not named or named in keys else [*keys, named]


def _booked_fees(customer: str, account: str, on: datetime.date) -> list[OpenItem]:
	table = frappe.qb.DocType(INVOICE)
	rows = (
		frappe.qb.from_(table)
		.select(table.name, table.outstanding_amount, table.due_date, table.dunning_letter)
		.where((table.customer == customer) & (table.debit_to == account) & (table.docstatus == 1))
		.where((table.outstanding_amount > 0) & (table.posting_date <= on) & (table.dunning_letter != ""))
		.orderby(table.creation, order=frappe.qb.desc)
		.run(as_dict=True)
	)
	documents = fees.documents_of(row.dunning_letter for row in rows)
	return [
		OpenItem(
			INVOICE,
			row.name,
			flt(row.outstanding_amount, 2),
			getdate(row.due_date),
			_demands_behind(documents[row.dunning_letter]),
		)
		for row in rows
	]


def _asked_fees(
	cooperative: Cooperative, customer: str, on: datetime.date, open_keys: set[Key]
) -> list[OpenItem]:
	found = []
	for fee in fees.asked(cooperative.name, "Customer", customer, on):
		about = _demands_behind(fee.documents)
		if open_keys.intersection(about):
			found.append(OpenItem(fees.LETTER, fee.letter, fee.open, fee.day, about, is_booked=False))
	return found


def _demands_behind(documents: Iterable[Key]) -> tuple[Key, ...]:
	"""The demands that invoices ask for; other invoices of the host are none."""
	links = [kind.invoice_link for kind in demands.kinds().values()]
	rows = (
		frappe.db.get_value(doctype, name, links, as_dict=True)
		for doctype, name in documents
		if doctype == INVOICE
	)
	found = (demands.linked_from(row) for row in rows if row)
	return tuple(key for key in found if key)


def invoice_name(cooperative: Cooperative, item: OpenItem, on: datetime.date) -> str:
	"""The Sales Invoice by which an item is paid; a fee that was only asked for is booked now that its money is here."""
	if not item.is_booked:
		letter = frappe.get_doc(fees.LETTER, item.document)
		name = receivables.Invoices(cooperative).book_fee(letter, on)
		letter.db_set({"fee_document_type": INVOICE, "fee_document": name})
		return name
	return item.document if item.document_type == INVOICE else invoice_of(*item.key).name
