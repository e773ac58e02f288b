"""For a website that is not on Frappe: read what is offered, post an application. Described in docs/api.md.

Both are open to guests, within a limit per address, and to users with an API key, within a wider one. The rules, the
service and the sentences are those of the public form.
"""

from __future__ import annotations

import json

import frappe

from coop_membership import actions
from coop_membership.joining import applications, reception
from coop_membership.joining.problems import refuse
from coop_membership.joining.rules import PUBLIC_REQUIRED, Problem
from coop_membership.portal import offer as public_offer
from coop_membership.portal.offer import READS
from coop_membership.shapes import VISITOR

OF_DUES = ("plan", "tariff", "tariff_proof", "chosen_amount")
ACCEPTED = {*applications.PUBLIC_FIELDS, "cooperative", "shares", *OF_DUES, "consents", "website"}
OF_THE_REQUEST = {"cmd", "_lang", "csrf_token", "sid"}  # the host's own parameters

LISTS = ("shares", "consents")
GUEST_POSTS, KEY_POSTS = 20, 1000  # per hour and address


def _posts_allowed() -> int:
	"""A server with an API key posts for all of its visitors from one address."""
	return GUEST_POSTS if frappe.session.user == "Guest" else KEY_POSTS


@actions.for_anybody(READS, 60)
def offer(cooperative: str | None = None) -> dict:
	"""What a cooperative offers to those who want to join, as `portal.offer.offer`, and the fields that `apply` takes."""
	return {
		**public_offer.offered(cooperative),
		"fields": sorted(ACCEPTED - {"website"}),
		"required_fields": list(PUBLIC_REQUIRED),
	}


@actions.for_anybody(_posts_allowed, 3600, changes=True)
def apply(**values) -> dict:
	"""Post a membership application. The answer says that it arrived, and nothing about who is known.

	What is wrong is refused with a sentence each, listed under `problems` of the answer with code and field. The same
	request posted again does nothing twice.
	"""
	receive({name: value for name, value in values.items() if name not in OF_THE_REQUEST})
	return reception.answer()


def receive(values: dict) -> None:
	"""Store a Membership Application with source API. Raises frappe.ValidationError with all that is wrong.

	`values` are ACCEPTED fields: `shares` a list of {share_class, quantity}, `consents` a list of keys, both also as JSON.
	"""
	values = {name: applications.parsed(value) if name in LISTS else value for name, value in values.items()}
	actions.refuse_shape(values, **VISITOR)
	refuse(Problem("field_unknown", str(name)[:60]) for name in values if name not in ACCEPTED)
	written = {field: values.get(field) for field in ACCEPTED - {"shares", "consents"}}
	application = frappe.get_doc(
		{
			"doctype": "Membership Application",
			**written,
			"shares": applications.lines_of(values.get("shares") or []),
			"accepted_consents": json.dumps(values.get("consents") or []),
		}
	)
	application.flags.source = "API"
	# anybody may apply; every value is checked as one of a visitor
	application.insert(ignore_permissions=True)
