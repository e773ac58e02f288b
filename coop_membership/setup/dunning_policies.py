"""The three classic policies (peers.md 5.8), in the language of the site. Added once; the cooperative edits them."""

from __future__ import annotations

import json

import frappe
from frappe import _

from coop_membership import host
from coop_membership.dunning.letters import texts
from coop_membership.dunning.names import EMAIL, LETTER, NOTICE
from coop_membership.dunning.rules.schedule import END_OF_MONTH, NET_DAYS, PREVIOUS_NOTICE
from coop_membership.prints import wording

# title: levels as (title, channel, delay, computation, lines of the letter)
POLICIES = {
	"No follow": [],
	"3 time policy": [
		("First reminder", EMAIL, 10, NET_DAYS, texts.FIRST),
		("Second reminder", EMAIL, 30, END_OF_MONTH, texts.SECOND),
		("Final reminder", LETTER, 10, PREVIOUS_NOTICE, texts.LAST_AFTER_TWO),
	],
	"2 time policy": [
		("First reminder", EMAIL, 30, END_OF_MONTH, texts.FIRST),
		("Final reminder", LETTER, 60, PREVIOUS_NOTICE, texts.LAST_AFTER_ONE),
	],
}


# columns of the list of notices; each user may choose others. Frappe 15 and Dodock draw ten at most, a hidden one among them
COLUMNS = (
	("party_name", "Debtor"),
	("status_field", "Status"),
	("document", "Document"),
	("balance", "Balance due"),
	("due_date", "Due date"),
	("level", "Level"),
	("policy", "Policy"),
	("sent_on", "Sent on"),
	("account", "Account"),  # where there are accounts
)
MOST = "10"
# what the app brought before, by its fields: the last one was never drawn
BEFORE = ["party_name", "status_field", "control_date", "due_date", "level", "channel", "document", "balance"]
BEFORE += ["policy", "sent_on"]


def add() -> None:
	_add_columns()
	if not frappe.db.count("Dunning Policy"):
		_add_policies()


def _add_columns() -> None:
	stored = frappe.db.get_value("List View Settings", NOTICE, "fields")
	untouched = stored and [row.get("fieldname") for row in json.loads(stored)] == BEFORE
	if frappe.db.exists("List View Settings", NOTICE) and not untouched:
		return
	here = [row for row in COLUMNS if row[0] != "account" or host.has_field(NOTICE, "account")]
	fields = json.dumps([{"fieldname": name, "label": label} for name, label in here])
	if untouched:
		frappe.db.set_value("List View Settings", NOTICE, {"fields": fields, "total_fields": MOST})
		return
	settings = {"doctype": "List View Settings", "name": NOTICE, "fields": fields, "total_fields": MOST}
	frappe.get_doc(settings).insert(ignore_permissions=True)  # installation


def _add_policies() -> None:
	language = frappe.db.get_single_value("System Settings", "language") or "en"
	with wording.language(language):
		for title, levels in POLICIES.items():
			frappe.get_doc(
				{
					"doctype": "Dunning Policy",
					"title": _(title),
					"ignore": int(not levels),
					"levels": [_level(number, *level) for number, level in enumerate(levels, 1)],
				}
			).insert(ignore_permissions=True)  # installation


def _level(number: int, title: str, channel: str, delay_days: int, computation: str, lines) -> dict:
	return {
		"level": number,
		"title": _(title),
		"channel": channel,
		"delay_days": delay_days,
		"computation": computation,
		"letter_text": "\n".join(_(line) for line in lines),
		"email_text": "\n".join(_(line) for line in (*lines, texts.ATTACHED)),
	}


def remove() -> None:
	frappe.db.delete("List View Settings", {"name": NOTICE})
