"""What a member asks to do with the own shares, on the website. The Member comes from `visitor`, never from what is sent."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import actions, doors
from coop_membership.doctypes import Member
from coop_membership.dues import renewal
from coop_membership.joining import receivers
from coop_membership.portal import visitor
from coop_membership.prints.wording import long_date, money
from coop_membership.shares import exits, transactions
from coop_membership.states.members import ACTIVE


@visitor.action(changes=False)
def mine(member: str | None = None) -> list[dict]:
	"""The requests of one of the session's members, the newest first, in words. Raises as visitor.choose."""
	return requests_of(visitor.shown(member))


def requests_of(chosen: Member) -> list[dict]:
	"""As `mine`, of one Member for whoever was found to see it."""
	currency = frappe.get_cached_value("Cooperative", chosen.cooperative, "currency")
	found = frappe.get_all(
		transactions.TRANSACTION,
		{"member": chosen.name, "docstatus": ["!=", 0]},
		[
			"name",
			"transaction_type",
			"share_class",
			"quantity",
			"to_share_class",
			"to_quantity",
			"is_departure",
			"amount",
			"posting_date",
			"effective_date",
			"receiver_name",
			"status",
			"status_reason",
		],
		order_by="creation desc",
	)
	return [
		{
			"name": row.name,
			"operation": transactions.operation(row),
			"shares": _shares(row),
			"amount": money(row.amount, currency) if row.amount else "",
			"receiver": row.receiver_name or "",
			"asked_on": long_date(row.posting_date),
			"effective_on": long_date(row.effective_date) if row.status == transactions.EXECUTED else "",
			"status": _(row.status, context="Share Transaction"),
			"reason": row.status_reason or "",
			"may_withdraw": row.status in transactions.OPEN,
		}
		for row in found
	]


def _shares(row: frappe._dict) -> str:
	"""How many of which class go; of a conversion, into how many of which."""
	found = [(row.quantity, row.share_class)]
	if row.to_share_class and row.to_quantity:
		found.append((row.to_quantity, row.to_share_class))
	titles = ((shares, frappe.get_cached_value("Share Class", name, "title")) for shares, name in found)
	return " → ".join(f"{shares} × {_(title)}" for shares, title in titles)


@visitor.action()
def ask(
	kind: str,
	share_class: str,
	quantity: int,
	member: str | None = None,
	to_share_class: str | None = None,
	receiver_number: int | None = None,
	receiver_email: str | None = None,
	person: object = None,
	iban: str | None = None,
	effective_date: str | None = None,
	reason: str | None = None,
) -> str:
	"""Ask to sell back, transfer, convert or give shares of one of the session's members; returns the waiting request.

	A transfer names its receiver: a member by `receiver_number` and `receiver_email`, anybody else as a `person` with
	the fields of an application. Raises a sentence for whatever stands against it, and as visitor.choose.
	"""
	chosen = visitor.own(member)
	visitor.may_sign(chosen)
	values = {
		"to_share_class": to_share_class,
		"iban": iban,
		"effective_date": effective_date,
		"reason": reason,
	}
	shares = doors.whole(quantity, _("Number of shares")) or 0
	if kind == exits.TRANSFER and person:
		return receivers.request(chosen, share_class, shares, _person(person), **values)
	if kind == exits.TRANSFER:
		values["receiver"] = _receiver(chosen.cooperative, _number(receiver_number), receiver_email)
	return transactions.request(chosen, kind, share_class, shares, **values)


@visitor.action()
def leave(iban: str | None = None, reason: str | None = None, member: str | None = None) -> dict:
	"""Ask to sell back all that one of the session's members holds, and be asked for no more dues. Dues of
	which nothing is paid are called off; what else is asked for stays as it is. Raises a sentence for whatever stands against it, and as visitor.choose.
	"""
	chosen = visitor.own(member)
	visitor.may_sign(chosen)
	transactions.ask_to_leave(chosen, iban=iban, reason=reason)
	renewal.leave(frappe.get_doc("Member", chosen.name), reason)
	return {"said": _("Your wish to leave has arrived. The board decides, and you hear from us by e-mail.")}


@visitor.action()
def withdraw(request: str, member: str | None = None) -> str:
	"""Take back a request that nobody has executed yet; returns its status. Who thinks better of leaving is asked for
	dues as before. Raises as visitor.choose.
	"""
	chosen = visitor.own(member)
	visitor.may_sign(chosen)
	name = {"name": request, "member": chosen.name, "docstatus": ["!=", 0]}
	if not frappe.db.exists(transactions.TRANSACTION, name):
		actions.deny()
	transaction = frappe.get_doc(transactions.TRANSACTION, request)
	status = transactions.withdraw(transaction)
	if transaction.is_departure and not transactions.leaves(chosen.name):
		renewal.stay(chosen)
	return status


def _person(sent: dict | str) -> dict:
	"""The fields of a receiver's application, each one a text. Raises a sentence for anything else."""
	try:
		found = frappe.parse_json(sent)
	except ValueError:
		found = None
	if not isinstance(found, dict) or not all(isinstance(value, str | None) for value in found.values()):
		frappe.throw(_("Say who receives the shares: name, e-mail address, birth date and address."))
	return found


def _number(sent) -> int:
	return doors.whole(sent, _("Member number")) or 0


def _receiver(cooperative: str, number: int, email: str | None) -> str:
	"""Name of the active member with this number and this address; one sentence, whichever of them is wrong."""
	row = {"cooperative": cooperative, "member_number": number, "status": ACTIVE}
	found = number and frappe.db.get_value(
		"Member", row, ["name", "email", "organisation_email"], as_dict=True
	)
	known = {
		(address or "").lower() for address in ((found.email, found.organisation_email) if found else ())
	}
	if not email or email.strip().lower() not in known - {""}:
		frappe.throw(
			_("No member has this number and this e-mail address. Please ask the receiver for both.")
		)
	return found.name
