"""A member's first page beside a page that is as good as empty, and a year of dues asked of everybody.

(a) The first page: aim at most 10 queries and 25 ms more than the empty one. (b) Dues renewed, in jobs side by side, a worker for
each core: aim 90 s for 10,000 with books kept elsewhere, 360 s with books in ERPNext. (c) What of it is the host's own: a bare
invoice of ERPNext, submitted as often by one worker, beside a renewal.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

import frappe
from frappe.utils import add_days, today
from frappe.website.serve import get_response

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.dues import dues
from coop_membership.tests import factories

LOOKS, RENEWED = 15, 240
AIMS = {ELSEWHERE: 90, IN_ERPNEXT: 360}  # seconds


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
	for accounting in AIMS:
		if accounting == ELSEWHERE or host.has_erpnext():
			renewing(accounting, renewed)


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


def renewing(accounting: str, renewed: int) -> None:
	"""Ask so many members for the dues of their next period, and print what 10,000 would take."""
	cooperative = factories.a_cooperative(accounting)
	try:
		plan = factories.a_plan(cooperative, period="Rolling", price=30)
		for _member in range(renewed):
			application = factories.an_approved_application(cooperative, plan=plan.name)
			one = frappe.get_doc("Membership", {"application": application.name})
			one.record_payment(30, today())
			one.db_set({"from_date": add_days(today(), -360), "to_date": add_days(today(), 5)})
		frappe.db.commit()
		cores = 1 if frappe.db.db_type == "sqlite" else os.cpu_count()
		names = dues.ending(plan.name, 30)
		alone = names[: renewed // 4]
		one = timed(lambda: dues.renew_all(alone)) / len(alone)
		together = side_by_side(names[len(alone) :], cores) / (renewed - len(alone))
		print(
			f"(b) {accounting}: {together * 10_000:.0f} s for 10,000 dues with {cores} workers "
			f"(aim {AIMS[accounting]}), {one * 10_000:.0f} s with one"
		)
		if accounting == IN_ERPNEXT:
			bare = timed(lambda: [bare_invoice(name) for name in alone]) / len(alone)
			print(f"(c) a renewal takes {one / bare:.2f} times as long as a bare invoice of ERPNext")
	finally:
		factories.forget(cooperative)


def timed(work: Callable[[], object]) -> float:
	begin = time.perf_counter()
	work()
	return time.perf_counter() - begin


def side_by_side(names: list[str], workers: int) -> float:
	"""Seconds that so many processes take, as the site's workers would; without the time they need to start."""
	if workers == 1:
		return timed(lambda: dues.renew_all(names))
	code = (
		"import sys, time, frappe; frappe.init(sys.argv[1], sites_path='.'); frappe.connect()\n"
		"from coop_membership.dues import dues; frappe.flags.mute_member_mails = True\n"
		"dues.renew_all(sys.argv[3:4]); input(); begin = time.perf_counter(); dues.renew_all(sys.argv[4:])\n"
		"print(time.perf_counter() - begin)"
	)
	command = [sys.executable, "-c", code, frappe.local.site, ""]
	running = [
		subprocess.Popen(
			[*command, *names[number::workers]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
		)
		for number in range(workers)
	]
	time.sleep(20)  # all have started and asked their first
	for process in running:
		process.stdin.write("\n")
		process.stdin.flush()
	return max(float(process.communicate()[0].split()[-1]) for process in running)


def bare_invoice(membership: str) -> None:
	"""The invoice of these dues once more, made and submitted with nothing of ours around it."""
	invoice = frappe.get_doc("Sales Invoice", {"membership": membership})
	copy = frappe.copy_doc(invoice)
	copy.update({"membership": None, "set_posting_time": 1})
	copy.submit()
	frappe.db.commit()
