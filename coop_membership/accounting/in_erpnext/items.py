"""Items and groups of the host that our documents need, made or found."""

from __future__ import annotations

import frappe


def service_item(code: str, title: str) -> str:
	"""The non-stock Item of this code, made when it does not exist; returns the code."""
	if frappe.db.exists("Item", code):
		return code
	item = frappe.get_doc(
		{
			"doctype": "Item",
			"item_code": code,
			"item_name": title[:140],
			"description": title,
			"item_group": leaf("Item Group", "item_group"),
			"stock_uom": frappe.db.get_single_value("Stock Settings", "stock_uom")
			or frappe.get_all("UOM", pluck="name", limit=1)[0],
			"is_stock_item": 0,
			"is_purchase_item": 0,
			"is_sales_item": 1,
			"include_item_in_manufacturing": 0,
		}
	)
	try:
		item.insert(ignore_permissions=True)  # as in InErpnext.welcome
	except frappe.DuplicateEntryError as made:
		# by somebody else at this moment: what we read is from before, so the action begins anew (`jobs.again`)
		raise frappe.QueryDeadlockError(code) from made
	return code


def leaf(doctype: str, default: str) -> str:
	"""A customer group, territory or item group that may be used: the site's default, else the first leaf.

	Their names are translated when a site is set up, so none can be written here.
	"""
	settings = {
		"customer_group": "Selling Settings",
		"territory": "Selling Settings",
		"item_group": "Stock Settings",
	}
	chosen = frappe.db.get_single_value(settings[default], default) or frappe.db.get_default(default)
	if chosen and not frappe.db.get_value(doctype, chosen, "is_group"):
		return chosen
	leaves = frappe.get_all(doctype, {"is_group": 0}, pluck="name", order_by="lft", limit=1)
	return leaves[0] if leaves else chosen
