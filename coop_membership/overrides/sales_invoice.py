"""Sales Invoice of ERPNext and Dokos: tells when a request of ours for money may have been paid or unpaid."""

from coop_membership.accounting import demands
from coop_membership.accounting.in_erpnext import books as erpnext_books
from coop_membership.payments import settlement


def on_change(doc, method=None) -> None:
	"""Runs inside the treasurer's transaction, on every change of any invoice: queues, does nothing else."""
	if doc.docstatus and not doc.flags.by_membership and (demand := demands.linked_from(doc)):
		settlement.queue(*demand)


def before_insert(doc, method=None) -> None:
	"""A copy made by hand does not ask for the same money again; a credit note or an amendment keeps the link."""
	if doc.flags.by_membership or doc.get("is_return") or doc.get("amended_from"):
		return
	for kind in demands.kinds().values():
		if doc.get(kind.invoice_link):
			doc.set(kind.invoice_link, None)


def validate(doc, method=None) -> None:
	"""Runs after the host's own validation, which may have added the site's default taxes to an invoice of ours."""
	if doc.flags.by_membership and doc.get("taxes"):
		erpnext_books.without_tax(doc)
