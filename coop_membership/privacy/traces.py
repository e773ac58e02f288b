"""Where a text stands in the database, in whatever table, and how it goes from there.

The hosts keep copies of what was once in a document: versions, deleted documents, mails, comments, logs, search. They are
found by looking into every text column of every table, never by a list of ours.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pypika import CustomFunction, Schema, Table, terms
from pypika.terms import Criterion

import frappe
from frappe.utils import escape_html

from coop_membership import host

TEXT = ("char", "text", "json", "clob")
# rows about a document, by the fields that name it: they go with the document
ABOUT = {
	"Activity Log": ("reference_doctype", "reference_name"),
	"Comment": ("reference_doctype", "reference_name"),
	"Communication": ("reference_doctype", "reference_name"),
	"Deleted Document": ("deleted_doctype", "deleted_name"),
	"Document Follow": ("ref_doctype", "ref_docname"),
	"DocShare": ("share_doctype", "share_name"),
	"Email Queue": ("reference_doctype", "reference_name"),
	"Error Log": ("reference_doctype", "reference_name"),
	"Notification Log": ("document_type", "document_name"),
	"Tag Link": ("document_type", "document_name"),
	"ToDo": ("reference_type", "reference_name"),
	"Version": ("ref_doctype", "docname"),
	"View Log": ("reference_doctype", "reference_name"),
}
BESIDE = (
	"_assign",
	"_comments",
	"_liked_by",
	"_seen",
	"_user_tags",
)  # what hosts keep on the document itself
# rows that only tell what happened: with a trace in it, the row goes whole
LOGS = {f"tab{doctype}" for doctype in ABOUT} | {
	"__global_search",
	"tabEmail Queue Recipient",
	"tabEmail Unsubscribe",
	"tabPrepared Report",
	"tabRoute History",
	"tabCommunication Link",
}


OURS = ("tab", "__")  # how the tables of a site are called
SEPARATOR = "\n"


def text_columns() -> Iterator[tuple[str, list[str]]]:
	"""(table, text columns of one collation) of the site's whole database; MariaDB's own tables are left out."""
	found: dict[tuple[str, str], list[str]] = defaultdict(list)
	for table, column, kind, collation in _columns():
		if table.startswith(OURS) and any(text in str(kind).lower() for text in TEXT):
			found[table, collation or ""].append(column)
	for (table, _collation), columns in sorted(found.items()):
		yield table, columns


def _columns() -> Iterable[tuple[str, str, str, str | None]]:
	"""(table, column, type, collation), in one query where the database has a catalogue."""
	if frappe.db.db_type == "sqlite":
		for table in frappe.db.get_tables(cached=False):
			for row in frappe.db.get_table_columns_description(table):
				yield table, row["name"], row["type"], None
		return
	catalogue = Schema("information_schema").columns
	query = frappe.qb.from_(catalogue).select(
		catalogue.table_name, catalogue.column_name, catalogue.data_type, catalogue.collation_name
	)
	yield from query.where(catalogue.table_schema == CustomFunction("DATABASE")()).run()


class Holds(Criterion):
	"""True for a row with any of these texts in any of these columns, capitals apart.

	One condition: to chain one for each column and text costs the query builder ten times what the query does.
	"""

	def __init__(self, table: Table, columns: list[str], texts: Iterable[str]):
		super().__init__()
		self.columns = [table[column] for column in columns]
		self.texts = [text.lower() for text in texts]

	def nodes_(self):
		yield self

	def get_sql(self, **kwargs) -> str:
		names = [column.get_sql(**kwargs) for column in self.columns]
		if frappe.db.db_type == "sqlite":  # has neither function
			joined = " || char(10) || ".join(f"coalesce({name}, '')" for name in names)
			texts = (terms.ValueWrapper(text).get_sql(**kwargs) for text in self.texts)
			return f"({' or '.join(f'instr(lower({joined}), {text}) > 0' for text in texts)})"
		pattern = terms.ValueWrapper("|".join(map(re.escape, self.texts))).get_sql(**kwargs)
		return f"(lower(concat_ws('{SEPARATOR}', {', '.join(names)})) regexp {pattern})"


def _all_writings(text: str) -> tuple[str, str, str]:
	"""A text as documents, their JSON copies and pages write it."""
	return text, json.dumps(text)[1:-1], escape_html(text)


def _writings(text: str) -> list[str]:
	return list(dict.fromkeys(_all_writings(text)))


def find(texts: Iterable[str]) -> list[tuple[str, str, str]]:
	"""(table, column, text) of each place where one of these texts stands, capitals apart."""
	texts = [text for text in texts if text]
	written = [one for text in texts for one in _writings(text)]
	found = []
	for table, columns in text_columns() if texts else ():
		source = Table(table)
		if _any(source, columns, written):
			found += [
				(table, column, text)
				for column in columns
				for text in texts
				if _any(source, [column], _writings(text))
			]
	return found


def _any(source: Table, columns: list[str], texts: list[str]) -> bool:
	query = frappe.qb.from_(source).select(source[columns[0]])
	return bool(query.where(Holds(source, columns, texts)).limit(1).run())


def forget(texts: Iterable[str], instead: str = "") -> None:
	"""Take these texts out of every table: rows of logs go, elsewhere `instead` stands in the text's place."""
	texts = sorted(filter(None, set(texts)), key=len, reverse=True)
	if not texts:
		return
	written = [one for text in texts for one in _writings(text)]
	for table, columns in text_columns():
		source = Table(table)
		if not _any(source, columns, written):
			continue
		if table in LOGS:
			frappe.qb.from_(source).delete().where(Holds(source, columns, written)).run()
		else:
			for column in columns:
				_replace(source, column, texts, instead)


def _replace(source: Table, column: str, texts: list[str], instead: str) -> None:
	query = frappe.qb.from_(source).select(source[column]).distinct()
	written = [one for text in texts for one in _writings(text)]
	for (value,) in query.where(Holds(source, [column], written)).run():
		put = without(str(value), texts, instead)
		frappe.qb.update(source).set(source[column], put).where(source[column] == value).run()


def without(value: str, texts: Iterable[str], instead: str) -> str:
	"""A text with `instead` in the place of each of some others, whatever their capitals and however they are written."""
	for text in texts:
		for one, other in zip(_all_writings(text), _all_writings(instead), strict=True):
			value = re.sub(re.escape(one), lambda _found, other=other: other, value, flags=re.IGNORECASE)
	return value


def forget_about(doctype: str, names: Iterable[str]) -> None:
	"""Delete what tells about these documents: versions, comments, mails, tasks, files, search."""
	names = list(names)
	beside = [column for column in BESIDE if column in frappe.db.get_table_columns(doctype)]
	for start in range(0, len(names), 500):
		chunk = names[start : start + 500]
		for log, (doctype_field, name_field) in ABOUT.items():
			if host.has_field(log, name_field):
				rows = frappe.get_all(log, {doctype_field: doctype, name_field: ["in", chunk]}, pluck="name")
				_delete(log, rows)
		for name in frappe.get_all(
			"File", {"attached_to_doctype": doctype, "attached_to_name": ["in", chunk]}, pluck="name"
		):
			# its person is being erased, which the caller checked
			frappe.delete_doc("File", name, ignore_permissions=True, delete_permanently=True, force=True)
		if beside:
			frappe.db.set_value(
				doctype, {"name": ["in", chunk]}, dict.fromkeys(beside), update_modified=False
			)
		search = Table("__global_search")
		frappe.qb.from_(search).delete().where((search.doctype == doctype) & search.name.isin(chunk)).run()


def _delete(doctype: str, names: list[str]) -> None:
	if not names:
		return
	for child in frappe.get_meta(doctype).get_table_fields():
		frappe.db.delete(child.options, {"parent": ["in", names], "parenttype": doctype})
	frappe.db.delete(doctype, {"name": ["in", names]})
