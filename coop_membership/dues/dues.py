"""Dues: one Membership per member and period, asked for like a capital release request and settled by payment.

Their state is what the books say, whatever happened before. What they make of the member: `belonging.py`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, formatdate, getdate, today

from coop_membership import actions, host, jobs, server_owned
from coop_membership.accounting.choice import books_of
from coop_membership.doctypes import Member, Membership, MembershipApplication, MembershipPlan
from coop_membership.dues import amounts, belonging, breaks
from coop_membership.dues.demand import DUES, same_days
from coop_membership.dues.periods import after_pauses, next_first_day, period, price_of
from coop_membership.messages import mail, timeline
from coop_membership.payments import credit, demands, settlement
from coop_membership.people import members
from coop_membership.prints.wording import money
from coop_membership.register import standing
from coop_membership.states.demands import EXPIRED, LIVE, OPEN, PAID
from coop_membership.states.members import FORMER

ONLINE, AT_THE_OFFICE = "Sent online", "Shown at the office"
PROOFS = ("", ONLINE, AT_THE_OFFICE)
PART = 250  # dues that one job asks for: two minutes with books in ERPNext
LATE_RENEWALS_DAYS = 30  # a job that did not run for a month still finds what ended meanwhile


def create(
	member: Member,
	plan: str,
	first_day=None,
	application: str | None = None,
	renews: str | None = None,
	tariff: str | None = None,
	amount: float = 0,
):
	"""Make and submit the Membership of a Member from a day on (today); the Books ask for the money.

	`tariff` and `amount` as chosen; else the tariff that the member was given, and what the plan asks. Returns the document.
	The caller checked who decides. Raises a sentence when days are paid for already.
	"""
	doc = frappe.get_cached_doc("Membership Plan", plan)
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
			"tariff": tariff or tariff_of(member, doc, getdate(first_day or today())) or None,
			"chosen_amount": amount,
			"payer_name": member.dues_payer_name,
			"payer_email": member.dues_payer_email,
			"payer_address": member.dues_payer_address,
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
		membership.covers = max(cint(plan.covers), 1)
		try:
			cost = cost_of(
				membership.member,
				plan,
				found.from_date,
				membership.tariff or "",
				flt(membership.chosen_amount, 2),
				apart_from=membership.name or "",
			)
		except amounts.Refused as refused:
			frappe.throw(refusal(refused.code, plan))
		membership.is_exempt = int(cost.is_exempt)
		membership.entry_fee = cost.entry_fee
		membership.amount = cost.amount
	demands.begin(membership)


@dataclass(frozen=True)
class Cost:
	"""What a period asks of a member: for its days, and once for entering."""

	period: float
	entry_fee: float = 0
	is_exempt: bool = False

	@property
	def amount(self) -> float:
		return flt(self.period + self.entry_fee, 2)


def cost_of(
	member: str,
	plan: MembershipPlan,
	first_day: datetime.date,
	tariff: str = "",
	chosen: float = 0,
	apart_from: str = "",
) -> Cost:
	"""What the period of a plan that begins on a day costs a Member; `apart_from` are dues that are being made.

	Raises amounts.Refused for a tariff or an amount that there is not.
	"""
	if breaks.is_exempt(member, first_day):
		return Cost(0, is_exempt=True)
	price = amounts.price(prices_of(plan), tariff, chosen, may_without_proof=True)
	if not chosen:
		price = price_of(price, plan.period, first_day, cint(plan.interval), bool(plan.prorate))
	fee = flt(plan.entry_fee, 2)
	return Cost(price, 0 if not fee or _had_dues(member, apart_from) else fee)


def prices_of(plan: MembershipPlan) -> amounts.Prices:
	"""What a plan costs, for `amounts`."""
	return amounts.Prices(
		flt(plan.price, 2),
		bool(plan.free_amount),
		flt(plan.minimum_amount, 2),
		{row.title: flt(row.price, 2) for row in plan.tariffs},
		frozenset(row.title for row in plan.tariffs if row.needs_proof),
	)


def tariff_of(member: Member, plan: MembershipPlan, day: datetime.date) -> str:
	"""The tariff of a plan that a Member was given, as far as it holds on a day; "" for none."""
	given = member.dues_tariff or ""
	if member.dues_tariff_until and getdate(member.dues_tariff_until) < day:
		return ""
	return given if given in {row.title for row in plan.tariffs} else ""


def refusal(code: str, plan: MembershipPlan) -> str:
	"""The sentence for what `amounts` refused."""
	currency = frappe.get_cached_value("Cooperative", plan.cooperative, "currency")
	return {
		amounts.TOO_LOW: lambda: _("The amount is too low. Please give at least {0}.").format(
			money(plan.minimum_amount, currency)
		),
		amounts.TOO_HIGH: lambda: _("The amount is very high. Please check it; if it is right, write to us."),
		amounts.NOT_FREE: lambda: _("The amount of these dues is fixed."),
		amounts.NO_TARIFF: lambda: _("There is no such tariff. Choose one of the plan {0}.").format(
			plan.title
		),
		amounts.NEEDS_PROOF: lambda: _("This tariff needs a proof. Send it to us first: we note it for you."),
	}[code]()


def _had_dues(member: str, apart_from: str = "") -> bool:
	"""The entry fee is asked once: with the first dues that were not called off."""
	earlier = {"member": member, "docstatus": 1, "name": ["!=", apart_from]}
	return bool(frappe.db.exists(DUES, {**earlier, "status": ["in", LIVE]}))


def of_application(application: MembershipApplication, member: Member):
	"""The Membership that an approved application asked for; None when it asked for none, or the member pays already."""
	if not application.plan:
		return None
	running = {"member": member.name, "docstatus": 1, "status": ["in", LIVE], "to_date": [">=", today()]}
	if name := frappe.db.exists(DUES, running):
		timeline.note(application, _("No dues were asked for: {0} are running.").format(name))
		return None
	if covered := standing.covers_on(member.name):
		timeline.note(
			application, _("No dues were asked for: those of {0} cover them.").format(covered[0].head)
		)
		return None
	membership = create(
		member,
		application.plan,
		application=application.name,
		tariff=application.tariff,
		amount=flt(application.chosen_amount, 2),
	)
	if application.tariff and application.tariff != member.dues_tariff:
		member.db_set(
			{"dues_tariff": application.tariff, "dues_tariff_until": None}
		)  # of the next periods too
	_ask_by_mail("Dues Request", membership)
	return membership


def price_today(plan: str | None, cooperative: str, tariff: str | None = None, chosen: float = 0) -> float:
	"""What the first period of a plan of the cooperative costs who joins today, entry fee included; 0 of none, or while
	tariff and chosen amount are none of the plan's (`refused`).
	"""
	if not plan or not is_offered(plan, cooperative, public=False):
		return 0
	doc = frappe.get_cached_doc("Membership Plan", str(plan))
	try:
		price = amounts.price(prices_of(doc), tariff or "", flt(chosen, 2), may_without_proof=True)
	except amounts.Refused:
		return 0
	if not flt(chosen, 2):
		price = price_of(price, doc.period, getdate(), cint(doc.interval), bool(doc.prorate))
	return flt(price + flt(doc.entry_fee), 2)


@dataclass(frozen=True)
class Refusal:
	"""Why dues can't be asked for as they were: a code of `amounts`, and values for its sentence."""

	code: str
	values: dict


def refused(application: MembershipApplication, public: bool) -> Refusal | None:
	"""What is wrong with the tariff and the amount that a request names; None when nothing is.

	A visitor says how a tariff is proved; whether it is, a manager sees before the request is approved.
	"""
	doc = frappe.get_cached_doc("Membership Plan", str(application.plan))
	proof = application.tariff_proof or ""
	if proof not in PROOFS:
		return Refusal("proof_unknown", {})
	tariff = application.tariff or ""
	try:
		amounts.price(prices_of(doc), tariff, flt(application.chosen_amount, 2), bool(proof) or not public)
	except amounts.Refused as error:
		asked = next((row.price for row in doc.tariffs if row.title == tariff), doc.minimum_amount)
		return Refusal(error.code, {"minimum": flt(asked, 2)})
	return None


def needs_proof(application: MembershipApplication) -> bool:
	"""True for a request of a tariff that a manager has to see a proof of."""
	if not application.plan or not application.tariff:
		return False
	doc = frappe.get_cached_doc("Membership Plan", application.plan)
	return any(row.needs_proof for row in doc.tariffs if row.title == application.tariff)


def _ask_by_mail(event: str, membership: Membership) -> None:
	"""Who has nothing to pay is not asked to; the confirmation has gone out.

	Who pays instead gets what is to be paid, and no link by which the member pauses or leaves.
	"""
	if flt(membership.amount, 2) > 0:
		mail.send(event, membership)
		if membership.payer_email:
			mail.send(event, membership, {"renewal_page": ""}, to=membership.payer_email)


def is_offered(plan: str, cooperative: str, public: bool) -> bool:
	"""True when an application may ask for a plan; `public` for what the website offers."""
	wanted = {"name": str(plan), "cooperative": cooperative, "disabled": 0}
	return bool(frappe.db.exists("Membership Plan", wanted | ({"on_website": 1} if public else {})))


def renew(membership: Membership, first_day: str | None = None) -> str:
	"""Make the Membership of the period that follows and ask for it by mail; returns its name.

	It begins on `first_day`, or else as `next_first_day` says: never with a period that is over. A second call finds the
	first one's outcome. Raises a sentence when there is nothing to follow on.
	"""
	actions.check(membership, actions.RECORD)
	if first_day and getdate(first_day) <= getdate(membership.to_date):
		frappe.throw(
			_("These dues run until {0}. Choose a later first day.").format(formatdate(membership.to_date))
		)
	host.lock(membership)
	return _renew(membership, first_day)


def first_day_after(membership: Membership, member: Member | None = None) -> datetime.date | None:
	"""The first day of the dues that would follow these now, after a pause; None while one goes on until further notice.

	`member`: theirs, where the caller has just read it.
	"""
	plan = frappe.get_cached_doc("Membership Plan", membership.plan)
	first_day = next_first_day(
		getdate(membership.to_date), getdate(), plan.period, cint(plan.interval), plan.interval_unit
	)
	pauses = breaks.pauses_of(member) if member else breaks.of(membership.member, breaks.PAUSE)
	return after_pauses(first_day, pauses)


def _renew(membership: Membership, first_day: str | None = None) -> str:
	"""What `renew` does, of dues that are locked and just read."""
	if membership.renewed_by:
		return membership.renewed_by
	if membership.docstatus != 1 or membership.status not in LIVE:
		frappe.throw(_("Only open or paid dues can be renewed."))
	member = frappe.get_doc("Member", membership.member)
	if members.has_left(member):
		frappe.throw(_("{0} has left. There is nothing to renew.").format(member.display_name))
	if frappe.get_cached_value("Membership Plan", membership.plan, "disabled"):
		frappe.throw(_("The plan is disabled. Make new dues with another plan."), host.ForStaff)
	first_day = first_day or first_day_after(membership, member)
	if not first_day:
		frappe.throw(
			_("{0} pauses until further notice. End the pause on the member first.").format(
				member.display_name
			),
			host.ForStaff,
		)
	member = _payer_on(member, getdate(first_day))
	following = create(member, membership.plan, first_day, renews=membership.name)
	membership.db_set("renewed_by", following.name)
	if member.dues_renewal == "By itself" and credit.covers(following):
		credit.spend_as_asked(following)
	else:
		_ask_by_mail("Renewal Due", following)
	return following.name


def _renew_named(name: str) -> str:
	"""A job's step: read once, as many thousand are asked in a night."""
	return _renew(host.read_locked(DUES, name))


def _payer_on(member: Member, day: datetime.date) -> Member:
	"""Who pays from a day on: the new head of a household, where it has changed."""
	covered = standing.covers_on(member.name, day)
	return frappe.get_doc("Member", covered[0].head) if covered else member


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
	"""Daily job: renew what ends soon, expire what stayed unpaid. Returns how many of each; failures are logged.

	Where a whole association's year ends, this job takes the first part and leaves the others to the site's workers: it would
	be stopped long before the last.
	"""
	ending, unpaid = _ending(), _unpaid()
	renewed, expired = renew_all(ending[:PART]), expire_all(unpaid[:PART])
	jobs.hand_out(renew_all, ending[PART:], PART)
	jobs.hand_out(expire_all, unpaid[PART:], PART)
	jobs.each(belonging.ended(), belonging.leave, "Member not brought up to date", "Member")
	return renewed, expired


def renew_all(names: list[str]) -> int:
	"""Renew these dues, each as `renew` does but for nobody's session; returns how many."""
	return len(jobs.each(names, _renew_named, "Dues not renewed", DUES).done)


def expire_all(names: list[str]) -> int:
	"""Call these dues off, see `expire`; returns how many were looked at without a failure."""
	return len(
		jobs.each(names, lambda name: expire(frappe.get_doc(DUES, name)), "Dues not expired", DUES).done
	)


def ask_everybody(plan: str, days: int) -> tuple[int, int]:
	"""Ask all members of a plan whose dues end within some days for the next period, as `daily` does, with progress.

	For a background job that a manager starts; started again, it goes on with who is left. Returns (asked, failed).
	"""
	outcome = jobs.each(
		ending(plan, days),
		_renew_named,
		"Dues not renewed",
		DUES,
		progress=_("Dues"),
	)
	return len(outcome.done), len(outcome.failed)


def _ending() -> list[str]:
	"""Paid dues that end within the notice of their plan."""
	plans = frappe.get_all(
		"Membership Plan", {"renewal_notice_days": [">", 0], "disabled": 0}, ["name", "renewal_notice_days"]
	)
	return [name for plan in plans for name in ending(plan.name, plan.renewal_notice_days)]


def ending(plan: str, days: int) -> list[str]:
	"""Paid dues of a plan that end within some days and that something should follow: of nobody who left, pauses or is
	covered by the dues of somebody else.
	"""
	within = [add_days(today(), -LATE_RENEWALS_DAYS), add_days(today(), days)]
	wanted = {
		"plan": plan,
		"docstatus": 1,
		"status": PAID,
		"renewed_by": ["is", "not set"],
		"to_date": ["between", within],
	}
	found = frappe.get_all(DUES, wanted, ["name", "member", "to_date"])
	theirs = [row.member for row in found] or [host.NOTHING]
	gone = set(frappe.get_all("Member", {"name": ["in", theirs], "status": FORMER}, pluck="name"))
	gone |= set(
		frappe.get_all("Member", {"name": ["in", theirs], "dues_renewal": "Not any more"}, pluck="name")
	)
	covered = dict(
		frappe.get_all(
			standing.COVER,
			{"member": ["in", theirs], "to_date": ["is", "not set"]},
			["member", "from_date"],
			as_list=True,
		)
	)
	gone |= {row.member for row in found if row.member in covered and covered[row.member] <= row.to_date}
	pauses = breaks.of_many(theirs, breaks.PAUSE)
	last = getdate(add_days(today(), days + 1))
	names = []
	for row in found:
		first_day = after_pauses(getdate(add_days(row.to_date, 1)), pauses.get(row.member, ()))
		if row.member not in gone and first_day and first_day <= last:
			names.append(row.name)
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
