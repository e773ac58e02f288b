"""Dunning of 1,000, 10,000 and 100,000 open overdue invoices, two per customer: time and peak memory.

On a bench with ERPNext or Dokos, as Administrator:

	bench --site SITE console
	>>> import sys
	...
	... sys.path.insert(0, "PATH/benchmarks")
	... import dunning
	...
	... dunning.run()

Everything is rolled back at the end. Aims: 100,000 computed in 15 s and 300 MB above the idle process; 1,000 letters
queued without PDF in 3 s, 150 ms for each PDF in the background. The host's own Dunning is measured beside ours.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import time
from pathlib import Path

import frappe
from frappe.utils import add_days, flt, today

from coop_membership import bulk
from coop_membership.dunning.letters import pdfs, sending
from coop_membership.dunning.names import NOTICE
from coop_membership.tests import dunning_factories, factories

sys.path.insert(0, str(Path(__file__).parent.parent))


SIZES = (1_000, 10_000, 100_000)
PER_CUSTOMER = 2
LETTERS = 1_000
PDFS = 200
SINGLE_PDFS = 20
HOST_DUNNINGS = 20


def run(sizes: tuple[int, ...] = SIZES) -> None:
	"""Measure and print; the site is as before afterwards."""
	frappe.db.rollback()
	frappe.db.commit, commit = (lambda: None), frappe.db.commit
	# the queue is only filled: nothing sends it
	frappe.flags.mute_emails = True
	try:
		for size in sizes:
			measure_run(size)
			frappe.db.rollback()
		measure_letters()
		frappe.db.rollback()
		measure_host()
	finally:
		frappe.db.commit = commit
		frappe.db.rollback()
		frappe.clear_cache()


def measure_run(size: int) -> None:
	cooperative = fill(size)
	dunning_run = dunning_factories.a_run(cooperative)
	idle = memory(reset=True)
	seconds, found = timed(dunning_run.preview)
	print(f"{size:>7} invoices  preview {seconds:6.2f} s  peak +{memory() - idle:4.0f} MB", flush=True)
	assert found["count"] == size, found["count"]
	idle = memory(reset=True)
	seconds, count = timed(dunning_run.compute)
	assert count == size == frappe.db.count(NOTICE, {"run": dunning_run.name})
	print(
		f"{size:>7} invoices  compute {seconds:6.2f} s  peak +{memory() - idle:4.0f} MB"
		f"  {seconds / size * 1000:.3f} ms each",
		flush=True,
	)


def measure_letters() -> None:
	for with_pdf in (0, 1):
		cooperative = fill(LETTERS * PER_CUSTOMER, attach_letter=with_pdf)
		dunning_run = dunning_factories.a_run(cooperative)
		dunning_run.compute()
		dunning_run.set_state(None, "To Send")
		names = frappe.get_all(NOTICE, {"run": dunning_run.name}, pluck="name")
		seconds, written = timed(lambda names=names: sending.write(names))
		assert written == LETTERS, written
		queued = frappe.db.count("Email Queue", {"reference_doctype": "Dunning Letter", "status": "Not Sent"})
		assert queued >= LETTERS, queued
		print(
			f"{written:>7} letters   queued  {seconds:6.2f} s  {'with' if with_pdf else 'without'} PDF promised"
		)
		if with_pdf:
			measure_pdfs(dunning_run)
		frappe.db.rollback()


def measure_pdfs(dunning_run) -> None:
	"""What the job after sending does, and what the mail queue does for a letter that it did not do."""
	names = frappe.get_all("Dunning Letter", {"run": dunning_run.name}, pluck="name", limit=PDFS)
	mails = frappe.get_all("Dunning Letter", {"name": ["in", names]}, pluck="email_queue", limit=SINGLE_PDFS)
	promises = [frappe.get_doc("Email Queue", mail).attachments_list[0] for mail in mails]
	chunks = [names[start : start + pdfs.BATCH] for start in range(0, len(names), pdfs.BATCH)]
	seconds, made = timed(lambda: sum(pdfs.prepare(chunk) for chunk in chunks))
	assert made == len(names), made
	print(f"{made:>7} PDFs      printed {seconds:6.2f} s  {seconds / made * 1000:.0f} ms each", flush=True)
	for promise in promises:
		promise.pop("print_format_attachment")
	seconds, single = timed(lambda: [frappe.attach_print(**promise) for promise in promises])
	assert all(pdf["fcontent"].startswith(b"%PDF") for pdf in single)
	print(
		f"{len(single):>7} PDFs      printed {seconds:6.2f} s  {seconds / len(single) * 1000:.0f} ms each, one by one",
		flush=True,
	)


def measure_host() -> None:
	"""The host's own Dunning documents, one by one, as there is no other way."""
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import create_dunning

	cooperative = factories.a_cooperative()
	kind = frappe.get_doc({"doctype": "Dunning Type", "dunning_type": f"Benchmark {factories.unique()}"})
	if kind.meta.has_field("company"):
		kind.company = cooperative.company
	kind.insert(ignore_mandatory=True)
	customer = dunning_factories.a_customer()
	invoices = [
		dunning_factories.an_invoice(customer, 100, str(add_days(today(), -30))).name
		for _number in range(HOST_DUNNINGS)
	]

	def dun() -> None:
		for name in invoices:
			document = create_dunning(name)
			document.dunning_type = kind.name
			document.flags.ignore_mandatory = True
			document.insert()
			document.submit()

	try:
		seconds, _none = timed(dun)
	except Exception as error:  # a host that wants more set up is no fault of ours
		print("host's own Dunning: not measured:", str(error)[:200])
		return
	print(
		f"{HOST_DUNNINGS:>7} host dunnings    {seconds:6.2f} s  {seconds / HOST_DUNNINGS * 1000:.1f} ms each"
	)


def fill(size: int, **policy_values):
	"""A cooperative whose company has so many overdue invoices; the rows as the host writes them, without the host."""
	policy = dunning_factories.a_policy(**policy_values)
	cooperative = factories.a_cooperative(dunning_policy=policy.name)
	invoice = frappe.qb.DocType("Sales Invoice")
	frappe.qb.update(invoice).set(invoice.outstanding_amount, 0).where(invoice.docstatus == 1).run()
	customers = [f"BENCH-{number:06}" for number in range(size // PER_CUSTOMER)]
	bulk.insert("Customer", [{"name": name, "customer_name": name} for name in customers])
	bulk.insert(
		"Contact",
		[{"name": name, "first_name": name, "email_id": f"{name}@example.com".lower()} for name in customers],
	)
	links = [
		{"name": f"l-{name}", "parent": name, "parenttype": "Contact", "parentfield": "links"}
		| {"idx": 1, "link_doctype": "Customer", "link_name": name}
		for name in customers
	]
	bulk.insert("Dynamic Link", links)
	account = frappe.get_cached_value("Company", cooperative.company, "default_receivable_account")
	due = add_days(today(), -60)
	shared = {
		"company": cooperative.company,
		"currency": "EUR",
		"party_account_currency": "EUR",
		"conversion_rate": 1,
		"debit_to": account,
		"posting_date": due,
		"due_date": due,
		"docstatus": 1,
		"status": "Overdue",
	}
	rows = []
	for number in range(size):
		customer, amount = customers[number // PER_CUSTOMER], flt(50 + number % 100, 2)
		amounts = dict.fromkeys(("grand_total", "base_grand_total", "outstanding_amount"), amount)
		names = {"name": f"BENCH-SINV-{number:07}", "customer": customer, "customer_name": customer}
		rows.append({**shared, **names, **amounts})
	bulk.insert("Sales Invoice", rows)
	terms = [
		{"parent": row["name"], "due_date": due, "payment_amount": row["grand_total"], "invoice_portion": 100}
		for row in rows
	]
	bulk.insert_children("Sales Invoice", "payment_schedule", "Payment Schedule", terms)
	return cooperative


def timed(action):
	"""(seconds, outcome); the processor's seconds of this process are printed as well, as others may be at work."""
	start, processor = time.perf_counter(), time.process_time()
	outcome = action()
	seconds = time.perf_counter() - start
	print(f"{'':>8}(processor {time.process_time() - processor:.2f} s)", end="")
	return seconds, outcome


def memory(reset: bool = False) -> float:
	"""Peak resident memory in MB since the last reset; at a reset, the memory used now."""
	if reset:
		gc.collect()
		ctypes.CDLL("libc.so.6").malloc_trim(0)  # what the filling used is no part of the idle process
		Path("/proc/self/clear_refs").write_text("5")
	wanted = "VmRSS" if reset else "VmHWM"
	for line in Path("/proc/self/status").read_text().splitlines():
		if line.startswith(wanted):
			return int(line.split()[1]) / 1024
	return 0.0


if __name__ == "__main__":
	run()
