"""What a member has still to pay with books kept elsewhere: demands, and the fees that reminders about them ask for."""

from __future__ import annotations

import datetime

import frappe
from frappe.utils import flt, getdate

from coop_membership.accounting import demands, fees
from coop_membership.accounting.open_items import Key, OpenItem
from coop_membership.accounting.states import DUE
from coop_membership.doctypes import Member

FIELDS = ["name", "amount", "due_date", "posting_date"]


def of(member: Member, on: datetime.date, named: Key | None, paid) -> list[OpenItem]:
	"""As `Books.open_items`; `paid(demand)` reads what a demand was paid."""
	found = []
	for doctype in demands.doctypes():
		waiting = {"member": member.name, "docstatus": 1, "status": ["in", DUE]}
		rows = frappe.get_all(doctype, waiting, FIELDS)
		if named and named[0] == doctype and named[1] not in [row.name for row in rows]:
			rows += frappe.get_all(doctype, {"name": named[1]}, FIELDS)
		for demand in rows:
			demand.doctype = doctype
			due = flt(demand.amount - paid(demand).amount, 2)
			if due > 0:
				day = getdate(demand.due_date or demand.posting_date)
				found.append(OpenItem(doctype, demand.name, due, day))
	open_keys = {item.key for item in found} | ({named} if named else set())
	return found + [
		OpenItem(fees.LETTER, fee.letter, fee.open, fee.day, fee.documents, is_booked=False)
		for fee in fees.asked(member.cooperative, "Member", member.name, on)
		if open_keys.intersection(fee.documents)
	]
