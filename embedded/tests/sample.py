"""A DocType of the usual kinds of fields, made on the test site."""

import frappe

PERMISSIONS = [
	{"role": "System Manager", "read": 1, "write": 1, "create": 1, "submit": 1, "cancel": 1, "delete": 1}
]


def make_doctypes() -> None:
	"""Make `Sample` and its child table, once per site."""
	if frappe.db.exists("DocType", "Sample"):
		return
	line = [
		{"fieldname": "item", "fieldtype": "Data", "in_list_view": 1},
		{"fieldname": "amount", "fieldtype": "Currency", "in_list_view": 1},
	]
	fields = [
		{"fieldname": "naming_series", "fieldtype": "Select", "options": "SMP-.####", "default": "SMP-.####"},
		{"fieldname": "title", "fieldtype": "Data", "reqd": 1},
		{"fieldname": "code", "fieldtype": "Data", "unique": 1},
		{"fieldname": "day", "fieldtype": "Date", "default": "Today"},
		{"fieldname": "moment", "fieldtype": "Datetime"},
		{"fieldname": "amount", "fieldtype": "Currency"},
		{"fieldname": "number", "fieldtype": "Int"},
		{"fieldname": "contact", "fieldtype": "Link", "options": "Contact"},
		{"fieldname": "lines", "fieldtype": "Table", "options": "Sample Line"},
	]
	for name, values in (
		("Sample Line", {"fields": line, "istable": 1}),
		(
			"Sample",
			{"fields": fields, "autoname": "naming_series:", "is_submittable": 1, "permissions": PERMISSIONS},
		),
	):
		for number, field in enumerate(values["fields"]):
			field.setdefault("label", field["fieldname"].title())
			field["idx"] = number + 1
		frappe.get_doc(
			{"doctype": "DocType", "name": name, "module": "Custom", "custom": 1, **values}
		).insert()
	frappe.db.commit()


def make(**values):
	"""Insert a Sample."""
	return frappe.get_doc({"doctype": "Sample", "title": "A sample", **values}).insert()
