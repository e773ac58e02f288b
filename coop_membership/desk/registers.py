"""What the desk asks of the register: is it sound?"""

from __future__ import annotations

import frappe

from coop_membership import host
from coop_membership.register.integrity import check


@frappe.whitelist()
def check_now(cooperative: str) -> list[dict]:
	"""The button on the Cooperative's form."""
	host.require("Cooperative", "write", cooperative)
	return check(cooperative)
