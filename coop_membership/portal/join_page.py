"""`/join?cooperative=…&_lang=fr` leads to the form with all that stands after the question mark.

The Web Form's own redirect from `/join` to `/join/new` drops it (both hosts).
"""

import frappe

ROUTE = "join"


class JoinRedirect:
	"""Page renderer (hooks.py)."""

	def __init__(self, path: str, http_status_code: int | None = None):
		self.path = path

	def can_render(self) -> bool:
		return self.path == ROUTE

	def render(self):
		from werkzeug.utils import redirect

		query = frappe.safe_decode(getattr(frappe.local.request, "query_string", b""))
		return redirect(f"/{ROUTE}/new?{query}" if query else f"/{ROUTE}/new", 302)
