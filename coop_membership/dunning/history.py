"""The reminders of a document or a debtor, for the tab on its form."""

from __future__ import annotations

import frappe

from coop_membership import host
from coop_membership.dunning import delivery, follow_up
from coop_membership.dunning.receivables import NOTICE

COLUMNS = [
	"name",
	"control_date",
	"level",
	"level_title",
	"state",
	"state_reason",
	"channel",
	"balance",
	"currency",
	"policy",
	"document_type",
	"document",
	"letter",
	"sent_on",
]
SHOWN = 100


@frappe.whitelist()
def of(doctype: str, name: str) -> list[dict]:
	"""The reminders of an invoice, a request, a customer or a member, newest first; states as they are now."""
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	host.require(NOTICE, "read")
	doctype, name = follow_up.chased_for(doc)
	mine = {"document_type": doctype, "document": name}
	if doctype == "Customer":
		mine = {"party_type": doctype, "party": name}
	elif doctype == "Member":
		mine = {"member": name}
	letters = frappe.get_all(NOTICE, {**mine, "letter": ["is", "set"]}, pluck="letter")
	delivery.refresh(letters)
	return frappe.get_all(NOTICE, mine, COLUMNS, order_by="control_date desc, creation desc", limit=SHOWN)
