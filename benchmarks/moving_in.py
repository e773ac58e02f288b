"""Moving in: the check and the import of a cooperative with 10,000 members and as many operations, time and peak memory.

	python -m embedded exec benchmarks/moving_in.py [MEMBERS]

and on a bench, as Administrator: `bench --site SITE console`, then `from benchmarks import moving_in; moving_in.run()`.
Everything is taken back at the end.
"""

from __future__ import annotations

import datetime
import resource
import sys
import time
from pathlib import Path

import frappe

from coop_membership.moving_in import export, files, writer
from coop_membership.moving_in import run as moving_in_run
from coop_membership.moving_in.rows import MEMBER_KEYS, MOVEMENT_KEYS
from coop_membership.register import ledger
from coop_membership.tests import factories

sys.path.insert(0, str(Path(__file__).parent.parent))


MEMBERS = 10_000


def rows(members: int) -> list[list]:
	"""A file as a cooperative of twenty years has it: one member in ten has left, one in fifty is an organisation."""
	titles = writer.header("en")
	column = {key: index for index, key in enumerate(MEMBER_KEYS + MOVEMENT_KEYS)}
	first_day = datetime.date(2006, 1, 2)
	found, number = [titles], 0
	for member in range(1, members + 1):
		row = [None] * len(titles)
		joined = first_day + datetime.timedelta(days=member * 7000 // members)
		number += 1
		values = {
			"member_number": member,
			"first_name": f"Camille {member}",
			"last_name": f"Durand {member % 977}",
			"birth_date": datetime.date(1950 + member % 50, 1 + member % 12, 1 + member % 28),
			"email": f"member{member}@moving.example",
			"phone": "+33 2 99 12 34 56",
			"language": "fr",
			"address_line1": f"{member} rue des Lilas",
			"postcode": "35000",
			"city": "Rennes",
			"country": "France",
			"iban": "FR14 2004 1010 0505 0001 3M02 606",
			"register_number": number,
			"effective_date": joined,
			"share_class": "A",
			"quantity": 1 + member % 9,
			"unit_price": 25,
		}
		if member % 50 == 0:
			values |= {"organisation_name": f"Association {member}", "member_type": "Organisation"}
		for key, value in values.items():
			row[column[key]] = value
		found.append(row)
		if member % 10 == 0:
			number += 1
			back = [None] * len(titles)
			back[column["member_number"]] = member
			back[column["register_number"]] = number
			back[column["effective_date"]] = joined + datetime.timedelta(days=200)
			back[column["share_class"]] = "A"
			back[column["quantity"]] = -(1 + member % 9)
			back[column["unit_price"]] = 25
			found.append(back)
	return found


def peak() -> int:
	"""Highest memory of this process so far, in MB."""
	return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run(members: int = MEMBERS) -> None:
	frappe.flags.in_test = True  # one transaction, taken back at the end
	cooperative = factories.a_cooperative()
	factories.a_share_class(cooperative)
	content = files.write_xlsx({"Members": rows(members)})
	document = frappe.get_doc(
		{"doctype": "Member Import", "cooperative": cooperative.name, "file": "/private/files/none"}
	).insert()
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{document.name}.xlsx",
			"content": content,
			"is_private": 1,
			"attached_to_doctype": "Member Import",
			"attached_to_name": document.name,
		}
	).insert()
	document.db_set("file", file.file_url)
	before = peak()

	started = time.monotonic()
	assert document.check()["errors"] == 0
	checked = time.monotonic()
	document.start()
	began = time.monotonic()
	moving_in_run.run(document.name)
	moved = time.monotonic()
	document.reload()
	assert (document.status, document.done_members) == ("Done", members), document.failure
	assert not ledger.verify_chain(cooperative.name)
	list(export.exported(cooperative.name, "en"))
	print(
		f"moving in: {members} members, {document.done_movements} operations, XLSX of {len(content) // 1024} KB: "
		f"check {checked - started:.1f} s, start {began - checked:.1f} s, import {moved - began:.1f} s, "
		f"peak memory {peak()} MB ({peak() - before} MB more than before)"
	)
	frappe.db.rollback()


if __name__ == "__main__":
	run(int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else MEMBERS)
