"""A member's first page beside a page that is as good as empty, and a year of dues asked of everybody.

(a) The first page: aim at most 10 queries and 25 ms more than the empty one. (b) Dues renewed: aim 90 s for 10,000 with books kept
elsewhere, 360 s with books in ERPNext.
"""

from __future__ import annotations

import statistics
import time

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

import frappe
from frappe.utils import add_days, today
from frappe.website.serve import get_response

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.dues import dues
from coop_membership.tests import factories

LOOKS, RENEWED = 15, 200


def run(looks: int = LOOKS, renewed: int = RENEWED) -> None:
	"""Print the medians."""
	frappe.flags.mute_member_mails = True
	cooperative = factories.a_cooperative(ELSEWHERE, portal_account="On approval")
	try:
		member = factories.a_member(cooperative, plan=factories.a_plan(cooperative).name)
		frappe.db.commit()
		with factories.as_user(member.user):
			empty, page = (looked(path, looks) for path in ("membership-check", "membership"))
		print(
			f"(a) first page: {page[0] - empty[0]:.0f} queries (aim 10) and {page[1] - empty[1]:.0f} ms (aim 25) "
			f"more than an empty one ({empty[0]:.0f} queries, {empty[1]:.0f} ms)"
		)
	finally:
		factories.forget(cooperative)
	for accounting, aim in ((ELSEWHERE, 90), (IN_ERPNEXT, 360)):
		if accounting == ELSEWHERE or host.has_erpnext():
			seconds = renewing(accounting, renewed)
			print(f"(b) {accounting}: {seconds * 10_000 / renewed:.0f} s for 10,000 dues (aim {aim})")


def looked(path: str, looks: int) -> tuple[float, float]:
	"""(queries, milliseconds) of a page, its median."""
	counts, times = [], []
	sql = frappe.db.sql

	def counted(*args, **kwargs):
		counts[-1] += 1
		return sql(*args, **kwargs)

	for _look in range(looks):
		frappe.local.request = Request(EnvironBuilder("/" + path).get_environ())
		frappe.local.form_dict = frappe._dict()
		frappe.local.no_cache = True
		counts.append(0)
		frappe.db.sql = counted
		begin = time.perf_counter()
		try:
			get_response(path)
		finally:
			times.append((time.perf_counter() - begin) * 1000)
			frappe.db.sql = sql
			frappe.local.request = None
	return statistics.median(counts), statistics.median(times)


def renewing(accounting: str, renewed: int) -> float:
	"""Seconds to ask so many members for the dues of their next period."""
	cooperative = factories.a_cooperative(accounting)
	try:
		plan = factories.a_plan(cooperative, period="Rolling", price=30)
		for _member in range(renewed):
			application = factories.an_approved_application(cooperative, plan=plan.name)
			one = frappe.get_doc("Membership", {"application": application.name})
			one.record_payment(30, today())
			one.db_set({"from_date": add_days(today(), -360), "to_date": add_days(today(), 5)})
		frappe.db.commit()
		begin = time.perf_counter()
		dues.daily()
		return time.perf_counter() - begin
	finally:
		factories.forget(cooperative)
