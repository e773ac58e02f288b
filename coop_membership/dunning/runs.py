"""A dunning run: look first (`preview`), then make draft notices (`compute`). Set by set, never one by one."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict

import frappe
from frappe import _
from frappe.utils import escape_html, formatdate, getdate

from coop_membership import host
from coop_membership.accounting import choice
from coop_membership.accounting import receivables as open_items
from coop_membership.accounting.receivables import Receivable
from coop_membership.actions import names_of
from coop_membership.doctypes import DunningRun
from coop_membership.dunning import notices, policies, reach, receivables
from coop_membership.dunning.names import DRAFT, EMAIL, IGNORED, LETTER, NOTICE, OPEN, RUN
from coop_membership.dunning.rules import selection
from coop_membership.dunning.rules.selection import Selection
from coop_membership.messages.outcome import SENT
from coop_membership.prints.wording import money

SHOWN = 200  # rows of each list that a preview shows


def check(run: DunningRun) -> None:
	"""What a draft run must satisfy before it is saved."""
	if getdate(run.control_date) > getdate():
		frappe.throw(_("The control date lies in the future. Nobody is late yet on that day."))
	names = policies.names_for(run.cooperative)
	for row in run.policies:
		if row.policy not in names:
			frappe.throw(
				_("The policy {0} is disabled or belongs to another cooperative.").format(row.policy)
			)


def preview(run: DunningRun) -> dict:
	"""What `compute` would do, without doing it.

	Returns counts and amounts by policy and level, the reasons for not chasing the others, and the first documents
	of both lists.
	"""
	run.check_permission("read")
	guard(run)
	chosen = select(run)
	return {
		"report": report_of(run, chosen),
		"count": len(chosen.chased),
		"chased": _with_names(run, [(row, level, None, None) for row, level in chosen.chased[:SHOWN]]),
		"others_count": len(chosen.others),
		"others": _with_names(
			run, [(row, None, verdict.reason, verdict.until) for row, verdict in chosen.others[:SHOWN]]
		),
		"reasons": _reasons(chosen),
	}


def compute(run: DunningRun) -> int:
	"""Make the draft notices of a run and submit it; returns how many. A second call changes nothing.

	Raises when a later run exists, the date lies in the future, or another run is at work in the same company.
	"""
	run.check_permission("submit")
	if run.docstatus.is_submitted():
		return run.notice_count
	lock(run)
	guard(run)
	chosen = select(run)
	_forget_drafts(run)
	_insert(run, chosen)
	_letters_for_who_gets_no_email(run)
	run.notice_count = len(chosen.chased)
	run.report = report_of(run, chosen)
	run.status = "Computed" if chosen.chased else "Done"
	run.waiting_reason = None
	run.flags.by_service = True  # before_submit asks for it too
	run.submit()
	return run.notice_count


def lock(run: DunningRun) -> None:
	"""Let one run of a company at a time through: the next one waits, then starts from what the first one wrote."""
	cooperatives = _same_books(run.cooperative)
	table = frappe.qb.DocType("Cooperative")
	frappe.qb.from_(table).select(table.name).where(table.name.isin(cooperatives)).for_update().run()
	runs = frappe.qb.DocType(RUN)
	query = frappe.qb.from_(runs).select(runs.name).where(runs.cooperative.isin(cooperatives))
	saved = query.where(runs.docstatus == 1).for_update().run(pluck=True)
	seen = query.where(runs.docstatus == 1).run(pluck=True)
	if set(saved) != set(seen):
		frappe.throw(_("Another run was made at the same moment. Please check it, then start yours again."))


def guard(run: DunningRun) -> None:
	"""Refuse a date in the future, and one before a run that was made already."""
	check(run)
	later = frappe.get_all(
		RUN,
		{
			"cooperative": ["in", _same_books(run.cooperative)],
			"docstatus": 1,
			"control_date": [">", run.control_date],
			"name": ["!=", run.name or ""],
		},
		["name", "control_date"],
		order_by="control_date desc",
		limit=1,
	)
	if later:
		frappe.throw(
			_("The run {0} of {1} is later than this control date. Choose that day or a later one.").format(
				later[0].name, formatdate(later[0].control_date)
			)
		)


def _same_books(cooperative: str) -> list[str]:
	"""The cooperatives whose documents are in the same books: those of one company."""
	company = frappe.get_cached_doc("Cooperative", cooperative).get("company")
	return frappe.get_all("Cooperative", {"company": company}, pluck="name") if company else [cooperative]


def select(run: DunningRun) -> Selection:
	"""Judge all open documents of the cooperative on the control date."""
	day = getdate(run.control_date)
	sources = choice.sources_of(run.cooperative)
	in_force = policies.of(run.cooperative)
	chosen = frozenset(row.policy for row in run.policies) or frozenset(in_force)
	documents: list[Receivable] = []
	history = {}
	for source in sources:
		documents += source.open_documents(day)
		history |= receivables.history_of(source)
	return selection.select(documents, in_force, chosen, history, receivables.open_credits(sources), day)


def _forget_drafts(run: DunningRun) -> None:
	"""Drafts of earlier runs are replaced by what this run finds; drafts made by hand stay."""
	notice = frappe.qb.DocType(NOTICE)
	query = frappe.qb.update(notice).set(notice.state, IGNORED)
	query = query.set(notice.state_reason, _("Replaced by the run {0}").format(run.name))
	query = query.where((notice.cooperative == run.cooperative) & (notice.state == DRAFT))
	query = query.where((notice.is_manual == 0) & (notice.run != run.name))
	if run.policies:
		query = query.where(notice.policy.isin([row.policy for row in run.policies]))
	query.run()


def _insert(run: DunningRun, chosen: Selection) -> None:
	sources = {source.document_type: source for source in choice.sources_of(run.cooperative)}
	groups: dict[tuple[str, str, int, str], list[str]] = defaultdict(list)
	in_terms = {row.document[1]: (row.due_date, row.balance) for row, _level in chosen.chased if row.in_terms}
	wishes = {party: channel for source in sources.values() for party, channel in source.channels().items()}
	for row, level in chosen.chased:
		document_type, document = row.document
		groups[document_type, row.policy, level, wishes.get(row.party, "")].append(document)
	for (document_type, policy, level, channel), documents in groups.items():
		rule = policies.level_of(policy, level)
		constants = {
			"policy": policy,
			"level": level,
			"level_title": rule.title,
			"channel": channel or rule.channel,
			"is_manual": 0,
		}
		receivables.insert_notices(sources[document_type], run, documents, in_terms, constants)


def _letters_for_who_gets_no_email(run: DunningRun) -> None:
	notice = frappe.qb.DocType(NOTICE)
	by_email = (notice.run == run.name) & (notice.channel == EMAIL)
	for source in choice.sources_of(run.cooperative):
		mine = by_email & (notice.document_type == source.document_type)
		parties = set(frappe.qb.from_(notice).select(notice.party).distinct().where(mine).run(pluck=True))
		reachable = source.with_email() if reach.setting_of(run.cooperative).enabled else set()
		for chunk in open_items.in_chunks(parties - reachable):
			(
				frappe.qb.update(notice)
				.set(notice.channel, LETTER)
				.set(notice.state_reason, reach.why_by_letter(run.cooperative))
				.where(mine & notice.party.isin(chunk))
				.run()
			)


def report_of(run: DunningRun, chosen: Selection) -> str:
	"""The outcome by policy, in words and numbers (HTML)."""
	without = sum(verdict.reason == selection.NO_POLICY for _row, verdict in chosen.others)
	advice = _say_where_policies_are(run, without) if without else ""
	if not chosen.chased:
		return f"<p>{_('Nothing to chase.')}</p>{advice}"
	amounts: dict[tuple[str, int, str], float] = defaultdict(float)
	counts: Counter = Counter()
	for row, level in chosen.chased:
		amounts[row.policy, level, row.currency] += row.balance
		counts[row.policy, level, row.currency] += 1
	lines = []
	for (policy, level, currency), amount in sorted(amounts.items()):
		title = policies.level_of(policy, level).title
		line = _("{0}, level {1} ({2}): {3}, number of reminders: {4}").format(
			escape_html(_(policy)),
			level,
			escape_html(_(title)),
			money(amount, currency),
			counts[policy, level, currency],
		)
		lines.append(f"<li>{line}</li>")
	return f"<ul>{''.join(lines)}</ul>{advice}"


def _say_where_policies_are(run: DunningRun, count: int) -> str:
	"""Who has no policy is never chased: where one is chosen for all, and where policies are made."""
	said = _(
		"Open documents without a dunning policy: {0}. Choose the policy of the cooperative: on its form, Actions, "
		"Reminders of late payments."
	).format(count)
	links = [host.leads_to(_("Policies"), "dunning-policy")]
	if run.cooperative:
		links.insert(0, host.leads_to(run.cooperative, "cooperative", run.cooperative))
	return f"<p>{said} {' '.join(links)}</p>"


def _reasons(chosen: Selection) -> list[dict]:
	counts = Counter(verdict.reason for _row, verdict in chosen.others)
	return [{"reason": _(reason), "count": count} for reason, count in counts.most_common()]


def _with_names(
	run: DunningRun, rows: list[tuple[Receivable, int | None, str | None, datetime.date | None]]
) -> list[dict]:
	names = {}
	for source in choice.sources_of(run.cooperative):
		names |= source.debtors(list({row.party for row, *_rest in rows}))
	shown = []
	for row, level, reason, until in rows:
		document_type, document = row.document
		shown.append(
			{
				"document_type": document_type,
				"document": document,
				"party": names[row.party].name if row.party in names else row.party,
				"policy": row.policy,
				"level": level,
				"due_date": row.due_date,
				"balance": row.balance,
				"currency": row.currency,
				"reason": _(reason) if reason else None,
				"until": until,
			}
		)
	return shown


def set_state(run: DunningRun, names: list[str] | str | None, state: str) -> int:
	"""Change the state of notices of a run: those named, or all that may still be decided on. Returns how many."""
	run.check_permission("write")
	mine = {"run": run.name}
	if names:
		mine["name"] = ["in", names_of(names)]
	elif state != SENT:
		mine["state"] = ["in", OPEN]
	return notices.set_state(frappe.get_all(NOTICE, mine, pluck="name"), state)


def delete_drafts(run: DunningRun) -> None:
	"""A run may be cancelled as long as nobody decided on one of its notices; they go with it."""
	if frappe.db.exists(NOTICE, {"run": run.name, "state": ["not in", (DRAFT, IGNORED)]}):
		frappe.throw(
			_("Reminders of this run were sent or are ready to be. Ignore them first, or make a new run.")
		)
	frappe.db.delete(NOTICE, {"run": run.name})
