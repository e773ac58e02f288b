"""Who finds the app on the hosts' page of apps, and on the desktop of Frappe 16."""

from __future__ import annotations

import frappe

WORKSPACES = ("Members", "Dunning")


def is_open() -> bool:
	"""True for whoever has a role of one of our workspaces."""
	ours = {"parenttype": "Workspace", "parent": ["in", WORKSPACES]}
	return bool(set(frappe.get_all("Has Role", ours, pluck="role")) & set(frappe.get_roles()))
