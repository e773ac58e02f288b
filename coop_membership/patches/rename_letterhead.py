"""The letter head of a Cooperative under a name that the hosts fill with nothing.

Frappe gives the site's default to every new field called `letter_head`, also where it can't print our documents: what
never worked, nobody chose, and it is emptied. Everything else stays.
"""

from __future__ import annotations

import frappe
from frappe.model.utils.rename_field import rename_field

from coop_membership.prints import letterhead


def execute() -> None:
	if "letter_head" not in frappe.db.get_table_columns("Cooperative"):
		return
	rename_field("Cooperative", "letter_head", "letterhead")
	empty_what_never_worked()
	# the host would leave the old column, and this would copy it again; no query builder knows how to drop one
	frappe.db.sql_ddl("ALTER TABLE `tabCooperative` DROP COLUMN `letter_head`")


def empty_what_never_worked() -> None:
	default = frappe.db.get_value("Letter Head", {"is_default": 1})
	for name in frappe.get_all("Cooperative", {"letterhead": default}, pluck="name") if default else ():
		if not letterhead.can_be_printed(frappe.get_doc("Cooperative", name)):
			frappe.db.set_value("Cooperative", name, "letterhead", None, update_modified=False)
