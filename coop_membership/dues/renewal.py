"""What a member says about the next period: go on, pause, or leave; from the mail, or on the own pages.

Only a completed payment renews: to go on is to pay what is asked. To pause, or to leave, calls off what was asked and
not paid; what is paid stays. Who may is the caller's matter: the portal chose the session's own member, or the link of the
mail says whose dues they are.
"""

from __future__ import annotations

import datetime
import hashlib

import frappe
from frappe import _
from frappe.utils import add_days, add_months, cint, flt, formatdate, get_url, getdate, today

from coop_membership import host, signing
from coop_membership.accounting.choice import books_of
from coop_membership.doctypes import Member, Membership
from coop_membership.dues import amounts, breaks, dues
from coop_membership.dues.demand import DUES
from coop_membership.messages import mail, tasks, timeline
from coop_membership.payments import credit
from coop_membership.people import members
from coop_membership.register import standing
from coop_membership.states.demands import EXPIRED, LIVE, OPEN, PAID

ASK, BY_ITSELF, NO_MORE = "Ask each time", "By itself", "Not any more"
PAGE, PURPOSE, VALID_DAYS = "/membership-renewal", "renewal", 120
PAUSES = (1, 3, 6, 12)  # months
EARLY_DAYS = 60  # who pays for a period that begins later than this is asked first


# --- what is there -------------------------------------------------------------------------------


def open_dues(member: Member) -> Membership | None:
	"""The dues that a Member is asked for now; the oldest of several."""
	waiting = {"member": member.name, "docstatus": 1, "status": OPEN}
	name = frappe.db.get_value(DUES, waiting, "name", order_by="from_date asc")
	return frappe.get_doc(DUES, name) if name else None


def last_dues(member: Member) -> Membership | None:
	"""The dues that were paid, or asked for in vain, for the last days."""
	known = {"member": member.name, "docstatus": 1, "status": ["in", [*LIVE, EXPIRED]]}
	name = frappe.db.get_value(DUES, known, "name", order_by="to_date desc, creation desc")
	return frappe.get_doc(DUES, name) if name else None


def paid_until(member: Member) -> datetime.date | None:
	"""The last day that is paid."""
	paid = {"member": member.name, "docstatus": 1, "status": PAID}
	day = frappe.db.get_value(DUES, paid, "to_date", order_by="to_date desc")
	return getdate(day) if day else None


# --- to go on ------------------------------------------------------------------------------------


def question(member: Member) -> str | None:
	"""What to ask before a Member is asked for more, who has paid far ahead; None when there is nothing to ask."""
	until = paid_until(member)
	if not until or open_dues(member) or until < getdate(add_days(today(), EARLY_DAYS)):
		return None
	return _("Your dues are paid until {0} already. Do you want to pay the period after that now?").format(
		formatdate(until)
	)


def go_on(
	member: Member, plan: str | None = None, tariff: str | None = None, amount: float = 0
) -> Membership:
	"""The dues that a Member has to pay to go on: what is asked for already, or newly made ones.

	`plan`, `tariff` and `amount` as the member chose them among what is offered; raises a sentence for anything else. Who
	had said not to go on does so again. A second call finds the first one's outcome.
	"""
	host.lock(member)
	if member.dues_renewal == NO_MORE:
		member.db_set("dues_renewal", ASK)
	if found := open_dues(member):
		return found
	if not may_go_on(member):
		frappe.throw(_("Who has left pays dues again once they hold shares. Ask for shares first."))
	if standing.covers_on(member.name):
		frappe.throw(_("Your dues are paid by somebody else. Leave their household first to pay your own."))
	last = last_dues(member)
	plan = plan or (last and last.plan)
	if not plan or (plan != (last and last.plan) and not dues.is_offered(plan, member.cooperative, True)):
		frappe.throw(_("Choose the dues that you want to pay."))
	if frappe.get_cached_value("Membership Plan", plan, "disabled"):
		frappe.throw(_("These dues are not offered any more. Choose others."))
	_refuse_tariff(member, plan, tariff, amount)
	first_day, follows = next_period(member, plan, last)
	made = dues.create(
		member,
		plan,
		first_day,
		renews=follows and follows.name,
		tariff=tariff,
		amount=flt(amount, 2),
	)
	if follows:
		follows.db_set("renewed_by", made.name)
	return made


def may_go_on(member: Member) -> bool:
	"""False for who has left a Cooperative in which dues alone make no member."""
	return not members.has_left(member) or standing.counts_dues(member.cooperative)


def next_period(
	member: Member, plan: str, last: Membership | None
) -> tuple[datetime.date, Membership | None]:
	"""(first day, the dues that it follows on) of what a Member would be asked for with a plan; `last` as `last_dues`."""
	follows = last if last and last.status in LIVE and last.plan == plan and not last.renewed_by else None
	first_day = dues.first_day_after(follows) if follows else _first_free_day(member)
	return first_day or getdate(), follows


def _first_free_day(member: Member) -> datetime.date:
	until = paid_until(member)
	return max(getdate(), getdate(add_days(until, 1))) if until else getdate()


def _refuse_tariff(member: Member, plan: str, tariff: str | None, amount: float) -> None:
	"""Raise a sentence for a tariff or an amount that the member can't have."""
	doc = frappe.get_cached_doc("Membership Plan", plan)
	try:
		proved = bool(tariff) and tariff == dues.tariff_of(member, doc, getdate())
		amounts.price(dues.prices_of(doc), tariff or "", flt(amount, 2), may_without_proof=proved)
	except amounts.Refused as refused:
		frappe.throw(dues.refusal(refused.code, doc))


def pay_with_credit(member: Member) -> str:
	"""Pay what a Member is asked for with the credit, once the member has said so; returns the status of the dues.

	Raises a sentence when nothing is asked for, or the credit is not enough.
	"""
	asked = go_on(member)
	if flt(books_of(member).credit(member), 2) < flt(asked.outstanding_amount, 2):
		frappe.throw(_("Your credit is less than the dues. Pay the rest first, or write to us."))
	return credit.spend_as_asked(asked)


def by_itself(member: Member, wanted: bool) -> None:
	"""Let each period follow by itself: credit pays it at once, and no question is asked; or ask each time again."""
	host.lock(member)
	member.db_set("dues_renewal", BY_ITSELF if wanted else ASK)
	timeline.note(
		member,
		_("Dues are renewed by themselves, as the member wishes.")
		if wanted
		else _("Dues are asked for each time, as the member wishes."),
	)


def set_payer(member: Member, values: dict[str, str | None]) -> None:
	"""Note who pays a Member's dues instead, for all periods to come and what is asked for now."""
	host.lock(member)
	member.db_set(values)
	if asked := open_dues(member):
		asked.db_set({field.removeprefix("dues_"): value for field, value in values.items()})


# --- to pause, to leave --------------------------------------------------------------------------


def pause(member: Member, months: int) -> datetime.date:
	"""Ask a Member for no dues for some months after what is paid; returns the last day of the pause.

	What was asked for and is not paid is called off. Raises a sentence when there is nothing to pause, or a pause already.
	"""
	host.lock(member)
	if cint(months) not in PAUSES:
		frappe.throw(_("Choose how long the pause lasts."))
	until = paid_until(member)
	if not until:
		frappe.throw(_("There are no paid dues to pause."))
	begin = max(getdate(), getdate(add_days(until, 1)))
	if any(one.has(begin) for one in breaks.of(member.name, breaks.PAUSE)):
		frappe.throw(_("A pause is noted already."))
	end = getdate(add_days(add_months(begin, cint(months)), -1))
	call_off(member)
	breaks.add(member, breaks.PAUSE, begin, end, _("As the member wishes"))
	timeline.note(member, _("Pause from {0} to {1}.").format(formatdate(begin), formatdate(end)))
	return end


def leave(member: Member, reason: str | None = None) -> datetime.date | None:
	"""Ask a Member for no more dues: the membership ends with what is paid. Returns that day; None when nothing is paid.

	What was asked for and is not paid is called off. The managers are told. A second call does no harm.
	"""
	host.lock(member)
	if member.dues_renewal == NO_MORE:
		return paid_until(member)
	call_off(member)
	member.db_set({"dues_renewal": NO_MORE, **({"leaving_reason": reason[:500]} if reason else {})})
	sentence = _("{0} does not want to pay dues any more.").format(member.display_name)
	timeline.note(member, sentence)
	tasks.tell(member, sentence)
	return paid_until(member)


def stay(member: Member) -> None:
	"""Who wanted to leave stays, and is asked for dues as before. A second call does no harm."""
	host.lock(member)
	if member.dues_renewal != NO_MORE:
		return
	member.db_set({"dues_renewal": ASK, "leaving_reason": None})
	sentence = _("{0} stays, and is asked for dues as before.").format(member.display_name)
	timeline.note(member, sentence)
	tasks.tell(member, sentence)


def call_off(member: Member) -> None:
	"""Cancel the open dues of a Member of which nothing is paid. Raises a sentence when a part is."""
	waiting = {"member": member.name, "docstatus": 1, "status": OPEN}
	for name in frappe.get_all(DUES, waiting, pluck="name", order_by="from_date desc"):
		asked = frappe.get_doc(DUES, name)
		if flt(asked.paid_amount, 2):
			frappe.throw(_("A part of your dues is paid. Write to us, so that we pay it back first."))
		asked.flags.ignore_permissions = True  # see above
		with host.as_system():  # the books' own documents follow
			asked.cancel()


# --- from the mail -------------------------------------------------------------------------------


def link(membership: Membership) -> str:
	"""Address of the page on which the receiver of a renewal mail goes on, pauses or leaves; good for four months.

	And as long as the mailboxes that it went to are the member's.
	"""
	said = f"{membership.name}|{_mailboxes(membership)}"
	return get_url(f"{PAGE}?key={signing.sign(PURPOSE, said, VALID_DAYS)}")


def read(key: str | None) -> Membership:
	"""The dues that a link is about. Raises signing.BadKey; Expired once the member is written to elsewhere."""
	name, _bar, mailboxes = signing.read(PURPOSE, key).partition("|")
	if not frappe.db.exists(DUES, name):
		raise signing.BadKey
	membership = frappe.get_doc(DUES, name)
	if mailboxes != _mailboxes(membership):
		raise signing.Expired(name)
	return membership


def _mailboxes(membership: Membership) -> str:
	"""Says where the member is written to without telling it."""
	emails = mail.recipient_of(membership).emails
	return hashlib.sha256("|".join(sorted(one.lower() for one in emails)).encode()).hexdigest()[:24]
