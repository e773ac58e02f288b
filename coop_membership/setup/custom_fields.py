"""Fields that the app adds to other DocTypes, and to its own where ERPNext or Dokos is present.

One function, called at install and on migrate (so that installing ERPNext later adds what is missing) and, for their
names, at uninstall.
"""

from __future__ import annotations

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from coop_membership import host
from coop_membership.accounting import demands
from coop_membership.setup import dunning_fields

IN_BOOKS = {"depends_on": "eval:doc.accounting=='In ERPNext'", "allow_in_quick_entry": 1}
WITH_SHARES = "eval:doc.accounting=='In ERPNext' && doc.kind!='Association (dues)'"
WRITTEN_BY_US = {"search_index": 1, "no_copy": 1, "read_only": 1, "allow_on_submit": 1}


def get_custom_fields() -> dict[str, list[dict]]:
	"""{DocType: fields}; labels are translated where they are shown, so they stay in English here."""
	if not host.has_erpnext():
		return {}
	own = {
		"Cooperative": [
			_section(
				"books_section", "Books in ERPNext", "bic", depends_on="eval:doc.accounting=='In ERPNext'"
			),
			_link("company", "Company", "Company", "books_section", **IN_BOOKS),
			_link("cost_center", "Cost center", "Cost Center", "company"),
			_column("books_column", "cost_center"),
			_link(
				"receivable_account",
				"Receivable account of subscribers",
				"Account",
				"books_column",
				description="Debited when members are asked for money, apart from ordinary customers",
				**IN_BOOKS,
			),
			_link(
				"capital_account",
				"Capital account",
				"Account",
				"receivable_account",
				depends_on=WITH_SHARES,
				allow_in_quick_entry=1,
			),
			_link(
				"payout_account",
				"Account for paying members back",
				"Account",
				"capital_account",
				description="Credited when shares are bought back, until the money is paid out",
				depends_on=WITH_SHARES,
			),
			_link(
				"reserve_account",
				"Reserve account",
				"Account",
				"payout_account",
				description="Takes shares given to the cooperative, and the difference to another price than the nominal one",
				depends_on=WITH_SHARES,
			),
		],
		"Share Class": [
			_section("books_section", "Books in ERPNext", "certificate_template"),
			_link(
				"item",
				"Item",
				"Item",
				"books_section",
				description="Made at the first subscription when empty",
			),
			_column("books_column", "item"),
			_link(
				"capital_account",
				"Capital account",
				"Account",
				"books_column",
				description="Used instead of the cooperative's capital account",
			),
		],
		"Member": [
			_link("customer", "Customer", "Customer", "user", search_index=1, no_copy=1, read_only=1),
			_link("shareholder", "Shareholder", "Shareholder", "customer", no_copy=1, read_only=1),
		],
		"Share Transaction": [
			_link("journal_entry", "Journal Entry", "Journal Entry", "paid_out_amount", **WRITTEN_BY_US),
			_link("counter_entry", "Counter-entry", "Journal Entry", "journal_entry", **WRITTEN_BY_US),
		],
		**{doctype: [_invoice_link()] for doctype in demands.doctypes()},
		"Membership Plan": [
			_section("books_section", "Books in ERPNext", "disabled"),
			_link(
				"income_account",
				"Income account",
				"Account",
				"books_section",
				description="Empty: the company's own default",
			),
		],
		"Activity": [
			_link(
				"income_account",
				"Income account",
				"Account",
				"free_on_plan",
				description="Empty: the company's own default",
			),
		],
		"Sales Invoice": [
			_link_back(kind.invoice_link, kind.title, doctype) for doctype, kind in demands.kinds().items()
		],
		"Journal Entry": [
			_link(
				"payment_correction",
				"Payment correction",
				"Payment Correction",
				"user_remark",
				search_index=1,
				read_only=1,
				no_copy=1,
				print_hide=1,
				depends_on="payment_correction",
			)
		],
	}
	if host.has_field("Item", "enable_item_booking"):
		own["Equipment"] = [
			_link(
				"booking_item",
				"Booked as this item",
				"Item",
				"days_ahead",
				description="Then it is booked on the pages of Dokos, by those who may use it",
			),
		]
	for doctype, fields in dunning_fields.get_custom_fields().items():
		own.setdefault(doctype, []).extend(fields)
	return own


def _link(fieldname: str, label: str, options: str, insert_after: str, **more) -> dict:
	return {
		"fieldname": fieldname,
		"fieldtype": "Link",
		"label": label,
		"options": options,
		"insert_after": insert_after,
		"module": "Coop Membership",
		**more,
	}


def _invoice_link() -> dict:
	more = {"search_index": 1, "no_copy": 1, "read_only": 1, "allow_on_submit": 1}
	return _link("sales_invoice", "Sales Invoice", "Sales Invoice", "outstanding_amount", **more)


def _link_back(fieldname: str, label: str, options: str) -> dict:
	more = {"search_index": 1, "read_only": 1, "print_hide": 1, "depends_on": fieldname}
	return _link(fieldname, label, options, "customer", **more)


def _section(fieldname: str, label: str, insert_after: str, **more) -> dict:
	return {
		"fieldname": fieldname,
		"fieldtype": "Section Break",
		"label": label,
		"insert_after": insert_after,
		"module": "Coop Membership",
		**more,
	}


def _column(fieldname: str, insert_after: str) -> dict:
	return {
		"fieldname": fieldname,
		"fieldtype": "Column Break",
		"insert_after": insert_after,
		"module": "Coop Membership",
	}


def add() -> None:
	create_custom_fields(get_custom_fields(), ignore_validate=True)


def remove() -> None:
	for doctype, fields in get_custom_fields().items():
		for field in fields:
			frappe.db.delete("Custom Field", {"dt": doctype, "fieldname": field["fieldname"]})
		frappe.clear_cache(doctype=doctype)
