"""Payment Request: ERPNext v15 forgot the method that its payment gateways call. Dokos and webshop have it."""

from coop_membership.accounting.in_erpnext import online
from coop_membership.payments import recording


def on_payment_authorized(doc, method=None, status=None, *_more) -> str | None:
	"""Book an authorized payment, unless the host does so itself."""
	return None if online.host_books(doc) else online.authorized(doc, status, recording.receive)
