"""Who was reminded and still owes: by policy, level and age of the debt, as the books are now."""

from __future__ import annotations

from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import flt, getdate

from coop_membership import host
from coop_membership.accounting import choice
from coop_membership.desk import tables
from coop_membership.dunning import receivables
from coop_membership.dunning.names import NOTICE

AGES = ((30, "age_30"), (60, "age_60"), (90, "age_90"), (None, "age_more"))
BY_DEBTOR, BY_LEVEL = "Debtor", "Policy and level"


@tables.report(lambda: _nobody())
def execute(filters=None):
	filters = frappe._dict(filters or {})
	host.require(NOTICE, "read")
	rows = list(_grouped(filters).values())
	rows.sort(key=lambda row: (-row["level"], row["policy"], -row["balance"]))
	return _columns(filters), rows, None, _chart(rows)


def _nobody() -> str:
	return tables.sentence(
		_("Nobody who was reminded owes anything. Reminders are made by a run."),
		host.leads_to(_("Runs"), "dunning-run"),
	)


def _grouped(filters) -> dict[tuple, dict]:
	groups: dict[tuple, dict] = {}
	for cooperative in _cooperatives(filters):
		names: dict[str, str] = {}
		for source in choice.sources_of(cooperative):
			history = receivables.history_of(source)
			open_documents = [row for row in source.open_documents(getdate()) if row.document in history]
			if filters.group_by != BY_LEVEL:
				parties = sorted({row.party for row in open_documents})
				names |= {party: debtor.name for party, debtor in source.debtors(parties).items()}
			for row in open_documents:
				last = history[row.document]
				if _wanted(last, filters):
					_add(groups, cooperative, source, row, last, names, filters)
	return groups


def _cooperatives(filters) -> list[str]:
	return [filters.cooperative] if filters.cooperative else frappe.get_all("Cooperative", pluck="name")


def _wanted(last, filters) -> bool:
	return (not filters.policy or last.policy == filters.policy) and (
		not filters.level or last.level == int(filters.level)
	)


def _add(groups, cooperative, source, row, last, names, filters) -> None:
	by_level = filters.group_by == BY_LEVEL
	debtor = None if by_level else row.party
	key = (cooperative, last.policy, row.currency, last.level if by_level else debtor)
	group = groups.setdefault(
		key,
		{
			"cooperative": cooperative,
			"policy": last.policy,
			"level": 0,
			"party_type": source.party_type,
			"party": debtor,
			"party_name": names.get(debtor),
			"currency": row.currency,
			"documents": 0,
			"balance": 0.0,
			"last_reminder": None,
			**{age: 0.0 for _days, age in AGES},
		},
	)
	days = (getdate() - getdate(row.due_date)).days
	age = next(name for limit, name in AGES if limit is None or days <= limit)
	group[age] = flt(group[age] + row.balance, 2)
	group["balance"] = flt(group["balance"] + row.balance, 2)
	group["documents"] += 1
	group["level"] = max(group["level"], last.level)
	group["last_reminder"] = max(group["last_reminder"] or last.date, last.date)


def _columns(filters) -> list[dict]:
	debtor = [
		{"fieldname": "party_name", "label": _("Debtor"), "fieldtype": "Data", "width": 180},
		{"fieldname": "party", "label": _("Record"), "width": 130, **_to_the_debtor()},
	]
	money = {"fieldtype": "Currency", "options": "currency", "width": 125}
	return [
		{
			"fieldname": "policy",
			"label": _("Policy"),
			"fieldtype": "Link",
			"options": "Dunning Policy",
			"width": 150,
		},
		{"fieldname": "level", "label": _("Level"), "fieldtype": "Int", "width": 85},
		*([] if filters.group_by == BY_LEVEL else debtor),
		{"fieldname": "documents", "label": _("Documents"), "fieldtype": "Int", "width": 100},
		{"fieldname": "balance", "label": _("Balance due"), **money},
		{"fieldname": "age_30", "label": _("Up to 30 days"), **money},
		{"fieldname": "age_60", "label": _("31 to 60 days"), **money},
		{"fieldname": "age_90", "label": _("61 to 90 days"), **money},
		{"fieldname": "age_more", "label": _("More than 90 days"), **money, "width": 150},
		{"fieldname": "last_reminder", "label": _("Last reminder"), "fieldtype": "Date", "width": 110},
		{
			"fieldname": "currency",
			"label": _("Currency"),
			"fieldtype": "Data",  # no Link: few may read the hosts' currencies
			"width": 80,
		},
		{
			"fieldname": "cooperative",
			"label": _("Cooperative"),
			"fieldtype": "Link",
			"options": "Cooperative",
			"width": 140,
		},
	]


def _to_the_debtor() -> dict:
	"""A link for those who may open what it leads to: who chases need not read members or customers."""
	kinds = [kind for kind in ("Member", "Customer") if host.has_doctype(kind)]
	if all(frappe.has_permission(kind, "read") for kind in kinds):
		return {"fieldtype": "Dynamic Link", "options": "party_type"}
	return {"fieldtype": "Data"}


def _chart(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	totals: dict[int, float] = defaultdict(float)
	for row in rows:
		totals[row["level"]] += row["balance"]
	levels = sorted(totals)
	return {
		"type": "bar",
		"data": {
			"labels": [_("Level {0}").format(level) for level in levels],
			"datasets": [{"name": _("Balance due"), "values": [flt(totals[level], 2) for level in levels]}],
		},
	}
