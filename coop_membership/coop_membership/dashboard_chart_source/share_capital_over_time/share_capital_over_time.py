"""Source of the chart on the workspace: each cooperative's share capital at the end of each period."""

from __future__ import annotations

import datetime
from itertools import accumulate

import frappe
from frappe import _
from frappe.utils import flt, formatdate, getdate
from frappe.utils.dateutils import get_dates_from_timegrain, get_from_date_from_timespan

from coop_membership import actions
from coop_membership.register import registers


@actions.of_site("Share Register Entry", changes=False)
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
	try:
		ends = _ends(_chart(chart_name, chart), from_date, to_date, timespan, time_interval)
		filters = frappe.parse_json(filters) or {}
		wanted = {"name": filters["cooperative"]} if filters.get("cooperative") else {}
	except (ValueError, TypeError, KeyError, AttributeError):
		frappe.throw(_("This chart can't be read. Please open it again."))
	cooperatives = frappe.get_list("Cooperative", wanted, pluck="name", order_by="name")
	return {
		"labels": [formatdate(day) for day in ends],
		"datasets": [{"name": name, "values": _values(name, ends)} for name in cooperatives],
	}


def _chart(name: str | None, chart) -> frappe._dict:
	if name:
		return actions.granted("Dashboard Chart", name)
	return frappe._dict(frappe.parse_json(chart) or {})


def _ends(chart, from_date, to_date, timespan: str | None, interval: str | None) -> list[datetime.date]:
	"""The last days of the periods that the chart shows."""
	last = getdate(to_date)
	first = from_date or get_from_date_from_timespan(last, timespan or chart.timespan or "Last Year")
	days = get_dates_from_timegrain(getdate(first), last, interval or chart.time_interval or "Monthly")
	return [min(getdate(day), last) for day in days]


def _values(cooperative: str, ends: list[datetime.date]) -> list[float]:
	"""The capital at the end of each of the days, which are in order."""
	changes = [0.0] * (len(ends) + 1)
	for day, amount in registers.changes_by_day(cooperative):
		changes[next((i for i, end in enumerate(ends) if day <= end), len(ends))] += amount
	return [flt(total, 2) for total in accumulate(changes)][: len(ends)]
