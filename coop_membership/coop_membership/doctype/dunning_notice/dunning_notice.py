import frappe
from frappe.model.document import Document

from coop_membership import actions
from coop_membership.dunning import notices
from coop_membership.dunning.letters import delivery


class DunningNotice(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		balance: DF.Currency
		channel: DF.Literal["E-mail", "Letter", "Phone"]
		control_date: DF.Date | None
		cooperative: DF.Link
		currency: DF.Link | None
		document: DF.DynamicLink
		document_type: DF.Link
		due_date: DF.Date | None
		is_manual: DF.Check
		letter: DF.Link | None
		level: DF.Int
		level_title: DF.Data | None
		member: DF.Link | None
		override_reason: DF.SmallText | None
		party: DF.DynamicLink | None
		party_name: DF.Data | None
		party_type: DF.Link | None
		payment_reference: DF.Data | None
		policy: DF.Link
		responsible: DF.Link | None
		run: DF.Link | None
		sent_on: DF.Datetime | None
		state: DF.Literal["Draft", "To Send", "Queued", "Sent", "Failed", "Ignored", "Overridden"]
		state_reason: DF.SmallText | None
	# end: auto-generated types

	def onload(self):
		if self.letter:
			delivery.refresh([self.letter])

	def before_insert(self):
		notices.fill(self)
		notices.check_single(self)

	def validate(self):
		notices.check_unchanged(self)

	def on_trash(self):
		notices.check_deletable(self)

	@actions.of_document("write", lock=False, also={"policy": ("Dunning Policy", "read")})
	def override(self, policy: str, level, reason: str | None = None):
		return notices.override(self, policy, level, reason)


def on_doctype_update():
	frappe.db.add_index("Dunning Notice", ["document", "state"], index_name="document_state")
	frappe.db.add_index("Dunning Notice", ["run", "state"], index_name="run_state")
