"""Mails that wait in the host's queue, sent on to another address as long as nobody has sent them."""

from __future__ import annotations

from collections.abc import Callable

import frappe

WAITING = ("Not Sent", "Error", "Partially Sent")


def redirect(old: str, new: str, concerns: Callable[[str, str], bool]) -> int:
	"""Send what waits for an address to another one; returns how many mails.

	`concerns(doctype, name)` answers whether what a mail is about belongs to whoever has moved.
	"""
	changed = 0
	for mail, row in _waiting(old):
		if not concerns(mail.reference_doctype, mail.reference_name):
			continue
		if frappe.db.exists("Email Queue Recipient", {"parent": mail.name, "recipient": new}):
			frappe.db.delete("Email Queue Recipient", {"name": row})
		else:
			frappe.db.set_value("Email Queue Recipient", row, "recipient", new)
		changed += 1
	return changed


def _waiting(address: str):
	"""(mail, name of the recipient's row) of each mail that still waits for an address, locked against the sender."""
	mail, line = frappe.qb.DocType("Email Queue"), frappe.qb.DocType("Email Queue Recipient")
	rows = (
		frappe.qb.from_(mail)
		.join(line)
		.on(line.parent == mail.name)
		.select(mail.name, mail.reference_doctype, mail.reference_name, line.name.as_("row"), line.recipient)
		.where(mail.status.isin(WAITING) & (line.recipient == address) & (line.status != "Sent"))
		.for_update()
		.run(as_dict=True)
	)
	return [(row, row.row) for row in rows if row.recipient.lower() == address.lower()]
