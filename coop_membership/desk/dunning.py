"""What the desk asks about reminders: history, follow-up, states, sending. Whitelisted, checked, then a service."""

from __future__ import annotations

from dataclasses import asdict

import frappe
from frappe import _

from coop_membership import actions, host
from coop_membership.accounting.choice import chased_for, document_types, sources_of
from coop_membership.actions import names_of
from coop_membership.dunning import policies
from coop_membership.dunning.letters import delivery
from coop_membership.dunning.letters.delivery import refresh
from coop_membership.dunning.letters.sending import send
from coop_membership.dunning.names import DUNNING_LETTER, NOTICE
from coop_membership.dunning.notices import set_state
from coop_membership.dunning.policies import fitting_policies
from coop_membership.messages import timeline
from coop_membership.values import phones


@actions.of_site(NOTICE)
def refresh_states() -> int:
	"""What the list view asks for when it opens: the states as they are now."""
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


@actions.of_site(NOTICE, "write")
def set_follow_up(doctype: str, name: str, values: dict | str) -> None:
	"""Set dunning fields of a debtor or a document; an empty value takes one back.

	For Dunning Users, who need no right to change customers or invoices: only these fields can be set. Raises a sentence
	for a policy that does not fit the debtor's account.
	"""
	doc = _chased(doctype, name)
	allowed = FIELDS if doctype in DEBTORS else OF_DOCUMENT
	values = {field: values[field] or None for field in allowed if field in values}
	if not values or not all(isinstance(value, str | None) for value in values.values()):
		frappe.throw(_("There is nothing to set."))
	if doctype in DEBTORS:
		policies.check_fits(doc, values.get("dunning_policy"))
	elif values.get("dunning_policy") and not frappe.db.exists(
		"Dunning Policy", {"name": values["dunning_policy"], "disabled": 0}
	):
		frappe.throw(_("The policy {0} is disabled or does not exist.").format(values["dunning_policy"]))
	doc.db_set(values)
	timeline.note(doc, _("Follow-up changed by {0}").format(frappe.session.user))


def _chased(doctype: str, name: str):
	"""What is chased for a document, by its name. Raises when there is none, or when User Permissions keep it away.

	Who may write reminders needs no right on invoices, customers or members: only dunning fields are read and set.
	"""
	known = doctype in (*DEBTORS, *document_types()) and host.has_doctype(doctype)
	if not known or not frappe.db.exists(doctype, name):
		frappe.throw(_("There is nothing to set."))
	asked = frappe.get_doc(doctype, name)
	actions.reachable(asked)
	chased = frappe.get_doc(*chased_for(asked))
	actions.reachable(chased)
	return chased


@actions.of_site(NOTICE, "write", changes=False)
def get_follow_up(doctype: str, name: str) -> dict:
	"""The dunning fields of a debtor or document, and the policies that fit."""
	doc = _chased(doctype, name)
	fitting = policies.fitting_policies(doc) if doctype in DEBTORS else None
	fields = FIELDS if doctype in DEBTORS else OF_DOCUMENT
	return {"values": {field: doc.get(field) for field in fields}, "policies": fitting}


@actions.of_site(NOTICE, changes=False)
def debtor(doctype: str, name: str) -> dict:
	"""The debtor's card of a notice or a letter: {name, emails, phone, language, address}; {} when the debtor is gone.

	Who chases needs no right on members and customers: this is what a reminder is sent with, and no more.
	"""
	if doctype not in (NOTICE, DUNNING_LETTER):
		frappe.throw(_("Nobody is reminded of such a document."))
	document = actions.granted(doctype, name)
	for source in sources_of(document.cooperative):
		if source.party_type == document.party_type:
			card = source.debtors([document.party]).get(document.party)
			return _shown(asdict(card)) if card else {}
	return {}


def _shown(card: dict) -> dict:
	"""A card as people read it: the number in groups, the language by its name."""
	language = card["language"] and frappe.db.get_value("Language", card["language"], "language_name")
	return {**card, "phone": phones.shown(card["phone"]), "language": language or ""}


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


@actions.of_site(NOTICE, changes=False)
def history(doctype: str, name: str) -> list[dict]:
	"""The reminders of an invoice, a request, a customer or a member, newest first; states as they are now."""
	if doctype not in (*DEBTORS, *document_types()):
		frappe.throw(_("Nobody is reminded of such a document."))
	doctype, name = chased_for(actions.granted(doctype, name))
	mine = {"document_type": doctype, "document": name}
	if doctype == "Customer":
		mine = {"party_type": doctype, "party": name}
	elif doctype == "Member":
		mine = {"member": name}
	letters = frappe.get_all(NOTICE, {**mine, "letter": ["is", "set"]}, pluck="letter")
	delivery.refresh(letters)
	newest = "control_date desc, creation desc"
	return frappe.get_list(NOTICE, filters=mine, fields=COLUMNS, order_by=newest, limit_page_length=SHOWN)


@actions.of_site(NOTICE, "write")
def send_notices(notices: list[str] | str) -> dict:
	"""The list view's “Send”: `send` for the rows that are ticked."""
	return send(actions.permitted(NOTICE, names_of(notices), "write"))


@actions.of_site(NOTICE, "write")
def change_state(notices: list[str] | str, state: str) -> int:
	"""The list view's “Change the state”: `set_state` for the rows that are ticked."""
	return set_state(actions.permitted(NOTICE, names_of(notices), "write"), state)


@actions.of_site("Dunning Policy", changes=False)
def search_fitting(doctype, txt: str = "", searchfield=None, start=0, page_len=20, filters=None):
	"""The picker of a party's policy: those that fit, and no other. No row when no such party is named."""
	try:
		asked = frappe.parse_json(filters)
		party_type, name = asked["party_type"], asked["party"]
	except (ValueError, TypeError, KeyError, RecursionError):
		return []
	if party_type not in DEBTORS or not isinstance(name, str) or not host.has_doctype(party_type):
		return []
	party = actions.granted(party_type, name)
	return [[name] for name in fitting_policies(party) if (txt or "").lower() in name.lower()]
