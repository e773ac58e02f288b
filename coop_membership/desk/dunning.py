"""What the desk asks about reminders: history, follow-up, states, sending. Whitelisted, checked, then a service."""

from __future__ import annotations

import json

import frappe
from frappe import _

from coop_membership import host
from coop_membership.accounting.choice import chased_for, document_types
from coop_membership.dunning import policies
from coop_membership.dunning.letters import delivery
from coop_membership.dunning.letters.delivery import refresh
from coop_membership.dunning.letters.sending import send
from coop_membership.dunning.names import NOTICE
from coop_membership.dunning.notices import names_of, set_state
from coop_membership.dunning.policies import fitting_policies
from coop_membership.messages import timeline


@frappe.whitelist()
def refresh_states() -> int:
	"""What the list view asks for when it opens: the states as they are now."""
	host.require(NOTICE, "read")
	return refresh()


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


@frappe.whitelist()
def set_follow_up(doctype: str, name: str, values: dict | str) -> None:
	"""Set dunning fields of a debtor or a document; an empty value takes one back.

	For Dunning Users, who need no right to change customers or invoices: only these fields can be set. Raises a sentence
	for a policy that does not fit the debtor's account.
	"""
	host.require(NOTICE, "write")
	allowed = FIELDS if doctype in DEBTORS else OF_DOCUMENT if doctype in document_types() else ()
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
	host.require(NOTICE, "write")
	if doctype not in (*DEBTORS, *document_types()):
		frappe.throw(_("There is nothing to set."))
	doc = frappe.get_doc(*chased_for(frappe.get_doc(doctype, name)))
	fitting = policies.fitting_policies(doc) if doctype in DEBTORS else None
	fields = FIELDS if doctype in DEBTORS else OF_DOCUMENT
	return {"values": {field: doc.get(field) for field in fields}, "policies": fitting}


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
def history(doctype: str, name: str) -> list[dict]:
	"""The reminders of an invoice, a request, a customer or a member, newest first; states as they are now."""
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	host.require(NOTICE, "read")
	doctype, name = chased_for(doc)
	mine = {"document_type": doctype, "document": name}
	if doctype == "Customer":
		mine = {"party_type": doctype, "party": name}
	elif doctype == "Member":
		mine = {"member": name}
	letters = frappe.get_all(NOTICE, {**mine, "letter": ["is", "set"]}, pluck="letter")
	delivery.refresh(letters)
	return frappe.get_all(NOTICE, mine, COLUMNS, order_by="control_date desc, creation desc", limit=SHOWN)


@frappe.whitelist()
def send_notices(notices: list[str] | str) -> dict:
	"""The list view's “Send”: `send` for the rows that are ticked."""

	return send(names_of(notices))


@frappe.whitelist()
def change_state(notices: list[str] | str, state: str) -> int:
	"""The list view's “Change the state”: `set_state` for the rows that are ticked."""
	return set_state(names_of(notices), state)


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def search_fitting(doctype, txt, searchfield, start, page_len, filters):
	"""The picker of a party's policy: those that fit, and no other."""
	party = frappe.get_doc(filters["party_type"], filters["party"])
	party.check_permission("read")
	return [[name] for name in fitting_policies(party) if (txt or "").lower() in name.lower()]
