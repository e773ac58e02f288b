import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership import actions
from coop_membership.dunning import runs
from coop_membership.dunning.letters import delivery, paper, sending


class DunningRun(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.dunning_run_policy.dunning_run_policy import (
			DunningRunPolicy,
		)

		amended_from: DF.Link | None
		control_date: DF.Date
		cooperative: DF.Link
		is_automatic: DF.Check
		notice_count: DF.Int
		policies: DF.TableMultiSelect[DunningRunPolicy]
		report: DF.TextEditor | None
		status: DF.Literal["Draft", "Waiting", "Computed", "Sending", "Done", "Cancelled"]
		waiting_reason: DF.SmallText | None
	# end: auto-generated types

	def onload(self):
		if self.docstatus.is_submitted():
			delivery.refresh(frappe.get_all("Dunning Letter", {"run": self.name}, pluck="name"))

	def validate(self):
		runs.check(self)
		if self.is_new() and not self.flags.by_service:
			self.update({"status": "Draft", "notice_count": 0, "report": None})

	def before_submit(self):
		if not self.flags.by_service:
			frappe.throw(_("Use “Compute the reminders”: it submits the run."))

	def before_cancel(self):
		runs.delete_drafts(self)

	def on_cancel(self):
		self.db_set("status", "Cancelled")

	@actions.of_document("read", changes=False)
	def preview(self):
		return runs.preview(self)

	@actions.of_document("submit", lock=False)
	def compute(self):
		return runs.compute(self)

	@actions.of_document("write")
	def set_state(self, notices=None, state: str = "To Send"):
		return runs.set_state(self, notices, state)

	@actions.of_document("write")
	def send(self):
		return sending.send_run(self)

	@actions.of_document("write")
	def print_letters(self):
		return paper.print_letters(self)
