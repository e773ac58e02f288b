"""The Books port: what the app asks of whoever keeps the accounts. Two answers: `in_erpnext/` and `kept_elsewhere/`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Protocol

import frappe

from coop_membership.accounting.matches import Match
from coop_membership.accounting.open_items import Key, OpenItem, Part
from coop_membership.accounting.paid import Paid
from coop_membership.accounting.transfer import Transfer
from coop_membership.doctypes import (
	Cooperative,
	Member,
	MembershipApplication,
	ShareSubscription,
	ShareTransaction,
)

IN_ERPNEXT = "In ERPNext"
ELSEWHERE = "Kept elsewhere"


class Books(Protocol):
	"""What both kinds of books can do. A `demand` is a document of any kind (demands.py), if nothing else is said."""

	def check(self, cooperative: Cooperative) -> None:
		"""Raise a sentence when the cooperative is not ready to ask for money this way."""

	def prepare(self, cooperative: Cooperative) -> None:
		"""When a Cooperative is saved: raise a sentence when its accounts don't fit together."""

	def welcome(self, member: Member, application: MembershipApplication = None) -> None:
		"""Make sure that the member can be asked for money (a Customer, where there are customers)."""

	def merge(self, keep: Member, drop: Member) -> None:
		"""Let all that the books have of a Member that goes belong to the one that stays."""

	def ask(self, demand) -> None:
		"""Ask for the demand's amount (a Sales Invoice, where there are invoices)."""

	def withdraw(self, demand) -> None:
		"""Take the demand back; raises when money came in for it."""

	def reduce(self, subscription: ShareSubscription, given_up: dict[str, int]) -> None:
		"""Ask for less: {row name: shares given up}; the document is changed afterwards."""

	def paid(self, demand) -> Paid:
		"""What was really paid, as the present transaction sees it."""

	def in_doubt(self, doctype: str, due: Mapping[str, float]) -> list[str]:
		"""Of demands of a DocType, {name: amount due}, those that a few queries over all don't show to be paid in full.

		`paid` judges each of them; the others are paid.
		"""

	def open_items(self, member: Member, on: datetime.date, named: Key | None = None) -> list[OpenItem]:
		"""What the Member has still to pay: demands that wait for money, and the fees that reminders of them ask for.

		`on`: the day of the payment, which pays no fee that was asked for later. `named` is in it whatever its state says.
		"""

	def find_payment(self, demand, transfer: Transfer) -> str | None:
		"""Name of the payment of the demand's member entered before with the same reference, date and amount."""

	def like(self, demand, transfer: Transfer) -> list[frappe._dict]:
		"""Payments received of the demand's member that may be this one (`Transfer.is_like`), oldest first: name, amount,
		posting_date, reference.
		"""

	def record_payment(self, demand, transfer: Transfer, parts: Iterable[Part]) -> str:
		"""Enter a payment received from the demand's member, which pays `parts`; returns its document's name.

		What they leave of the amount is the member's credit. A fee that was only asked for counts as booked from now on.
		"""

	def credit(self, member: Member, lock: bool = False) -> float:
		"""Money received from the Member and matched to nothing, in the cooperative's currency; 0 when there is none.

		`lock` reads what is saved at this moment, not at the start of the transaction, and holds it.
		"""

	def use_credit(self, member: Member, parts: Iterable[Part]) -> None:
		"""Match the member's credit, oldest money first, with these parts, which are not more than it."""

	def release(self, demand) -> None:
		"""Money matched with a demand that asks for nothing any more is the member's credit."""

	def find_refund(self, member: Member, transfer: Transfer) -> str | None:
		"""Name of the refund entered before with the same reference, date and amount."""

	def refund(self, member: Member, transfer: Transfer) -> str:
		"""Enter money paid back out of the member's credit, which the caller compared; returns its document's name."""

	def matches(self, demand) -> list[Match]:
		"""The payments that pay a demand, oldest first, with what of each does."""

	def paid_by(self, payment_type: str, payment: str) -> list[Match]:
		"""The demands that a payment pays, with what of it does; none for one that pays none of ours."""

	def free_of(self, payment_type: str, payment: str, demand) -> Match | None:
		"""What of a payment of the demand's member is matched with nothing; None when nothing is."""

	def free_money(self, demand) -> list[Match]:
		"""The credit of the demand's member, oldest first: what of each payment is matched with nothing."""

	def hindrance(self, match: Match) -> str | None:
		"""A sentence when the books can't change now what the payment pays: who may, or when."""

	def is_closed(self, match: Match) -> bool:
		"""True when the payment lies in a period that is closed: it is left alone, an entry of today corrects it."""

	def rematch(self, match: Match, right, correction: str) -> None:
		"""Take a match off its demand and let the money pay `right`, or stay on account when that is None.

		`right` may be another member's. What exceeds it is on that member's account. The payment, what else it pays
		and the bank's line stay as they are. `correction` names the Payment Correction; its service checked the user.
		"""

	def move_capital(
		self,
		transaction: ShareTransaction,
		posting_date: datetime.date,
		capital: Mapping[str, Decimal],
		owed: float,
	) -> None:
		"""Book what an executed transaction changes: {share class: change of its capital}, and what the member is owed.

		Raises a sentence when an account is missing or the books are closed on the day; nothing is booked for {}.
		"""

	def take_back_capital(self, transaction: ShareTransaction) -> None:
		"""Undo `move_capital`. Raises a sentence when money was paid out for it, or the books are closed."""

	def paid_out(self, transaction: ShareTransaction) -> float:
		"""What was really paid to the member for a sell back."""

	def find_payout(self, transaction: ShareTransaction, transfer: Transfer) -> str | None:
		"""Name of the payment for a sell back entered before with the same reference, date and amount."""

	def pay_out(self, transaction: ShareTransaction, transfer: Transfer) -> str:
		"""Enter money paid to the member for a sell back, as much as is owed at most; returns its document's name."""
