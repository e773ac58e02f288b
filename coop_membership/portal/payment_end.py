"""The last page of a payment at a gateway. Whoever paid one of our requests comes back to its own page instead:
it says how the payment went, and after a failure offers to try again.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import frappe

from coop_membership.accounting.in_erpnext.online import PAGE

ENDS = {"payment-success": {}, "payment-failed": {"failed": 1}}


class PaymentEnd:
	"""Page renderer (hooks.py)."""

	def __init__(self, path: str, http_status_code: int | None = None):
		self.path = path

	def can_render(self) -> bool:
		return self.path in ENDS and bool(self.key())

	def render(self):
		from werkzeug.utils import redirect

		return redirect(f"{PAGE}?{urlencode({'key': self.key(), **ENDS[self.path]})}", 302)

	def key(self) -> str | None:
		"""The key of our page, when that is where the gateway was asked to lead back to."""
		try:
			back_to = urlsplit(str(frappe.form_dict.redirect_to or ""))
		except ValueError:  # no address
			return None
		return parse_qs(back_to.query).get("key", [None])[0] if back_to.path == PAGE else None
