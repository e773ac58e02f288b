"""Connections of a Customer or Sales Invoice of ERPNext and Dokos: its reminders."""

from frappe import _


def customer(data: dict) -> dict:
	return _with_reminders(data, {"Dunning Notice": "customer", "Dunning Letter": "customer"})


def sales_invoice(data: dict) -> dict:
	data.setdefault("dynamic_links", {})["document"] = ["Sales Invoice", "document_type"]
	return _with_reminders(data, {"Dunning Notice": "document"})


def _with_reminders(data: dict, fields: dict[str, str]) -> dict:
	data.setdefault("non_standard_fieldnames", {}).update(fields)
	data.setdefault("transactions", []).append({"label": _("Payment reminders"), "items": list(fields)})
	return data
