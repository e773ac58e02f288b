"""The state of each register, kept outside the database: printed, and mailed to the board every month.

`integrity.check(cooperative, anchor)` compares the register with such a state.
"""

from __future__ import annotations

import frappe

from coop_membership import jobs
from coop_membership.messages import mail
from coop_membership.register import ledger

EVENT = "Register State"
BOARD = "Membership Board"


def monthly() -> None:
	"""Scheduled: mail the state of each register that has entries to the members of the board, each in their language."""
	jobs.each(
		frappe.get_all("Cooperative", pluck="name", order_by="name"),
		tell,
		"Register not mailed",
		"Cooperative",
	)


def tell(cooperative: str) -> int:
	"""Mail the state of a register to whoever of the board may see the cooperative; returns how many mails are queued."""
	state = ledger.state_of(cooperative)
	if not state:
		return 0
	number = int(state.partition(":")[0])
	entry = frappe.get_doc(ledger.ENTRY, {"cooperative": cooperative, "number": number})
	return sum(
		mail.send(EVENT, entry, {"state": state, "number": number}, to=address)
		for address in board_of(cooperative)
	)


def board_of(cooperative: str) -> list[str]:
	"""E-mail addresses of the board's users that may read a cooperative."""
	user, role = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
	rows = (
		frappe.qb.from_(user)
		.join(role)
		.on((role.parent == user.name) & (role.parenttype == "User"))
		.select(user.name, user.email)
		.where((role.role == BOARD) & (user.enabled == 1))
		.orderby(user.name)
		.run()
	)
	document = frappe.get_doc("Cooperative", cooperative)
	return [
		email for name, email in rows if frappe.has_permission("Cooperative", "read", document, user=name)
	]
