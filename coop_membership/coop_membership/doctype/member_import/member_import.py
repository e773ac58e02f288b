import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership.moving_in import check, run
from coop_membership.register import imports


class MemberImport(Document):
	def validate(self):
		before = self.get_doc_before_save()
		if not before:
			self.status = "Draft"
		elif any(self.get(field) != before.get(field) for field in ("cooperative", "file")):
			if before.status in imports.UNCHANGEABLE:
				frappe.throw(_("This import has started. Make a new one for another file."))
			self.update({"status": "Draft", "checked_on": None, "errors": 0, "notices": 0, "findings": []})

	def on_trash(self):
		if self.status == "Running":
			frappe.throw(_("This import is running. Wait until it is done."))

	@frappe.whitelist()
	def check(self):
		return check.check(self)

	@frappe.whitelist()
	def start(self):
		return run.start(self)
