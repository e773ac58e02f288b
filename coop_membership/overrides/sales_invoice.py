"""Sales Invoice of ERPNext and Dokos: tells when a request of ours for money may have been paid or unpaid."""

from coop_membership.accounting import erpnext
from coop_membership.accounting.books import LINK_OF
from coop_membership.payments import settlement


def on_change(doc, method=None) -> None:
	"""Runs inside the treasurer's transaction, on every change of any invoice: queues, does nothing else."""
	for doctype, field in LINK_OF.items():
		if doc.get(field) and doc.docstatus and not doc.flags.by_membership:
			settlement.queue(doc.get(field), doctype)


def before_insert(doc, method=None) -> None:
	"""A copy made by hand does not ask for the same money again; a credit note or an amendment keeps the link."""
	if doc.flags.by_membership or doc.get("is_return") or doc.get("amended_from"):
		return
	for field in LINK_OF.values():
		if doc.get(field):
			doc.set(field, None)


def validate(doc, method=None) -> None:
	"""Runs after the host's own validation, which may have added the site's default taxes to an invoice of ours."""
	if doc.flags.by_membership and doc.get("taxes"):
		erpnext.without_tax(doc)
