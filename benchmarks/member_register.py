"""Member register of 5,000 members as HTML: aim under one second, rows computed and rendered.

	python -m embedded exec benchmarks/member_register.py
	bench --site SITE execute member_register.run        (with benchmarks/ on PYTHONPATH)

Writes a throw-away cooperative straight into the database, measures, and takes it away again.
"""

from __future__ import annotations

import statistics
import time

import frappe
from frappe.utils import add_days, today

from coop_membership.desk import tables

COOPERATIVE = "Benchmark of the register"
MEMBERS = 5000
PER_MEMBER = 3  # register entries
ROUNDS = 5
AIM = 1.0


def run(members: int = MEMBERS) -> float:
	"""Median seconds for one register of so many members."""
	clean()
	try:
		fill(members)
		cpu = time.process_time()
		seconds = [measure() for _round in range(ROUNDS)]
		cpu = (time.process_time() - cpu) / ROUNDS
	finally:
		clean()
	median = statistics.median(seconds)
	print(
		f"member register, {members} members, {members * PER_MEMBER} entries: {median:.2f} s "
		f"(best {min(seconds):.2f}, processor {cpu:.2f}, aim {AIM:.2f})"
	)
	return median


def measure() -> float:
	start = time.perf_counter()
	html = tables.as_html("Member Register", {"cooperative": COOPERATIVE, "as_of": today()})
	seconds = time.perf_counter() - start
	assert html.count("<tr") > 1, "the register is empty"
	return seconds


def fill(members: int) -> None:
	"""Rows as the services write them, without the services: this measures reading."""
	now = frappe.utils.now()
	common = {"creation": now, "modified": now, "owner": "Administrator", "modified_by": "Administrator"}
	insert(
		"Cooperative",
		[
			common
			| {
				"name": COOPERATIVE,
				"title": COOPERATIVE,
				"currency": "EUR",
				"country": "France",
				"language": "fr",
			}
		],
	)
	classes = [
		common
		| {
			"name": f"{COOPERATIVE}-{code}",
			"cooperative": COOPERATIVE,
			"code": code,
			"title": code,
			"unit_price": price,
		}
		for code, price in (("A", 25), ("B", 100))
	]
	insert("Share Class", classes)
	insert(
		"Member",
		[
			common
			| {
				"name": f"BENCH-M-{number}",
				"cooperative": COOPERATIVE,
				"member_number": number,
				"number_key": f"{COOPERATIVE}-{number}",
				"display_name": f"Prénom Nom {number}",
				"email": f"member{number}@bench.example",
				"address_line1": f"{number} rue de la Paix",
				"postcode": "35000",
				"city": "Rennes",
				"status": "Active",
			}
			for number in range(1, members + 1)
		],
	)
	insert(
		"Share Register Entry",
		[
			common
			| {
				"name": f"BENCH-E-{number}",
				"cooperative": COOPERATIVE,
				"number": number,
				"entry_type": "Subscription",
				"effective_date": add_days(today(), -(number % 1500) - 1),
				"to_member": f"BENCH-M-{number % members + 1}",
				"share_class": classes[number % 2]["name"],
				"quantity": number % 9 + 1,
				"unit_price": classes[number % 2]["unit_price"],
				"amount": (number % 9 + 1) * classes[number % 2]["unit_price"],
			}
			for number in range(1, members * PER_MEMBER + 1)
		],
	)


def insert(doctype: str, rows: list[dict]) -> None:
	fields = list(rows[0])
	for start in range(0, len(rows), 500):
		frappe.db.bulk_insert(
			doctype, fields, [[row[field] for field in fields] for row in rows[start : start + 500]]
		)


def clean() -> None:
	frappe.db.delete("Share Register Entry", {"cooperative": COOPERATIVE})
	frappe.db.delete("Member", {"cooperative": COOPERATIVE})
	frappe.db.delete("Share Class", {"cooperative": COOPERATIVE})
	frappe.db.delete("Cooperative", {"name": COOPERATIVE})
	frappe.clear_cache()


if __name__ == "__main__":
	run()
