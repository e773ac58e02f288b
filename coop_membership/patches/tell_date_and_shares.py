"""Requests of before their date and number of shares had a column of their own."""

import frappe
from frappe.utils import getdate


def execute() -> None:
	shares = {}
	lines = {"parenttype": "Membership Application", "parentfield": "shares"}
	for row in frappe.get_all("Share Line", lines, ["parent", "quantity"]):
		shares[row.parent] = shares.get(row.parent, 0) + row.quantity
	for row in frappe.get_all(
		"Membership Application", {"requested_on": ["is", "not set"]}, ["name", "creation"]
	):
		values = {"requested_on": getdate(row.creation), "total_shares": shares.get(row.name, 0)}
		frappe.db.set_value("Membership Application", row.name, values, update_modified=False)
