import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from coop_membership import actions
from coop_membership.shares import dates

_SUMMED = ["share_class", "to_share_class", "effective_date", "quantity", "amount"]
RECEIVED = ["cooperative", "to_member", *_SUMMED, "reverses"]
GIVEN = ["cooperative", "from_member", *_SUMMED, "to_quantity", "to_unit_price", "reverses"]


class ShareRegisterEntry(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		cooperative: DF.Link
		effective_date: DF.Date
		entry_type: DF.Literal[
			"Subscription", "Transfer", "Sell Back", "Conversion", "Gift", "Opening", "Reversal"
		]
		from_member: DF.Link | None
		hash: DF.Data | None
		hash_version: DF.Int
		number: DF.Int
		posted_on: DF.Datetime
		previous_hash: DF.Data | None
		quantity: DF.Int
		reference: DF.DynamicLink | None
		reference_doctype: DF.Link | None
		reverses: DF.Link | None
		share_class: DF.Link
		to_member: DF.Link | None
		to_quantity: DF.Int
		to_share_class: DF.Link | None
		to_unit_price: DF.Currency
		unit_price: DF.Currency
	# end: auto-generated types

	"""Append-only: written by `register/ledger.py`, changed and deleted by nobody."""

	def before_insert(self):
		if not self.flags.by_ledger:
			frappe.throw(_("Register entries are written by the share operations, not by hand."))

	def validate(self):
		if not self.is_new():
			frappe.throw(_("A register entry can't be changed. A correction adds a new entry."))

	def on_trash(self):
		frappe.throw(_("A register entry can't be deleted. A correction adds a new entry."))

	@actions.of_document(
		"read",
		lock=False,
		also={"from_member": ("Member", "write"), "to_member": ("Member", "write")},
	)
	def correct_date(self, effective_date: str, reason: str | None = None, send_certificates=1):
		return dates.correct(self, effective_date, reason, bool(cint(send_certificates)))

	@actions.of_document(
		"read",
		changes=False,
		also={"from_member": ("Member", "write"), "to_member": ("Member", "write")},
	)
	def date_doubts(self, effective_date: str):
		return dates.doubtful(self, effective_date)

	def before_rename(self, *args, **kwargs):
		frappe.throw(_("A register entry keeps its name."))


def on_doctype_update():
	frappe.db.add_unique(
		"Share Register Entry", ["cooperative", "number"], constraint_name="unique_register_number"
	)
	# sums per member and class read these alone, in their order: a large register needs no sorting
	frappe.db.add_index("Share Register Entry", RECEIVED, "received_shares")
	frappe.db.add_index("Share Register Entry", GIVEN, "given_shares")
