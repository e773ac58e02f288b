"""What an import has brought along into the register, and what must wait while one runs."""

from __future__ import annotations

import frappe
from frappe import _

IMPORT = "Member Import"


UNCHANGEABLE = ("Running", "Done", "Failed")


def brought_along(cooperative: str) -> int:
	"""The highest member number that came from elsewhere; below it, numbers of the forgotten may be missing."""
	numbers = frappe.get_all(
		IMPORT,
		{"cooperative": cooperative, "status": ["in", UNCHANGEABLE]},
		pluck="last_member_number",
	)
	return max(numbers, default=0)


def refuse_while_moving_in(cooperative: str) -> None:
	"""While members are moving in, their old operations must come first; payments are settled by the next sweep."""
	table = frappe.qb.DocType("Member Import")
	unfinished = (
		frappe.qb.from_(table)
		.select(table.name)
		.where((table.cooperative == cooperative) & table.status.isin(["Running", "Failed"]))
		.where(table.done_movements < table.total_movements)
		.for_update()
		.run()
	)
	if unfinished:
		frappe.throw(
			_("Members are moving in ({0}). Finish or delete that import first, then try again.").format(
				unfinished[0][0]
			)
		)
