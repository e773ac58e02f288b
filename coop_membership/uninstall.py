"""Bench hook: takes away what `setup` added; Frappe itself removes the module's DocTypes."""

import frappe

from coop_membership import host, setup
from coop_membership.joining import identity_documents

# made by newer Frappe from the app's workspace, and forgotten by it at uninstallation
DERIVED = ("Desktop Icon", "Workspace Sidebar")


def before_uninstall() -> None:
	for name in frappe.get_all("Identity Document", pluck="name"):
		identity_documents.remove(name)  # with the files, which the host would leave on the disk
	setup.remove()
	for doctype in DERIVED:
		if host.has_field(doctype, "app"):
			for name in frappe.get_all(doctype, {"app": "coop_membership"}, pluck="name"):
				frappe.delete_doc(doctype, name, force=True, ignore_permissions=True)  # uninstallation
	for name in frappe.get_all("Scheduled Job Type", {"method": ["like", "coop_membership.%"]}, pluck="name"):
		frappe.delete_doc("Scheduled Job Type", name, force=True, ignore_permissions=True)  # uninstallation
