"""Who may use a machine, with 100,000 members and 200 machines; a year of activities on a page; 200 people for 20 places.

On a bench, as Administrator, as `benchmarks/dunning.py` says. What the first two make is rolled back. The third one needs
real connections, so it commits, and removes what it made. Aims: an answer in 15 ms; the agenda in 10 queries more than
an empty one; 20 registered, 180 waiting in order, none lost.
"""

from __future__ import annotations

import statistics
import time
from datetime import date

import frappe
from frappe.utils import add_days, add_to_date, now_datetime

from coop_membership import bulk
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.machines import access
from coop_membership.portal.pages.agenda import Agenda
from coop_membership.tests import factories, test_races

MEMBERS, MACHINES, RIGHTS, HELD = 100_000, 200, 20, 3
ACTIVITIES = 365
PEOPLE, PLACES, AT_ONCE = 200, 20, 20
REGISTER = """
from coop_membership import jobs
from coop_membership.activities import registrations
for member in {members!r}:
	jobs.again(lambda: registrations.register({activity!r}, member))
	frappe.db.commit()
"""


def run() -> None:
	frappe.db.rollback()
	try:
		cooperative = factories.a_cooperative(ELSEWHERE)
		measure_access(cooperative)
		measure_agenda(cooperative)
	finally:
		frappe.db.rollback()
		frappe.clear_cache()
	if frappe.db.db_type != "sqlite":
		race()


def measure_access(cooperative) -> None:
	member = factories.a_member(cooperative)
	rights = [factories.a_right(cooperative, f"R{number}", ends="Never") for number in range(RIGHTS)]
	machines = [
		factories.a_machine(cooperative, rights[number % RIGHTS], rights[(number + 1) % RIGHTS]).name
		for number in range(MACHINES)
	]
	rows = [
		{
			"member": f"X-{number}",
			"right": rights[(number + one) % RIGHTS],
			"cooperative": cooperative.name,
			"granted_on": date(2026, 1, 1),
			"status": "Valid",
		}
		for number in range(MEMBERS)
		for one in range(HELD)
	]
	bulk.insert("Equipment Authorization", [{"name": f"X-AUT-{n}", **row} for n, row in enumerate(rows)])
	people = [
		{**member.as_dict(), "name": f"X-{n}", "user": None, "number_key": f"x{n}"} for n in range(MEMBERS)
	]
	fields = ("name", "cooperative", "status", "joined_on", "total_shares", "display_name", "number_key")
	bulk.insert("Member", [{field: row[field] for field in fields} for row in people])
	taken = []
	for number in range(0, MEMBERS, MEMBERS // 400):
		begun = time.perf_counter()
		access.may_use(f"X-{number}", machines[number % MACHINES])
		taken.append((time.perf_counter() - begun) * 1000)
	print(
		f"{MEMBERS:,} members, {MACHINES} machines: an answer in {statistics.median(taken):.1f} ms"
		f" (95 %: {sorted(taken)[int(len(taken) * 0.95)]:.1f} ms)",
		flush=True,
	)
	begun = time.perf_counter()
	access.overview("X-1")
	print(f"all {MACHINES} machines of one member: {(time.perf_counter() - begun) * 1000:.0f} ms", flush=True)


def measure_agenda(cooperative) -> None:
	member = factories.a_member(cooperative)
	frappe.local.form_dict = frappe._dict()
	page = Agenda()
	page.words(member)
	empty = queries(lambda: page.words(member))
	first = add_to_date(now_datetime().replace(microsecond=0), hours=1)
	for number in range(ACTIVITIES):
		factories.an_activity(cooperative, starts_on=add_days(first, number), capacity=10, price=5)
	begun = time.perf_counter()
	full = queries(lambda: page.words(member))
	seconds = time.perf_counter() - begun
	print(
		f"agenda of {ACTIVITIES} activities: {full - empty} queries more than an empty one, {seconds * 1000:.0f} ms"
	)


def queries(step) -> int:
	count, real = 0, frappe.db.sql

	def counted(*args, **kwargs):
		nonlocal count
		count += 1
		return real(*args, **kwargs)

	frappe.db.sql = counted
	try:
		step()
	finally:
		frappe.db.sql = real
	return count


def race() -> None:
	"""Twenty processes register ten people each, at the same moment."""
	cooperative = factories.a_cooperative(ELSEWHERE)
	activity = factories.an_activity(cooperative, capacity=PLACES)
	template = factories.a_member(cooperative).as_dict()
	fields = ("cooperative", "status", "joined_on", "total_shares", "member_type")
	names = [f"X-{factories.unique()}" for _number in range(PEOPLE)]
	rows = [
		{
			**{field: template[field] for field in fields},
			"name": name,
			"display_name": name,
			"number_key": name,
		}
		for name in names
	]
	bulk.insert("Member", rows)
	frappe.db.commit()
	try:
		share = PEOPLE // AT_ONCE
		bodies = [
			REGISTER.format(members=names[start : start + share], activity=activity.name)
			for start in range(0, PEOPLE, share)
		]
		begun = time.perf_counter()
		test_races.together(*bodies)
		seconds = time.perf_counter() - begun
		frappe.db.rollback()
		found = frappe.get_all(
			"Activity Registration",
			{"activity": activity.name},
			["member", "status", "position"],
			order_by="position",
		)
		states = [row.status for row in found]
		assert len({row.member for row in found}) == PEOPLE, len(found)
		assert [row.position for row in found] == list(range(1, PEOPLE + 1))
		assert states == ["Registered"] * PLACES + ["Waiting"] * (PEOPLE - PLACES)
		print(
			f"{PEOPLE} people at once for {PLACES} places: {PLACES} registered, the rest in order, {seconds:.0f} s"
		)
	finally:
		factories.forget(cooperative)
