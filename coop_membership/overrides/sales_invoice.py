"""Sales Invoice of ERPNext and Dokos: tells when one of our capital release requests may have been paid or unpaid."""

from coop_membership.payments import settlement


def on_change(doc, method=None) -> None:
	"""Runs inside the treasurer's transaction, on every change of any invoice: queues, does nothing else."""
	subscription = doc.get("share_subscription")
	if subscription and doc.docstatus and not doc.flags.by_membership:
		settlement.queue(subscription)


def before_insert(doc, method=None) -> None:
	"""A copy made by hand does not ask for the same shares again; a credit note or an amendment keeps the link."""
	if doc.get("share_subscription") and not (
		doc.flags.by_membership or doc.get("is_return") or doc.get("amended_from")
	):
		doc.share_subscription = None
