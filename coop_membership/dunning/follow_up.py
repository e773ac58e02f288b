"""How a debtor is followed up: policy, kind of communication, who does it, a promise, the next action."""

from __future__ import annotations

import json

import frappe
from frappe import _

from coop_membership import host
from coop_membership.dunning import policies
from coop_membership.membership import timeline
from coop_membership.payments import requests

FIELDS = (
	"dunning_policy",
	"dunning_channel",
	"dunning_responsible",
	"dunning_promise_until",
	"dunning_next_action",
	"dunning_next_action_date",
)
OF_DOCUMENT = ("dunning_policy", "dunning_promise_until")
DEBTORS = ("Customer", "Member")
DOCUMENTS = ("Sales Invoice", *requests.DOCTYPES)


def chased_for(doc) -> tuple[str, str]:
	"""(DocType, name) of what is chased for a document: the invoice of a request that has one, else the document itself."""
	return ("Sales Invoice", doc.sales_invoice) if doc.get("sales_invoice") else (doc.doctype, doc.name)


@frappe.whitelist()
def set_follow_up(doctype: str, name: str, values: dict | str) -> None:
	"""Set dunning fields of a debtor or a document; an empty value takes one back.

	For Dunning Users, who need no right to change customers or invoices: only these fields can be set. Raises a sentence
	for a policy that does not fit the debtor's account.
	"""
	host.require("Dunning Notice", "write")
	allowed = FIELDS if doctype in DEBTORS else OF_DOCUMENT if doctype in DOCUMENTS else ()
	values = json.loads(values) if isinstance(values, str) else values
	values = {field: values[field] or None for field in allowed if field in values}
	if not values:
		frappe.throw(_("There is nothing to set."))
	doc = frappe.get_doc(*chased_for(frappe.get_doc(doctype, name)))
	if doctype in DEBTORS:
		policies.check_fits(doc, values.get("dunning_policy"))
	elif values.get("dunning_policy") and not frappe.db.exists(
		"Dunning Policy", {"name": values["dunning_policy"], "disabled": 0}
	):
		frappe.throw(_("The policy {0} is disabled or does not exist.").format(values["dunning_policy"]))
	doc.db_set(values)
	timeline.note(doc, _("Follow-up changed by {0}").format(frappe.session.user))


@frappe.whitelist()
def get_follow_up(doctype: str, name: str) -> dict:
	"""The dunning fields of a debtor or document, and the policies that fit."""
	host.require("Dunning Notice", "write")
	if doctype not in (*DEBTORS, *DOCUMENTS):
		frappe.throw(_("There is nothing to set."))
	doc = frappe.get_doc(*chased_for(frappe.get_doc(doctype, name)))
	fitting = policies.fitting_policies(doc) if doctype in DEBTORS else None
	fields = FIELDS if doctype in DEBTORS else OF_DOCUMENT
	return {"values": {field: doc.get(field) for field in fields}, "policies": fitting}
