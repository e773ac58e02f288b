"""Consents: which text, in which version, somebody accepted, when and from where."""

from __future__ import annotations

import hashlib
import json

import frappe
from frappe import _
from frappe.utils import now_datetime

from coop_membership import host
from coop_membership.doctypes import Cooperative, Member, MembershipApplication
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
		{"parenttype": "Membership Application", "parent": ["in", requests or [host.NOTHING]]},
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


def of_member(member: Member) -> list[frappe._dict]:
	"""What the cooperative asks to agree to, and what a Member has said to it, for the member's own page.

	key, title, text, version, required; `given_on` and `given_version` of the last yes, None when there is none or it was
	taken back; `is_old`: the text has another version now.
	"""
	said: dict[str, frappe._dict] = {}
	requests = frappe.get_all("Membership Application", {"member": member.name}, pluck="name")
	for parenttype, parents in (("Membership Application", requests), ("Member", [member.name])):
		rows = frappe.get_all(
			"Application Consent",
			{"parenttype": parenttype, "parent": ["in", parents or [host.NOTHING]]},
			["key", "version", "given_on", "withdrawn_on"],
			order_by="given_on asc",
		)
		said |= {row.key: row for row in rows}
	cooperative = frappe.get_cached_doc("Cooperative", member.cooperative)
	return [_said(row, said.get(row.key)) for row in cooperative.consents if row.shown]


def _said(row, given: frappe._dict | None) -> frappe._dict:
	given = given if given and not given.withdrawn_on else None
	return frappe._dict(
		key=row.key,
		title=row.title,
		text=row.text,
		version=row.version,
		required=bool(row.required),
		given_on=given and given.given_on,
		given_version=given and given.version,
		is_old=bool(given) and given.version != row.version,
	)


def say(member: Member, key: str, agrees: bool) -> None:
	"""Keep that a Member agrees to a text in its present version, or no longer. The caller checked whose it is.

	Each yes and each no stays as a row of its own. Raises a sentence for a text that nobody can do without, or unknown.
	"""
	cooperative = frappe.get_cached_doc("Cooperative", member.cooperative)
	text = next((row for row in cooperative.consents if row.key == key and row.shown), None)
	if not text:
		frappe.throw(_("This text is not asked for any more. Reload the page."))
	if text.required and not agrees:
		frappe.throw(_("Without this consent one can't be a member. Write to us if you want to leave."))
	now = now_datetime()
	row = member.append(
		"consents",
		{
			"key": key,
			"version": text.version,
			"text_hash": text_hash(text.text),
			"given_on": now,
			"withdrawn_on": None if agrees else now,
			"ip": getattr(frappe.local, "request_ip", None),
		},
	)
	row.db_insert()


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
