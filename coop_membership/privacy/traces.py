"""Where a text stands in the database, in whatever table, and how it goes from there.

The hosts keep copies of what was once in a document: versions, deleted documents, mails, comments, logs, search. They are
found by looking into every text column of every table, never by a list of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_

from pypika import Table

import frappe
from frappe.query_builder.functions import Replace

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


def text_columns() -> Iterator[tuple[str, list[str]]]:
	"""(table, its text columns) of the site's whole database; MariaDB's own tables are told along with them."""
	for table in sorted(frappe.db.get_tables(cached=False)):
		if not table.startswith(OURS):
			continue
		columns = frappe.db.get_table_columns_description(table)
		found = [row["name"] for row in columns if any(kind in str(row["type"]).lower() for kind in TEXT)]
		if found:
			yield table, found


def find(texts: Iterable[str]) -> list[tuple[str, str, str]]:
	"""(table, column, text) of each place where one of these texts stands, capitals apart."""
	found = []
	for table, columns in text_columns():
		source = Table(table)
		for text in texts:
			for column in columns:
				query = (
					frappe.qb.from_(source)
					.select(source[column])
					.where(_holds(source[column], text))
					.limit(1)
				)
				if query.run():
					found.append((table, column, text))
	return found


def forget(texts: Iterable[str], instead: str = "") -> None:
	"""Take these texts out of every table: rows of logs go, elsewhere `instead` stands in the text's place."""
	texts = sorted(filter(None, set(texts)), key=len, reverse=True)
	if not texts:
		return
	for table, columns in text_columns():
		source = Table(table)
		holds = reduce(or_, (_holds(source[column], text) for column in columns for text in texts))
		if table in LOGS:
			frappe.qb.from_(source).delete().where(holds).run()
		elif frappe.qb.from_(source).select(source[columns[0]]).where(holds).limit(1).run():
			for column in columns:
				for text in texts:
					put = frappe.qb.update(source).set(source[column], Replace(source[column], text, instead))
					put.where(_holds(source[column], text)).run()


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


def _holds(column, text: str):
	return column.like("%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
