"""Roles of the app. Desk roles for the people of the cooperative, `Member` for the portal only."""

import frappe

DESK = (
	"Membership Manager",
	"Membership User",
	"Membership Board",
	"Dunning Manager",
	"Dunning User",
	"Dunning Info",
)
PORTAL = ("Member",)


def add() -> None:
	for role in DESK + PORTAL:
		if not frappe.db.exists("Role", role):
			new = frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": int(role in DESK)})
			new.insert(ignore_permissions=True)  # installation


def remove() -> None:
	for role in DESK + PORTAL:
		frappe.db.delete("Has Role", {"role": role})
		# uninstallation
		frappe.delete_doc("Role", role, ignore_missing=True, force=True, ignore_permissions=True)
