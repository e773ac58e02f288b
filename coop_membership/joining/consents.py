"""Consents: which text, in which version, somebody accepted, when and from where."""

from __future__ import annotations

import hashlib
import json

import frappe
from frappe.utils import now_datetime

from coop_membership.doctypes import Cooperative, MembershipApplication
from coop_membership.joining.rules import ConsentTerms


def terms(cooperative: Cooperative, given: frozenset[str] = frozenset()) -> dict[str, ConsentTerms]:
	"""What has to be accepted; what was `given` before is not asked for again."""
	return {
		row.key: ConsentTerms(row.title, bool(row.shown), bool(row.required) and row.key not in given)
		for row in cooperative.consents
	}


def given_by(cooperative: Cooperative, member: str | None) -> frozenset[str]:
	"""Keys of the texts that a Member has accepted in their present words: each consent is given once."""
	if not member:
		return frozenset()
	requests = frappe.get_all("Membership Application", {"member": member}, pluck="name")
	rows = frappe.get_all(
		"Application Consent",
		{"parenttype": "Membership Application", "parent": ["in", requests or [""]]},
		["key", "version", "text_hash"],
	)
	accepted = {(row.key, row.version, row.text_hash) for row in rows}
	return frozenset(
		row.key for row in cooperative.consents if (row.key, row.version, text_hash(row.text)) in accepted
	)


def parse(accepted: str | list | None) -> list[str]:
	"""Keys ticked on a form: a JSON list or keys separated by commas. What is neither becomes an unknown key."""
	if isinstance(accepted, str):
		try:
			accepted = json.loads(accepted)
		except (ValueError, RecursionError):
			accepted = accepted.split(",")
	if not isinstance(accepted, list):
		accepted = [accepted] if accepted else []
	return [str(key).strip() for key in accepted or [] if str(key).strip()]


def text_hash(text: str) -> str:
	"""SHA-256 of a consent's text: proves later which words were accepted."""
	return hashlib.sha256((text or "").encode()).hexdigest()


def record(application: MembershipApplication, cooperative: Cooperative, keys: list[str]) -> None:
	"""Write the accepted consents to the application: key, version, hash of the text, time and address."""
	by_key = {row.key: row for row in cooperative.consents}
	application.set("consents", [])
	for key in dict.fromkeys(keys):
		if key in by_key:
			application.append(
				"consents",
				{
					"key": key,
					"version": by_key[key].version,
					"text_hash": text_hash(by_key[key].text),
					"given_on": now_datetime(),
					"ip": getattr(frappe.local, "request_ip", None),
				},
			)
