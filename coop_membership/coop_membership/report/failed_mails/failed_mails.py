"""Mails that reached nobody: from the document they are about they can be sent again."""

from __future__ import annotations

from frappe import _

from coop_membership import host
from coop_membership.messages import failed


def execute(filters=None):
	host.require("Member", "report")
	rows = [
		{**row, "mail": _(row.event, context="Cooperative Email"), "kind": _(row.doctype), "mails": 1}
		for row in failed.readable()
	]
	return _columns(), rows


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
