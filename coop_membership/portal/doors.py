"""What a door or a badge reader asks: may this badge, or this member, use this machine now. Described in docs/api.md."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from coop_membership import actions
from coop_membership.machines import readers

ASKS = 600  # per minute and address: the readers of a house come from one


@actions.for_anybody(ASKS, 60, changes=True)
def may_use(
	equipment: str, key: str, badge: str | None = None, member: str | None = None, used: str | None = None
) -> dict:
	"""{allowed, codes, reasons, until, seconds} for a badge's code, or a member's name or number.

	`key` is the machine's own. `seconds`: how long the answer may be remembered. `used=1`: the machine is used now, which
	renews rights that use renews. Raises frappe.PermissionError, alike for an unknown machine and a wrong key.
	"""
	machine = readers.known(equipment, key)
	if not machine:
		frappe.throw(
			_("This reader is not known. Give it a new key on the machine's form."), frappe.PermissionError
		)
	return readers.ask(machine, badge, member, bool(cint(used)))
