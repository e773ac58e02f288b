"""Scheduled runs, the rule of stale data, and the expiry of requests that stay unpaid."""

from __future__ import annotations

import datetime

import frappe
from frappe import _
from frappe.utils import add_days, cint, formatdate, getdate, now_datetime

from coop_membership import jobs, server_owned
from coop_membership.accounting import choice
from coop_membership.doctypes import DunningPolicy, DunningRun
from coop_membership.dunning import notices
from coop_membership.dunning.letters import sending
from coop_membership.dunning.names import DRAFT, NOTICE, RUN, TO_SEND
from coop_membership.dunning.rules import schedule
from coop_membership.joining import decisions
from coop_membership.messages import tasks
from coop_membership.messages.outcome import SENT
from coop_membership.shares.demand import SUBSCRIPTION
from coop_membership.states.applications import EXPIRED
from coop_membership.states.demands import OPEN
from coop_membership.states.members import CANDIDATE


def daily() -> None:
	"""Scheduler: make the runs that are due, then let requests expire. One cooperative's trouble is not another's."""
	cooperatives = frappe.get_all("Cooperative", pluck="name")
	for step in (run_if_due, expire_requests):
		jobs.each(cooperatives, step, "Scheduled dunning", "Cooperative", _tell_failure)


def _tell_failure(cooperative: str, error: Exception) -> None:
	_tell_treasurers(
		cooperative,
		_("The scheduled dunning run failed: {0}").format(jobs.Attempt(error=error).sentence),
	)


def run_if_due(cooperative: str, today: datetime.date | None = None) -> str | None:
	"""Make the scheduled run of a cooperative when its day has come; returns the run's name.

	On stale data the run is saved as `Waiting` with its reason, and tried again the next day.
	"""
	today = getdate(today)
	doc = frappe.get_cached_doc("Cooperative", cooperative)
	last = frappe.db.get_value(
		RUN,
		{"cooperative": cooperative, "is_automatic": 1, "docstatus": 1},
		"control_date",
		order_by="control_date desc",
	)
	if not schedule.is_run_day(
		doc.dunning_frequency, today, doc.dunning_weekday, cint(doc.dunning_day), last and getdate(last)
	):
		return None
	run = _waiting_run(cooperative) or frappe.get_doc(
		{"doctype": RUN, "cooperative": cooperative, "is_automatic": 1}
	)
	run.control_date = today
	if reason := stale(cooperative, today):
		is_news = not run.name
		run.update({"status": "Waiting", "waiting_reason": reason})
		run.flags.by_service = True  # its state stays as it is given here
		run.save()
		if is_news:
			_tell_treasurers(cooperative, reason, run.name)
		return run.name
	server_owned.by_service(run).save()
	run.compute()
	if cint(doc.dunning_send):
		_send(run)
	return run.name


def stale(cooperative: str, today: datetime.date | None = None) -> str | None:
	"""Why the books are too old to chase on, as a sentence; None when they are fresh enough."""
	days = cint(frappe.get_cached_value("Cooperative", cooperative, "dunning_stale_days"))
	entries = [source.last_entry() for source in choice.sources_of(cooperative)]
	last = max((day for day in entries if day), default=None)
	if not schedule.is_stale(last, getdate(today), days):
		return None
	if not last:
		return _("No payment and no bank line was entered yet. Enter what the bank received first.")
	return _(
		"The last payment or bank line was entered on {0}, more than {1} days ago. Import the bank first."
	).format(formatdate(last), days)


def _waiting_run(cooperative: str):
	name = frappe.db.get_value(RUN, {"cooperative": cooperative, "docstatus": 0, "status": "Waiting"})
	return frappe.get_doc(RUN, name) if name else None


def _send(run: DunningRun) -> None:
	drafts = frappe.get_all(NOTICE, {"run": run.name, "state": DRAFT}, pluck="name")
	if drafts:
		notices.set_state(drafts, TO_SEND)
		sending.send_run(run)


def _tell_treasurers(cooperative: str, text: str, run: str | None = None) -> None:
	"""A task for the Dunning Managers, which they see on their desk; once while it is open."""
	about = (RUN, run) if run else ("Cooperative", cooperative)
	tasks.ask_once(*about, text, tasks.TREASURERS)


def expire_requests(cooperative: str) -> list[str]:
	"""Let requests of candidates expire a number of days after their last reminder, as the policy says.

	Returns the names of the applications that expired.
	"""
	expired = []
	for policy in frappe.get_all(
		"Dunning Policy",
		{"expire_requests_after": [">", 0], "disabled": 0},
		["name", "expire_requests_after"],
	):
		last_level = max(
			(row.level for row in frappe.get_cached_doc("Dunning Policy", policy.name).levels), default=0
		)
		for application in _unpaid_after(cooperative, policy, last_level):
			if decisions.expire(frappe.get_doc("Membership Application", application)) == EXPIRED:
				expired.append(application)
	return expired


def _unpaid_after(cooperative: str, policy: DunningPolicy, last_level: int) -> list[str]:
	"""Applications whose last reminder was sent long enough ago, and of which nothing was paid."""
	notice, request = frappe.qb.DocType(NOTICE), frappe.qb.DocType(SUBSCRIPTION)
	member = frappe.qb.DocType("Member")
	limit = add_days(now_datetime(), -cint(policy.expire_requests_after))
	return (
		frappe.qb.from_(notice)
		.join(request)
		.on(choice.chases(notice.document_type, notice.document, request))
		.join(member)
		.on(request.member == member.name)
		.select(request.application)
		.distinct()
		.where((notice.cooperative == cooperative) & (notice.policy == policy.name))
		.where((notice.level == last_level) & (notice.state == SENT) & (notice.sent_on <= limit))
		.where((request.docstatus == 1) & (request.status == OPEN) & (member.status == CANDIDATE))
		.where(request.application != "")
		.run(pluck=True)
	)
