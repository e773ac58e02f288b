"""Pages with one text and one button, opened by a signed link. Looking changes nothing, only the button does."""

from __future__ import annotations

from urllib.parse import urlencode

import frappe
from frappe import _

from coop_membership import host


def show(context, title: str, *texts: str, **more: str | None) -> None:
	"""What the page says. `button` posts the key back; `link` with `link_text` leads on."""
	request_path = frappe.local.request.path if getattr(frappe.local, "request", None) else ""
	context.update({"no_cache": 1, "title": title, "no_breadcrumbs": 1, "sitemap": 0})
	context.step = frappe._dict(
		title=title,
		texts=[text for text in texts if text],
		key=key() or "",
		action=request_path,
		csrf_token=(frappe.session.data or {}).get("csrf_token") or "",
		**more,
	)


def not_complete(context) -> None:
	"""The page of a link whose key was not made here."""
	show(
		context,
		_("This link is not complete"),
		_("Please open it again from the message, or copy the whole address from there."),
	)


def key() -> str | None:
	"""The key of the link that opened the page."""
	return frappe.form_dict.get("key")


def pressed() -> bool:
	"""True when the page was sent by its button."""
	request = getattr(frappe.local, "request", None)
	return bool(request) and request.method == "POST"


def go_to(url: str) -> None:
	"""Leave for another page."""
	frappe.local.flags.redirect_location = url
	raise frappe.Redirect(302)


def log_in() -> None:
	"""Leave for the login page, which leads back here; a link by mail is offered first where the host has it."""
	here = frappe.local.request.full_path.rstrip("?")
	by_mail = "#login-with-email-link" if host.signs_in_by_mail() else ""
	go_to("/login?" + urlencode({"redirect-to": here}) + by_mail)
