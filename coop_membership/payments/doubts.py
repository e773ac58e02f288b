"""What of a payment does not fit what it is entered for: asked before it counts, and never a reason to refuse it.

One may pay for somebody else, and a payment may be older than the request. Mostly it was the wrong line of the statement.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable

import frappe
from frappe import _
from frappe.utils import add_days, formatdate, getdate

from coop_membership.accounting import demands
from coop_membership.accounting.open_items import Key
from coop_membership.accounting.transfer import Transfer
from coop_membership.payments.allocation import Allocation
from coop_membership.payments.reference import references_in
from coop_membership.states.demands import is_paid

LONG_BEFORE = 31  # days: who pays before being asked does so in the weeks between request and approval


def of(member: str, day: datetime.date | str | None, reference: str | None, paid: Iterable[Key]) -> list[str]:
	"""Sentences about a payment of a Member on a day, with the bank's reference, that pays some demands."""
	paid = [key for key in paid if key[0] in demands.doctypes()]
	return [
		*_names_others(member, reference),
		*_pays_others(member, paid),
		*long_before(getdate(day), paid),
	]


def _names_others(member: str, reference: str | None) -> list[str]:
	named = references_in(reference)
	if not named:
		return []
	cooperative, name = frappe.db.get_value("Member", member, ["cooperative", "display_name"])
	sentence = _(
		"The bank reference names {0}, which is asked of {1}. If the money is theirs, enter it for them, not for {2}."
	)
	return [
		sentence.format(row.name, row.member_name, name)
		for doctype in demands.doctypes()
		for row in frappe.get_all(
			doctype,
			{"payment_reference": ["in", sorted(named)], "cooperative": cooperative, "docstatus": 1},
			["name", "member", "member_name"],
			order_by="name",
		)
		if row.member != member
	]


def _pays_others(member: str, paid: list[Key]) -> list[str]:
	payer = frappe.db.get_value("Member", member, "display_name")
	sentence = _("{0} is asked of {1}. It is paid with money of {2}, who keeps what is left over.")
	asked = ((name, *frappe.db.get_value(doctype, name, ["member", "member_name"])) for doctype, name in paid)
	return [sentence.format(name, other, payer) for name, whose, other in asked if whose != member]


def long_before(day: datetime.date, paid: list[Key]) -> list[str]:
	"""Sentences about a day long before these demands were asked for."""
	sentence = _(
		"The payment is dated {0}, long before {1} was asked for on {2}. Check the date on the bank statement."
	)
	found = []
	for doctype, name in paid:
		asked_on = frappe.db.get_value(doctype, name, "posting_date")
		if asked_on and day < getdate(add_days(asked_on, -LONG_BEFORE)):
			found.append(sentence.format(formatdate(day), name, formatdate(asked_on)))
	return found


def recorded(transfer: Transfer, like: Iterable[frappe._dict], in_words: Callable[[float], str]) -> list[str]:
	"""Sentences about payments that may be this one, entered before."""
	again = _(
		"{0} of {1} are recorded already, as {2}. Enter them again only if the bank statement has them twice."
	)
	named = _("The reference {0} stands already on {1}: {2} of {3}. Check whether this is the same transfer.")
	return [
		again.format(in_words(row.amount), formatdate(row.posting_date), row.name)
		if transfer.is_of(row)
		else named.format(row.reference, row.name, in_words(row.amount), formatdate(row.posting_date))
		for row in like
	]


def left_over(demand, shares: Allocation, in_words: Callable[[float], str]) -> list[str]:
	"""Sentences about what of a payment does not pay the demand that it is entered for."""
	others = [part for part in shares.parts if part.item.key != (demand.doctype, demand.name)]
	if not others and not shares.credit:
		return []
	found = [_("{0} is paid already.").format(demand.name)] if is_paid(demand) else []
	found += [
		_("{0} pay {1}, which is open too.").format(in_words(part.amount), part.item.document)
		for part in others
	]
	if shares.credit:
		found.append(
			_("{0} are more than {1} has to pay and stay as credit.").format(
				in_words(shares.credit), demand.member_name
			)
		)
	return found


def tell(sentences: list[str]) -> None:
	"""Say them to who enters the payment; a program reads them among the answer's messages."""
	if sentences:
		frappe.msgprint(
			"<br>".join(map(frappe.utils.escape_html, sentences)), title=_("Please check"), indicator="orange"
		)
