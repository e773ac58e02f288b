"""What a member has still to pay with books kept elsewhere: demands, and the fees that reminders about them ask for."""

from __future__ import annotations

import datetime

import frappe
from frappe.utils import flt, getdate

from coop_membership.accounting import demands, fees
from coop_membership.accounting.open_items import Key, OpenItem
from coop_membership.doctypes import Member


def of(member: Member, on: datetime.date, named: Key | None, paid) -> list[OpenItem]:
	"""As `Books.open_items`; `paid(demand)` reads what a demand was paid."""
	found = []
	waiting = {(doctype, row.name): row for doctype, row in demands.due_of(member.name)}
	if named and named not in waiting:
		waiting[named] = frappe.db.get_value(*named, demands.OPEN_FIELDS, as_dict=True)
	for (doctype, name), demand in waiting.items():
		demand.doctype = doctype
		due = flt(demand.amount - paid(demand).amount, 2)
		if due > 0:
			found.append(OpenItem(doctype, name, due, getdate(demand.due_date or demand.posting_date)))
	open_keys = {item.key for item in found} | ({named} if named else set())
	return found + [
		OpenItem(fees.LETTER, fee.letter, fee.open, fee.day, fee.documents, is_booked=False)
		for fee in fees.asked(member.cooperative, "Member", member.name, on)
		if open_keys.intersection(fee.documents)
	]
