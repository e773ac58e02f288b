from frappe.model.document import Document

from coop_membership import actions
from coop_membership.dunning import policies
from coop_membership.dunning.letters import printing, sample
from coop_membership.messages import frame, samples
from coop_membership.prints import wording


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

	@actions.of_document("write", changes=False)
	def text_fields(self) -> list[str]:
		return sample.fields(self)

	@actions.of_document("write", changes=False)
	def preview_texts(self, level: int, letter_text: str, email_text: str) -> dict:
		found = sample.written(self, level, letter_text, email_text)
		return {
			"subject": found.subject,
			"mail": wording.with_pictures(frame.for_the_eye(found.mail)),
			"letter": wording.with_pictures(printing.page_of([found.letter])),
		}

	@actions.of_document("write", lock=False)
	def send_test(self, level: int, letter_text: str, email_text: str) -> str:
		address = samples.own_address()
		sample.send_to(sample.written(self, level, letter_text, email_text), address, self.attach_letter)
		return address
