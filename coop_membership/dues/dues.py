"""Dues: one Membership per member and period, asked for like a capital release request and settled by payment.

Their state is what the books say, whatever happened before. What they make of the member: `belonging.py`.
"""

from __future__ import annotations

import datetime

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, formatdate, getdate, today

from coop_membership import host, jobs, server_owned
from coop_membership.accounting.choice import books_of
from coop_membership.accounting.states import EXPIRED, LIVE, OPEN, PAID
from coop_membership.doctypes import Member, Membership, MembershipApplication
from coop_membership.dues import belonging
from coop_membership.dues.demand import DUES, same_days
from coop_membership.dues.periods import next_first_day, period, price_of
from coop_membership.messages import mail, timeline
from coop_membership.payments import demands, settlement
from coop_membership.people import members
from coop_membership.register.states import FORMER

LATE_RENEWALS_DAYS = 30  # a job that did not run for a month still finds what ended meanwhile


def create(
	member: Member, plan: str, first_day=None, application: str | None = None, renews: str | None = None
):
	"""Make and submit the Membership of a Member from a day on (today); the Books ask for the money.

	Returns the document. The caller checked who decides. Raises a sentence when days are paid for already.
	"""
	cooperative = frappe.get_cached_doc("Cooperative", member.cooperative)
	membership = frappe.get_doc(
		{
			"doctype": DUES,
			"cooperative": cooperative.name,
			"member": member.name,
			"member_name": member.display_name,
			"plan": plan,
			"application": application,
			"renews": renews,
			"from_date": first_day or today(),
			"posting_date": today(),
			"due_date": max(
				getdate(first_day or today()), getdate(add_days(today(), cint(cooperative.payment_days)))
			),
		}
	)
	membership.flags.ignore_permissions = True  # see above
	server_owned.by_service(membership).submit()
	return membership


def ask(membership: Membership) -> None:
	"""Once submitted: the Books ask for the money. A free plan's dues are confirmed at once, without an invoice."""
	if flt(membership.amount, 2) > 0:
		books_of(membership).ask(membership)
	else:
		settlement.settle_locked(membership, fresh=False)


def compute(membership: Membership) -> None:
	"""Period, amount, reference and state of a draft; raises a sentence when the plan or the days don't fit."""
	plan = frappe.get_cached_doc("Membership Plan", membership.plan)
	if plan.cooperative != membership.cooperative:
		frappe.throw(_("The plan {0} is one of another cooperative. Choose another plan.").format(plan.title))
	found = period(plan.period, getdate(membership.from_date), cint(plan.interval), plan.interval_unit)
	membership.to_date = found.to_date
	if other := same_days(membership):
		frappe.throw(
			_("{0} has dues for these days already: {1}. Choose another first day.").format(
				membership.member_name or membership.member, other
			)
		)
	if membership.is_new() or membership.docstatus == 0:
		membership.entry_fee = 0 if _had_dues(membership) else flt(plan.entry_fee, 2)
		price = price_of(plan.price, plan.period, found.from_date, cint(plan.interval), bool(plan.prorate))
		membership.amount = flt(price + membership.entry_fee, 2)
	demands.begin(membership)


def _had_dues(membership: Membership) -> bool:
	"""The entry fee is asked once: with the first dues that were not called off."""
	earlier = {"member": membership.member, "docstatus": 1, "name": ["!=", membership.name or ""]}
	return bool(frappe.db.exists(DUES, {**earlier, "status": ["in", LIVE]}))


def of_application(application: MembershipApplication, member: Member):
	"""The Membership that an approved application asked for; None when it asked for none, or the member pays already."""
	if not application.plan:
		return None
	running = {"member": member.name, "docstatus": 1, "status": ["in", LIVE], "to_date": [">=", today()]}
	if name := frappe.db.exists(DUES, running):
		timeline.note(application, _("No dues were asked for: {0} are running.").format(name))
		return None
	membership = create(member, application.plan, application=application.name)
	_ask_by_mail("Dues Request", membership)
	return membership


def price_today(plan: str | None, cooperative: str) -> float:
	"""What the first period of a plan of the cooperative costs who joins today, entry fee included; 0 of none."""
	if not plan or not is_offered(plan, cooperative, public=False):
		return 0
	doc = frappe.get_cached_doc("Membership Plan", str(plan))
	price = price_of(doc.price, doc.period, getdate(), cint(doc.interval), bool(doc.prorate))
	return flt(price + flt(doc.entry_fee), 2)


def _ask_by_mail(event: str, membership: Membership) -> None:
	"""Who has nothing to pay is not asked to; the confirmation has gone out."""
	if flt(membership.amount, 2) > 0:
		mail.send(event, membership)


def is_offered(plan: str, cooperative: str, public: bool) -> bool:
	"""True when an application may ask for a plan; `public` for what the website offers."""
	wanted = {"name": str(plan), "cooperative": cooperative, "disabled": 0}
	return bool(frappe.db.exists("Membership Plan", wanted | ({"on_website": 1} if public else {})))


def renew(membership: Membership, first_day: str | None = None) -> str:
	"""Make the Membership of the period that follows and ask for it by mail; returns its name.

	It begins on `first_day`, or else as `next_first_day` says: never with a period that is over. A second call finds the
	first one's outcome. Raises a sentence when there is nothing to follow on.
	"""
	membership.check_permission("submit")
	if first_day and getdate(first_day) <= getdate(membership.to_date):
		frappe.throw(
			_("These dues run until {0}. Choose a later first day.").format(formatdate(membership.to_date))
		)
	return _renew(membership, first_day)


def first_day_after(membership: Membership) -> datetime.date:
	"""The first day of the dues that would follow these now."""
	plan = frappe.get_cached_doc("Membership Plan", membership.plan)
	return next_first_day(
		getdate(membership.to_date), getdate(), plan.period, cint(plan.interval), plan.interval_unit
	)


def _renew(membership: Membership, first_day: str | None = None) -> str:
	host.lock(membership)
	if membership.renewed_by:
		return membership.renewed_by
	if membership.docstatus != 1 or membership.status not in LIVE:
		frappe.throw(_("Only open or paid dues can be renewed."))
	member = frappe.get_doc("Member", membership.member)
	if members.has_left(member):
		frappe.throw(_("{0} has left. There is nothing to renew.").format(member.display_name))
	if frappe.get_cached_value("Membership Plan", membership.plan, "disabled"):
		frappe.throw(_("The plan is disabled. Make new dues with another plan."))
	first_day = first_day or first_day_after(membership)
	following = create(member, membership.plan, first_day, renews=membership.name)
	membership.db_set("renewed_by", following.name)
	_ask_by_mail("Renewal Due", following)
	return following.name


def expire(membership: Membership) -> str:
	"""Call off dues of which nothing was paid in time; the person is told. Returns the status."""
	host.lock(membership)
	if membership.docstatus != 1 or membership.status != OPEN or flt(membership.paid_amount, 2):
		return membership.status
	books_of(membership).withdraw(membership)
	membership.db_set({"status": EXPIRED, "outstanding_amount": 0})
	belonging.follow(membership)
	mail.send("Membership Expired", membership)
	return membership.status


def called_off(membership: Membership) -> None:
	"""After a cancellation: the period before may be renewed again."""
	if membership.renews:
		frappe.db.set_value(
			DUES, {"name": membership.renews, "renewed_by": membership.name}, "renewed_by", None
		)
	belonging.follow(membership)


def daily() -> tuple[int, int]:
	"""Daily job: renew what ends soon, expire what stayed unpaid. Returns how many of each; failures are logged."""
	renewed = jobs.each(_ending(), lambda name: _renew(frappe.get_doc(DUES, name)), "Dues not renewed", DUES)
	expired = jobs.each(_unpaid(), lambda name: expire(frappe.get_doc(DUES, name)), "Dues not expired", DUES)
	jobs.each(belonging.ended(), belonging.leave, "Member not brought up to date", "Member")
	return len(renewed.done), len(expired.done)


def _ending() -> list[str]:
	"""Paid dues that end within the notice of their plan."""
	names = []
	for plan in frappe.get_all(
		"Membership Plan", {"renewal_notice_days": [">", 0], "disabled": 0}, ["name", "renewal_notice_days"]
	):
		days = [add_days(today(), -LATE_RENEWALS_DAYS), add_days(today(), plan.renewal_notice_days)]
		found = frappe.get_all(
			DUES,
			{
				"plan": plan.name,
				"docstatus": 1,
				"status": PAID,
				"renewed_by": ["is", "not set"],
				"to_date": ["between", days],
			},
			["name", "member"],
		)
		left = {"name": ["in", [row.member for row in found] or [""]], "status": FORMER}
		former = set(frappe.get_all("Member", left, pluck="name"))
		names += [row.name for row in found if row.member not in former]
	return names


def _unpaid() -> list[str]:
	names = []
	for plan in frappe.get_all("Membership Plan", {"grace_days": [">", 0]}, ["name", "grace_days"]):
		names += frappe.get_all(
			DUES,
			{
				"plan": plan.name,
				"docstatus": 1,
				"status": OPEN,
				"paid_amount": 0,
				"due_date": ["<", add_days(today(), -plan.grace_days)],
			},
			pluck="name",
		)
	return names
