"""What this site can do. Capabilities are looked up, never versions; only `accounting/` and this module may ask."""

import frappe


def has_erpnext() -> bool:
	"""True where customers, invoices and ledgers exist: ERPNext or Dokos is installed on this site."""
	return "erpnext" in frappe.get_installed_apps() and bool(frappe.db.exists("DocType", "Sales Invoice"))


def has_doctype(doctype: str) -> bool:
	return bool(frappe.db.exists("DocType", doctype))


def has_field(doctype: str, fieldname: str) -> bool:
	"""True when the DocType exists here and has that field, of its own or as a custom field."""
	return has_doctype(doctype) and frappe.get_meta(doctype).has_field(fieldname)


def after_commit(method: str, **kwargs) -> None:
	"""Run a dotted function in the background once the present transaction is saved, never before.

	Only arguments that both Frappe 15 and Dodock 3 know: `job_id` and `deduplicate` would reach the function there.
	"""
	frappe.enqueue(method, queue="short", enqueue_after_commit=True, **kwargs)
