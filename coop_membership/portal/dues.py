"""What members say about their dues on the website. The Member comes from `visitor`, never from an address."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint, formatdate

from coop_membership import actions, doors
from coop_membership.doctypes import Member
from coop_membership.dues import household, renewal
from coop_membership.joining import households
from coop_membership.messages import tasks
from coop_membership.portal import sections, visitor
from coop_membership.prints.wording import long_date
from coop_membership.values import Wrong, mailboxes, names, text


@visitor.action()
def renew(
	plan: str | None = None,
	tariff: str | None = None,
	amount: str | None = None,
	sure: int = 0,
	member: str | None = None,
) -> dict:
	"""Ask for the dues of the next period, which are renewed once they are paid; leads to how to pay.

	Whoever has paid far ahead is asked first. A second call finds the first one's dues. Raises as visitor.choose.
	"""
	chosen = _signing(member)
	if not cint(sure) and (question := renewal.question(chosen)):
		return {"question": question}
	renewal.go_on(chosen, plan or None, tariff or None, doors.price(amount))
	said = _("Thank you. The period begins once the dues are paid.")
	return {"said": said, "next": sections.address("payments", member)}


@visitor.action()
def pay_with_credit(sure: int = 0, member: str | None = None) -> dict:
	"""Pay the next period with one's credit; asked first. Raises as visitor.choose."""
	chosen = _signing(member)
	if not cint(sure):
		return {"question": renewal.question(chosen) or _("Pay the next period with your credit?")}
	renewal.pay_with_credit(chosen)
	return {"said": _("Your dues are paid with your credit.")}


@visitor.action()
def by_itself(wanted: int = 0, member: str | None = None) -> None:
	"""Let each period follow by itself, or be asked each time. Raises as visitor.choose."""
	renewal.by_itself(_signing(member), bool(cint(wanted)))


@visitor.action()
def pause(months: int, member: str | None = None) -> dict:
	"""Ask for no dues for some months after what is paid. Raises as visitor.choose."""
	end = renewal.pause(_signing(member), doors.whole(months, _("Month")) or 0)
	return {"said": _("Your membership pauses until {0}. You are asked again then.").format(long_date(end))}


@visitor.action()
def leave(reason: str | None = None, member: str | None = None) -> dict:
	"""Be asked for no more dues. Raises as visitor.choose."""
	until = renewal.leave(_signing(member), reason)
	if not until:
		return {"said": _("You are not asked for dues any more.")}
	return {
		"said": _("You are not asked for dues any more; they are paid until {0}.").format(long_date(until))
	}


@visitor.action()
def set_payer(
	name: str | None = None, email: str | None = None, address: str | None = None, member: str | None = None
) -> None:
	"""Say who pays the dues instead: they get the requests and the receipts too. All empty: nobody else does."""
	chosen = _signing(member)
	try:
		values = {
			"dues_payer_name": names.name(name) or None,
			"dues_payer_email": mailboxes.email(email) or None,
			"dues_payer_address": text.lines(address) or None,
		}
	except Wrong as wrong:
		doors.throw(wrong, _("Who pays"))
	renewal.set_payer(chosen, values)


@visitor.action()
def add_person(
	first_name: str, last_name: str, email: str, birth_date: str | None = None, member: str | None = None
) -> dict:
	"""Ask to have a person covered by one's dues: they confirm their address, and are admitted as anybody is."""
	person = {"first_name": first_name, "last_name": last_name, "email": email, "birth_date": birth_date}
	households.ask(_signing(member), person)
	return {"said": _("Thank you. We write to this person, who has to confirm it.")}


@visitor.action()
def drop_person(request: str, member: str | None = None) -> None:
	"""Take back what was asked with `add_person` and is not decided yet."""
	households.take_back(_signing(member), request)


@visitor.action()
def take_out(person: str, member: str | None = None) -> dict:
	"""Cover a person no more, as the head; or, with the own name, leave the household as who is covered."""
	chosen = _signing(member)
	if person != chosen.name:
		_covered(chosen, person)
	household.detach(frappe.get_doc("Member", person))
	return {"said": _("Done. They can pay dues of their own from today on.")}


@visitor.action()
def change_head(person: str, member: str | None = None) -> dict:
	"""Let a person whom one covers pay from the next period on."""
	chosen = _signing(member)
	_covered(chosen, person)
	other = frappe.get_doc("Member", person)
	first = household.change_head(chosen, other)
	tasks.tell(
		chosen,
		_("From {0} on, {1} pays the dues instead of {2}.").format(
			formatdate(first), other.display_name, chosen.display_name
		),
	)
	return {"said": _("Noted: {0} is asked to pay from {1} on.").format(other.display_name, long_date(first))}


def _covered(head: Member, person: str) -> None:
	"""Raise for anybody whom a head does not cover, alike whether there is such a member or not."""
	if person not in {row.member for row in household.people(head.name)}:
		actions.deny()


def _signing(member: str | None) -> Member:
	chosen = visitor.own(member)
	visitor.may_sign(chosen)
	return chosen
