"""Source of the chart on the workspace: each cooperative's share capital at the end of each period."""

from __future__ import annotations

import datetime
from itertools import accumulate

import frappe
from frappe.utils import flt, formatdate, getdate
from frappe.utils.dateutils import get_dates_from_timegrain, get_from_date_from_timespan

from coop_membership import host
from coop_membership.register import registers


@frappe.whitelist()
def get(
	chart_name=None,
	chart=None,
	no_cache=None,
	filters=None,
	from_date=None,
	to_date=None,
	timespan=None,
	time_interval=None,
	heatmap_year=None,
) -> dict:
	"""Called by the dashboard chart. Not cached: one grouped query, and each user sees what they may."""
	host.require("Share Register Entry")
	chart = (
		frappe.get_doc("Dashboard Chart", chart_name)
		if chart_name
		else frappe._dict(frappe.parse_json(chart) or {})
	)
	filters = frappe.parse_json(filters) or {}
	to_date = getdate(to_date)
	from_date = from_date or get_from_date_from_timespan(to_date, timespan or chart.timespan or "Last Year")
	ends = [
		min(getdate(day), to_date)
		for day in get_dates_from_timegrain(
			getdate(from_date), to_date, time_interval or chart.time_interval or "Monthly"
		)
	]
	wanted = {"name": filters["cooperative"]} if filters.get("cooperative") else {}
	cooperatives = frappe.get_list("Cooperative", wanted, pluck="name", order_by="name")
	return {
		"labels": [formatdate(day) for day in ends],
		"datasets": [{"name": name, "values": _values(name, ends)} for name in cooperatives],
	}


def _values(cooperative: str, ends: list[datetime.date]) -> list[float]:
	"""The capital at the end of each of the days, which are in order."""
	changes = [0.0] * (len(ends) + 1)
	for day, amount in registers.changes_by_day(cooperative):
		changes[next((i for i, end in enumerate(ends) if day <= end), len(ends))] += amount
	return [flt(total, 2) for total in accumulate(changes)][: len(ends)]
