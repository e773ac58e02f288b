from frappe.model.document import Document

from coop_membership import actions
from coop_membership.dunning.letters import delivery, fees, printing, resending
from coop_membership.prints import models


class DunningLetter(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from coop_membership.coop_membership.doctype.dunning_letter_document.dunning_letter_document import (
			DunningLetterDocument,
		)

		address: DF.SmallText | None
		channel: DF.Literal["E-mail", "Letter", "Phone"]
		charge: DF.Literal["", "Fixed", "Percent", "Legal interest"]
		control_date: DF.Date | None
		cooperative: DF.Link
		currency: DF.Link | None
		documents: DF.Table[DunningLetterDocument]
		earlier_fees: DF.Currency
		email_queue: DF.Link | None
		fee: DF.Currency
		fee_document: DF.DynamicLink | None
		fee_document_type: DF.Link | None
		fee_paid: DF.Currency
		fee_waived: DF.Check
		language: DF.Link | None
		level: DF.Int
		level_title: DF.Data | None
		member: DF.Link | None
		party: DF.DynamicLink | None
		party_name: DF.Data | None
		party_type: DF.Link | None
		payment_reference: DF.Data | None
		phone: DF.Data | None
		policy: DF.Link | None
		printed_on: DF.Datetime | None
		recipients: DF.SmallText | None
		run: DF.Link | None
		sent_on: DF.Datetime | None
		state: DF.Literal["Queued", "Sent", "Failed"]
		state_reason: DF.SmallText | None
		to_call: DF.Check
		to_email: DF.Check
		to_print: DF.Check
		total: DF.Currency
		total_due: DF.Currency
	# end: auto-generated types

	def onload(self):
		delivery.refresh([self.name])

	def before_print(self, settings=None):
		self.sheet = self.print_values()

	def print_values(self):
		return models.plain(printing.sheet(self))

	@actions.of_document("read", lock=False)
	def resend(self):
		resending.resend(self)

	@actions.of_document("read")
	def waive_fee(self, reason: str | None = None):
		fees.waive(self, reason)
