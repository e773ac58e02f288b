import frappe
from frappe import _
from frappe.model.document import Document

from coop_membership import actions
from coop_membership.machines import badges


class Badge(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		cooperative: DF.Link | None
		ending: DF.Data | None
		issued_on: DF.Datetime | None
		label: DF.Data | None
		member: DF.Link
		member_name: DF.Data | None
		revoked_on: DF.Datetime | None
		revoked_reason: DF.Data | None
		status: DF.Literal["New", "Valid", "Revoked"]
		token_hash: DF.Data | None
	# end: auto-generated types

	def on_trash(self):
		if not frappe.flags.in_uninstall:
			frappe.throw(_("A badge is kept: revoke it."))

	@actions.of_document("write")
	def issue(self):
		return badges.issue(self)

	@actions.of_document("write")
	def revoke(self, reason: str = ""):
		return badges.revoke(self, reason)
