"""Which books, and which open items, belong to a cooperative or to a document of it."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host
from coop_membership.accounting import demands
from coop_membership.accounting.books import IN_ERPNEXT, Books
from coop_membership.accounting.in_erpnext import books as erpnext_books
from coop_membership.accounting.in_erpnext import receivables as erpnext_receivables
from coop_membership.accounting.kept_elsewhere import books as elsewhere_books
from coop_membership.accounting.kept_elsewhere import receivables as elsewhere_receivables
from coop_membership.accounting.receivables import INVOICE, Source


def books_of(document) -> Books:
	"""The books of a Cooperative, or of the cooperative that a document belongs to."""
	name = document.get("cooperative") or document.name
	kind = frappe.get_cached_value("Cooperative", name, "accounting")
	return erpnext_books.InErpnext() if kind == IN_ERPNEXT else elsewhere_books.KeptElsewhere()


def all_books() -> list[Books]:
	"""The books that there can be on this site, for who has a payment and does not know yet whose it is."""
	return [elsewhere_books.KeptElsewhere(), *([erpnext_books.InErpnext()] if host.has_erpnext() else [])]


def sources_of(cooperative: str) -> list[Source]:
	"""Where to look for open documents of a cooperative."""
	doc = frappe.get_cached_doc("Cooperative", cooperative)
	books = erpnext_receivables if doc.accounting == IN_ERPNEXT else elsewhere_receivables
	return books.sources(doc)


def source_of(cooperative: str, document_type: str) -> Source | None:
	return next((source for source in sources_of(cooperative) if source.document_type == document_type), None)


def document_types() -> tuple[str, ...]:
	"""The DocTypes whose documents can be chased, whoever keeps the books."""
	return (INVOICE, *demands.doctypes())


def chased_for(document) -> tuple[str, str]:
	"""(DocType, name) of what is chased for a document: the invoice of a demand that has one, else the document itself."""
	invoice = document.get("sales_invoice")
	return (INVOICE, invoice) if invoice else (document.doctype, document.name)


def chases(document_type, document, demand):
	"""The criterion that the columns `document_type` and `document` name what is chased for a row of the table `demand`."""
	doctype = demand.get_table_name().removeprefix("tab")
	criterion = (document_type == doctype) & (document == demand.name)
	if host.has_field(doctype, "sales_invoice"):
		criterion |= (document_type == INVOICE) & (document == demand.sales_invoice)
	return criterion


def title_of(document_type: str, balance: float) -> str:
	"""What people call an open item or a credit (`balance` below zero), in the session's language."""
	if document_type == INVOICE:
		return _("Credit note") if balance < 0 else _("Invoice")
	if kind := demands.kinds().get(document_type):
		return _(kind.title)
	return _("Payment received") if balance < 0 else _(document_type)
