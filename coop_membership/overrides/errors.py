"""What an error of the server tells: its traceback, with the paths of the server's files, is for System Managers alone.

The hosts show it to everybody as they are installed, to guests too; the error log has it in any case.
"""

from __future__ import annotations

import frappe


def hide_traceback() -> None:
	"""Hook of each request: no traceback in its answer, unless the user may see the error log."""
	if "System Manager" not in frappe.get_roles():
		frappe.local.flags.disable_traceback = True


def hide_on_page(context) -> dict | None:
	"""Hook of each page of the website: the host's page of errors does not ask for that flag."""
	if frappe.local.flags.disable_traceback and context.get("error_title"):
		return {"error": ""}
	return None
