"""The hash of a register entry covers every field: entries of before are sealed anew, once, where their chain is intact.

The hashes of before covered the movement alone. The old and the new state of each register stand in the timeline of the
Cooperative. A register whose chain is broken already keeps its hashes: the check goes on naming what was changed.
"""

from __future__ import annotations

import frappe

from coop_membership.messages import timeline
from coop_membership.register import ledger


def execute() -> None:
	for name in frappe.get_all("Cooperative", pluck="name"):
		seal(name)


def seal(cooperative: str) -> None:
	"""Seal the entries of one register; a second call finds nothing to do."""
	rows = ledger.movements(cooperative, lock=True)
	if not any(int(row.hash_version or 1) < ledger.HASH_VERSION for row in rows) or ledger.broken_links(rows):
		return
	before, previous = ledger.state_of(cooperative), ""
	table = frappe.qb.DocType(ledger.ENTRY)
	for row in rows:
		row.hash_version = ledger.HASH_VERSION
		row.previous_hash, row.hash = previous, ledger.hash_of(row, previous)
		previous = row.hash
		(
			frappe.qb.update(table)
			.set(table.hash_version, row.hash_version)
			.set(table.previous_hash, row.previous_hash)
			.set(table.hash, row.hash)
			.where(table.name == row.name)
			.run()
		)
	timeline.note(
		frappe.get_doc("Cooperative", cooperative),
		f"Register sealed anew, every field included. Before: {before}. Now: {ledger.state_of(cooperative)}.",
	)
