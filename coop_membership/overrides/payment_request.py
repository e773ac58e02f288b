"""Payment Request: ERPNext v15 forgot the method that its payment gateways call. Dokos and webshop have it."""

from coop_membership.accounting.in_erpnext import online


def on_payment_authorized(doc, method=None, status=None, *_more) -> str | None:
	"""Book an authorized payment, unless the controller's class knows how."""
	if hasattr(type(doc), "on_payment_authorized"):
		return None
	return online.authorized(doc, status)
