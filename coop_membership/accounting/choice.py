"""Which books, and which open items, belong to a cooperative or to a document of it."""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import IN_ERPNEXT, Books
from coop_membership.accounting.in_erpnext import books as erpnext_books
from coop_membership.accounting.in_erpnext import receivables as erpnext_receivables
from coop_membership.accounting.kept_elsewhere import books as elsewhere_books
from coop_membership.accounting.kept_elsewhere import receivables as elsewhere_receivables
from coop_membership.accounting.receivables import Source


def books_of(document) -> Books:
	"""The books of a Cooperative, or of the cooperative that a document belongs to."""
	name = document.get("cooperative") or document.name
	kind = frappe.get_cached_value("Cooperative", name, "accounting")
	return erpnext_books.InErpnext() if kind == IN_ERPNEXT else elsewhere_books.KeptElsewhere()


def sources_of(cooperative: str) -> list[Source]:
	"""Where to look for open documents of a cooperative."""
	doc = frappe.get_cached_doc("Cooperative", cooperative)
	books = erpnext_receivables if doc.accounting == IN_ERPNEXT else elsewhere_receivables
	return books.sources(doc)


def source_of(cooperative: str, document_type: str) -> Source | None:
	return next((source for source in sources_of(cooperative) if source.document_type == document_type), None)
