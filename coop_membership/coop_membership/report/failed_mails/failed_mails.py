"""Mails that reached nobody: from the document they are about they can be sent again."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host
from coop_membership.desk import tables
from coop_membership.messages import failed


@tables.report(lambda: _none())
def execute(filters=None):
	host.require("Member", "report")
	rows = [
		{**row, "mail": _(row.event, context="Cooperative Email"), "kind": _(row.doctype), "mails": 1}
		for row in failed.readable()
	]
	return _columns(), rows


def _none() -> str:
	return tables.sentence(
		_(
			"Every e-mail has left. One that reaches nobody would stand here, and be sent again from its document."
		),
		host.leads_to(_("Look at the e-mails"), "query-report", "Look at the e-mails")
		if frappe.has_permission("Cooperative", "write")
		else "",
	)


def _columns() -> list[dict]:
	return [
		{"fieldname": "failed_on", "label": _("Written on"), "fieldtype": "Datetime", "width": 160},
		{"fieldname": "mail", "label": _("Mail"), "fieldtype": "Data", "width": 200},
		{"fieldname": "recipients", "label": _("Recipients"), "fieldtype": "Data", "width": 220},
		{"fieldname": "kind", "label": _("Document type"), "fieldtype": "Data", "width": 170},
		{
			"fieldname": "document",
			"label": _("Document"),
			"fieldtype": "Dynamic Link",
			"options": "doctype",
			"width": 170,
		},
		{"fieldname": "reason", "label": _("Reason"), "fieldtype": "Data", "width": 320},
		{"fieldname": "mails", "label": _("Mails"), "fieldtype": "Int", "width": 80},
	]
