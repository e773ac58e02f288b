"""The registers of a cooperative with 100,000 members and 1,000,000 movements: seconds and memory of each reading.

	python -m embedded exec benchmarks/registers.py
	bench --site SITE console     (benchmarks/ on sys.path)  >>> import registers; registers.run()

Aims: each register, the holdings on a date and the capital in 5 s and 500 MB; 100,000 entries of the chain in 3 s; one
share transaction executed in 100 ms. Writes throw-away cooperatives, and takes them away again.
"""

from __future__ import annotations

import ctypes
import datetime
import gc
import itertools
import random
import statistics
import sys
import time
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import frappe

from coop_membership import bulk
from coop_membership.coop_membership.report.capital_summary import capital_summary
from coop_membership.coop_membership.report.member_register import member_register
from coop_membership.coop_membership.report.share_register import share_register
from coop_membership.register import ledger, registers
from coop_membership.tests import factories

LARGE, CHAIN = "Benchmark of large registers", "Benchmark of the chain"
MEMBERS, MOVEMENTS, LINKS = 100_000, 1_000_000, 100_000
FIRST_DAY, DAYS = datetime.date(2006, 1, 1), 20 * 365
TO_DAY, YEAR = datetime.date(2024, 6, 30), {"from_date": "2024-01-01", "to_date": "2024-12-31"}
PRICES = {"A": Decimal(25), "B": Decimal(100)}
CHUNK = 20_000
EXECUTIONS = 10


def run(members: int = MEMBERS, movements: int = MOVEMENTS, links: int = LINKS) -> None:
	"""Fill, measure, print, clean up."""
	clean()
	try:
		seconds, _none = timed(lambda: fill(LARGE, members, movements))
		fill(CHAIN, min(members, links), links)
		print(f"{members} members, {movements} movements, written in {seconds:.0f} s", flush=True)
		of_large = {"cooperative": LARGE}
		for title, action in (
			("member register today", lambda: member_register.execute(dict(of_large))),
			("member register on a day", lambda: member_register.execute({**of_large, "as_of": TO_DAY})),
			("member register of a year", lambda: member_register.execute({**of_large, "former": 1, **YEAR})),
			("share register, all", lambda: share_register.execute(dict(of_large))),
			("share register of a year", lambda: share_register.execute({**of_large, **YEAR})),
			("holdings on a day", lambda: registers.held(LARGE, TO_DAY)),
			("capital summary on a day", lambda: capital_summary.execute({**of_large, "as_of": TO_DAY})),
			(f"chain of {links} entries", lambda: ledger.verify_chain(CHAIN)),
		):
			measure(title, action)
	finally:
		clean()
	executions()


def measure(title: str, action) -> None:
	idle = memory(reset=True)
	seconds, _result = timed(action)
	print(f"{title:<28} {seconds:6.2f} s  peak +{memory() - idle:4.0f} MB", flush=True)


def executions() -> None:
	"""Median of a sell back's execution, on a register of ordinary size, without mail. Rolled back."""
	frappe.flags.mute_member_mails = True
	frappe.db.commit, commit = (lambda: None), frappe.db.commit
	try:
		member = factories.a_member(factories.a_cooperative("Kept elsewhere"), on="2026-01-10", quantity=50)
		seconds = []
		for _time in range(EXECUTIONS):
			document = factories.a_transaction(member)
			with factories.as_user(factories.a_board_member()):
				frappe.get_doc("Share Transaction", document.name).approve()
			document.reload()
			seconds.append(timed(document.execute)[0])
		print(f"execution of a transaction   {statistics.median(seconds) * 1000:6.0f} ms", flush=True)
	finally:
		frappe.db.rollback()
		frappe.db.commit = commit
		frappe.flags.pop("mute_member_mails", None)


def fill(cooperative: str, members: int, movements: int) -> None:
	"""Rows as the services write them, without the services: this measures reading. Sealed like any other."""
	values = {"title": cooperative, "currency": "EUR", "country": "France", "language": "fr"}
	bulk.insert("Cooperative", [{"name": cooperative, **values}])
	classes = [
		{
			"name": f"{cooperative}-{code}",
			"cooperative": cooperative,
			"code": code,
			"title": code,
			"unit_price": p,
		}
		for code, p in PRICES.items()
	]
	bulk.insert("Share Class", classes)
	for start in range(0, members, CHUNK):
		bulk.insert("Member", [_member(cooperative, n) for n in range(start, min(start + CHUNK, members))])
	entries = _entries(cooperative, members, movements)
	for _start in range(0, movements, CHUNK):
		bulk.insert(ledger.ENTRY, list(itertools.islice(entries, CHUNK)))
		frappe.db.commit()


def _member(cooperative: str, number: int) -> dict:
	return {
		"name": name_of(cooperative, number),
		"cooperative": cooperative,
		"member_type": "Organisation" if number % 20 == 0 else "Individual",
		"member_number": number + 1,
		"number_key": f"{cooperative}-{number + 1}",
		"display_name": f"Prénom Nom {number + 1}",
		"email": f"member{number + 1}@bench.example",
		"address_line1": f"{number + 1} rue de la Paix",
		"postcode": "35000",
		"city": "Rennes",
		"country": "France",
		"status": "Active",
	}


def name_of(cooperative: str, number: int) -> str:
	return f"{frappe.scrub(cooperative)[13:18]}-{number:06}"


def _entries(cooperative: str, members: int, movements: int):
	"""A history in which nobody ever holds less than nothing: shares taken, given on, sold, converted, taken back."""
	dice, held = random.Random(7), {}
	a, b = (f"{cooperative}-{code}" for code in PRICES)
	previous, moment, last = "", "2026-01-01 12:00:00", None
	for number in range(1, movements + 1):
		day = FIRST_DAY + datetime.timedelta(days=DAYS * number // movements)
		one, other = dice.randrange(members), dice.randrange(members)
		chance, row = (
			dice.random(),
			{"entry_type": "Subscription", "to_member": one, "quantity": 4 + number % 5},
		)
		if last and chance < 0.005:
			row = {"entry_type": "Reversal", "from_member": last["to_member"], "reverses": last["name"]}
			row["quantity"] = last["quantity"]
			day = last["effective_date"]
		elif number > members and held.get(one, 0) >= 4:
			if chance < 0.15:
				row = {"entry_type": "Sell Back", "from_member": one, "quantity": held[one]}
			elif chance < 0.25 and one != other:
				row = {"entry_type": "Transfer", "from_member": one, "to_member": other, "quantity": 1}
			elif chance < 0.28:
				row = {"entry_type": "Conversion", "from_member": one, "quantity": 4}
				row |= {"to_share_class": b, "to_quantity": 1, "to_unit_price": PRICES["B"]}
		for side, sign in (("from_member", -1), ("to_member", 1)):
			if isinstance(row.get(side), int):
				held[row[side]] = held.get(row[side], 0) + sign * row["quantity"]
				row[side] = name_of(cooperative, row[side])
			elif row.get(side):
				index = int(row[side].rpartition("-")[2])
				held[index] = held[index] + sign * row["quantity"]
		row |= {
			"name": f"{name_of(cooperative, 0)[:5]}-E-{number}",
			"cooperative": cooperative,
			"number": number,
			"effective_date": day,
			"share_class": a,
			"unit_price": PRICES["A"],
			"amount": row["quantity"] * PRICES["A"],
			"to_quantity": row.get("to_quantity", 0),
			"to_unit_price": row.get("to_unit_price", 0),
			"posted_on": moment,
			"owner": "Administrator",
			"hash_version": ledger.HASH_VERSION,
			"previous_hash": previous,
		}
		previous = row["hash"] = ledger.hash_of(row, previous)
		last = row if row["entry_type"] == "Subscription" else None
		yield row


def clean() -> None:
	for cooperative in (LARGE, CHAIN):
		for doctype in (ledger.ENTRY, "Member", "Share Class"):
			frappe.db.delete(doctype, {"cooperative": cooperative})
			frappe.db.commit()
		frappe.db.delete("Cooperative", {"name": cooperative})
		frappe.db.commit()
	frappe.clear_cache()


def timed(action) -> tuple[float, object]:
	start = time.perf_counter()
	result = action()
	return time.perf_counter() - start, result


def memory(reset: bool = False) -> float:
	"""Peak memory of this process in MB; `reset` starts anew from what is used now."""
	if reset:
		gc.collect()
		ctypes.CDLL("libc.so.6").malloc_trim(0)
		Path("/proc/self/clear_refs").write_text("5")
	wanted = "VmRSS" if reset else "VmHWM"
	lines = Path("/proc/self/status").read_text().splitlines()
	return int(next(line for line in lines if line.startswith(wanted)).split()[1]) / 1024


if __name__ == "__main__":
	run()
