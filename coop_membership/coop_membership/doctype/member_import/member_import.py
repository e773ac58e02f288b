import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr

from coop_membership import actions
from coop_membership.moving_in import check, run
from coop_membership.register import imports

# what a check of the file says
RESULT = (
	"checked_on",
	"errors",
	"notices",
	"total_lines",
	"total_members",
	"total_movements",
	"total_shares",
	"summary",
)


# what is said before a check
ASKED = ("cooperative", "file", "date_for_all", "class_for_all")


class MemberImport(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.member_import_finding.member_import_finding import (
			MemberImportFinding,
		)

		checked_on: DF.Datetime | None
		class_for_all: DF.Link | None
		cooperative: DF.Link
		date_for_all: DF.Date | None
		done_members: DF.Int
		done_movements: DF.Int
		errors: DF.Int
		failure: DF.SmallText | None
		file: DF.Attach
		file_hash: DF.Data | None
		findings: DF.Table[MemberImportFinding]
		finished_on: DF.Datetime | None
		first_member_number: DF.Int
		first_register_number: DF.Int
		is_whole: DF.Check
		last_member_number: DF.Int
		notices: DF.Int
		status: DF.Literal["Draft", "Checked", "Running", "Done", "Failed"]
		summary: DF.Code | None
		titles: DF.Code | None
		total_lines: DF.Int
		total_members: DF.Int
		total_movements: DF.Int
		total_shares: DF.Int
	# end: auto-generated types

	def validate(self):
		if self.class_for_all:
			actions.same_cooperative(self, frappe.get_cached_doc("Share Class", self.class_for_all))
		before = self.get_doc_before_save()
		if not before:
			self.status = "Draft"
		elif any(cstr(self.get(field)) != cstr(before.get(field)) for field in ASKED):
			if before.status in imports.UNCHANGEABLE:
				frappe.throw(_("This import has started. Make a new one for another file."))
			self.update(dict.fromkeys(RESULT))
			self.update({"status": "Draft", "findings": []})

	def on_trash(self):
		if self.status == "Running":
			frappe.throw(_("This import is running. Wait until it is done."))

	@actions.of_document("write")
	def check(self):
		return check.check(self)

	@actions.of_document("write")
	def assign(self, titles: dict | str):
		return check.assign(self, titles)

	@actions.of_document("read", changes=False)
	def columns(self):
		"""[{value, label}] of what a column of a file may mean."""
		return check.choices()

	@actions.of_document("write")
	def start(self, not_read=None):
		return run.start(self, bool(cint(not_read)))
