"""The demands that a payment may pay, held while it is shared out."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from coop_membership import host
from coop_membership.accounting import demands
from coop_membership.accounting.open_items import Key, Part
from coop_membership.payments import settlement


def key_of(demand: Document) -> Key:
	return demand.doctype, demand.name


def hold(member: str, named: Document | None = None) -> dict[Key, Document]:
	"""Lock and read what the member has still to pay, and `named`; always in the same order, so that nobody waits in a circle."""
	held = {key_of(named): named} if named else {}
	for doctype, row in demands.due_of(member):
		if (doctype, row.name) not in held:
			held[doctype, row.name] = frappe.get_doc(doctype, row.name)
	for key in sorted(held):
		host.lock(held[key])
	return held


def settle(held: dict[Key, Document], parts: tuple[Part, ...], named: Document | None = None) -> None:
	"""Let what these parts paid, and `named`, follow the money; the demands are held."""
	keys = [part.item.key for part in parts if part.item.key in held]
	for key in dict.fromkeys([key_of(named), *keys] if named else keys):
		settlement.settle_safely(held[key], fresh=False, locked=True)
