"""Money that moved at the bank, as somebody enters it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import flt, getdate

from coop_membership import doors
from coop_membership.values import Wrong, bank


@dataclass(frozen=True)
class Transfer:
	"""`amount` in the cooperative's currency, two decimals, more than zero; whether it came or went says who is given it.

	`reference` is the bank's: with one, the same transfer is entered once however often it is sent. `account`: where the
	money is, with books in ERPNext, when the mode of payment does not say so.
	"""

	amount: float
	posting_date: datetime.date
	mode_of_payment: str | None = None
	reference: str | None = None
	account: str | None = None

	def is_again(self, recorded: Mapping) -> bool:
		"""Whether a payment with `reference`, `posting_date` and `amount` is this one: never without a reference."""
		return bank.is_same(self.reference, recorded["reference"]) and self.is_of(recorded)

	def is_like(self, recorded: Mapping) -> bool:
		"""Whether it may be this one: the same reference, or the same amount on the same day."""
		return bank.is_same(self.reference, recorded["reference"]) or self.is_of(recorded)

	def is_of(self, recorded: Mapping) -> bool:
		"""Whether a payment is of the same day and amount."""
		day, amount = getdate(recorded["posting_date"]), flt(recorded["amount"], 2)
		return (day, amount) == (self.posting_date, self.amount)

	@classmethod
	def of(
		cls,
		amount: float | str | None,
		posting_date: datetime.date | str | None = None,
		mode_of_payment: str | None = None,
		reference: str | None = None,
	) -> Transfer:
		"""A transfer as a form, an API client or a file sends it, of today when no day is given.

		Raises a sentence for an amount that is none, for a day to come, and for a reference that can't be read.
		"""
		try:
			reference = bank.reference(reference)
		except Wrong as wrong:
			frappe.throw(doors.sentence(wrong, _("Bank reference")))
		transfer = cls(
			doors.price(amount), doors.day(posting_date), mode_of_payment or None, reference or None
		)
		if transfer.amount <= 0:
			frappe.throw(_("Enter an amount of more than zero."))
		if transfer.posting_date > getdate():
			frappe.throw(_("The payment date lies in the future. Enter the date on the bank statement."))
		return transfer
