import frappe
from frappe import _
from frappe.model.document import Document


class ShareRegisterEntry(Document):
	"""Append-only: written by `register/ledger.py`, changed and deleted by nobody."""

	def before_insert(self):
		if not self.flags.by_ledger:
			frappe.throw(_("Register entries are written by the share operations, not by hand."))

	def validate(self):
		if not self.is_new():
			frappe.throw(_("A register entry can't be changed. A correction adds a new entry."))

	def on_trash(self):
		frappe.throw(_("A register entry can't be deleted. A correction adds a new entry."))

	def before_rename(self, *args, **kwargs):
		frappe.throw(_("A register entry keeps its name."))


def on_doctype_update():
	frappe.db.add_unique(
		"Share Register Entry", ["cooperative", "number"], constraint_name="unique_register_number"
	)
