from frappe.model.document import Document

from coop_membership.dunning import policies


class DunningPolicy(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.dunning_policy_account.dunning_policy_account import (
			DunningPolicyAccount,
		)
		from coop_membership.coop_membership.doctype.dunning_policy_level.dunning_policy_level import (
			DunningPolicyLevel,
		)

		accounts: DF.Table[DunningPolicyAccount]
		apply_highest_level: DF.Check
		attach_invoices: DF.Check
		attach_letter: DF.Check
		book_fees: DF.Check
		cooperative: DF.Link | None
		disabled: DF.Check
		expire_requests_after: DF.Int
		ignore: DF.Check
		levels: DF.Table[DunningPolicyLevel]
		title: DF.Data
	# end: auto-generated types

	def validate(self):
		policies.check(self)

	def on_trash(self):
		policies.check_unused(self)
