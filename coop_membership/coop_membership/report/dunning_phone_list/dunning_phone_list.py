"""Who is to be called: the letters of the phone channel that wait, with number, amount and who follows up."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host
from coop_membership.desk import tables
from coop_membership.messages.outcome import SENT


@tables.report(lambda: _nobody())
def execute(filters=None):
	filters = frappe._dict(filters or {})
	host.require("Dunning Letter", "read")
	wanted = {"to_call": 1, "state": ["!=", SENT]}
	for field in ("run", "cooperative"):
		if filters.get(field):
			wanted[field] = filters[field]
	columns = [
		column["fieldname"]
		for column in _columns()
		if column["fieldname"] not in ("responsible", "documents")
	]
	rows = frappe.get_all("Dunning Letter", wanted, columns, order_by="level desc, total_due desc")
	notices = frappe.get_all(
		"Dunning Notice",
		{"letter": ["in", [row.name for row in rows] or [host.NOTHING]]},
		["letter", "document", "responsible"],
	)
	for row in rows:
		mine = [notice for notice in notices if notice.letter == row.name]
		row.documents = ", ".join(notice.document for notice in mine)
		row.responsible = next((notice.responsible for notice in mine if notice.responsible), None)
	return _columns(), rows


def _nobody() -> str:
	return tables.sentence(
		_("Nobody is to be called. Calls come from a run whose policy has a level by phone."),
		host.leads_to(_("Runs"), "dunning-run"),
		host.leads_to(_("Policies"), "dunning-policy"),
	)


def _columns() -> list[dict]:
	return [
		{"fieldname": "party_name", "label": _("Debtor"), "fieldtype": "Data", "width": 200},
		{"fieldname": "phone", "label": _("Phone"), "fieldtype": "Data", "width": 150},
		{"fieldname": "level", "label": _("Level"), "fieldtype": "Int", "width": 85},
		{
			"fieldname": "total_due",
			"label": _("Total due"),
			"fieldtype": "Currency",
			"options": "currency",
			"width": 120,
		},
		{"fieldname": "documents", "label": _("Documents"), "fieldtype": "Data", "width": 200},
		{
			"fieldname": "responsible",
			"label": _("Follow-up by"),
			"fieldtype": "Data",
			"width": 160,
		},
		{
			"fieldname": "name",
			"label": _("Letter"),
			"fieldtype": "Link",
			"options": "Dunning Letter",
			"width": 150,
		},
		{
			"fieldname": "currency",
			"label": _("Currency"),
			"fieldtype": "Data",  # no Link: few may read the hosts' currencies
			"width": 80,
		},
	]
