"""Many new documents in few statements, for work that would take hours one by one.

No hook runs and nothing is checked: the caller did both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pypika.terms import Term

import frappe
from frappe.model.naming import is_autoincremented
from frappe.utils import now

VALUES_PER_STATEMENT = 20_000  # SQLite takes 32,766, MariaDB a packet of 16 MB


def chunks(names: Iterable[str], size: int = 1000) -> Iterator[list[str]]:
	"""Names in lists that one query takes."""
	listed = list(names)
	for start in range(0, len(listed), size):
		yield listed[start : start + size]


def insert(doctype: str, rows: Sequence[Mapping]) -> None:
	"""Store named rows of a DocType. Keys that are no column of it on this site are left out, and columns that are empty in
	all rows get the database's default."""
	shared = {**_stamp(), "docstatus": 0, "idx": 0}
	columns = [
		column
		for column in frappe.get_meta(doctype).get_valid_columns()
		if column in shared or any(row.get(column) is not None for row in rows)
	]
	_write(doctype, columns, [{**shared, **row} for row in rows])


def insert_children(parent_doctype: str, parentfield: str, doctype: str, rows: list[dict]) -> None:
	"""Store child rows that name their `parent`; they get names, and are numbered in the order given."""
	numbers: dict[str, int] = {}
	for row in rows:
		numbers[row["parent"]] = numbers.get(row["parent"], 0) + 1
		row.update(
			{
				"name": new_name(doctype),
				"parenttype": parent_doctype,
				"parentfield": parentfield,
				"idx": numbers[row["parent"]],
			}
		)
	insert(doctype, rows)


def insert_documents(documents: Iterable) -> None:
	"""Store new, named documents with their child rows, as `Document.insert` would write them."""
	rows: dict[str, list] = defaultdict(list)
	stamp = _stamp()
	for document in documents:
		document.set_parent_in_children()
		for row in (document, *document.get_all_children()):
			row.name = row.name or frappe.generate_hash(length=10)
			row.update(stamp)
			row.docstatus, row.idx = row.docstatus or 0, row.idx or 0
			rows[row.doctype].append(row.get_valid_dict(convert_dates_to_str=True, ignore_virtual=True))
	for doctype, values in rows.items():
		_write(doctype, list(dict.fromkeys(field for row in values for field in row)), values)


def new_name(doctype: str) -> str | int:
	"""A name for a row of a DocType that the host names by hash, or by a sequence (Dodock's Email Queue)."""
	if is_autoincremented(doctype, frappe.get_meta(doctype)):
		return frappe.db.get_next_sequence_val(doctype)
	return frappe.generate_hash(length=12)


def _stamp() -> dict[str, str]:
	moment, user = now(), frappe.session.user
	return {"owner": user, "modified_by": user, "creation": moment, "modified": moment}


def _write(doctype: str, columns: list[str], rows: Sequence[Mapping]) -> None:
	"""The inserter: as many rows in a statement as every database takes."""
	size = max(VALUES_PER_STATEMENT // len(columns), 1)
	query = frappe.qb.into(frappe.qb.DocType(doctype)).columns(*columns)
	for start in range(0, len(rows), size):
		values = ((_Row([row.get(column) for column in columns]),) for row in rows[start : start + size])
		query.insert(*values).run()


class _Row(Term):
	"""The values of a row as one term: an object for each value takes longer than the database needs for all of them."""

	def __init__(self, values: list):
		super().__init__()
		self.values = values

	def get_sql(self, param_wrapper, **_how) -> str:
		return ",".join([param_wrapper.get_sql(value) for value in self.values])
