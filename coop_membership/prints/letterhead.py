"""The top of a letter: the Letter Head that the cooperative chose, else its logo, name and postal address."""

from __future__ import annotations

import html
from urllib.parse import urlencode

import frappe
from frappe.model.document import Document
from frappe.utils import get_url

from coop_membership import host, jobs
from coop_membership.doctypes import Cooperative, Member
from coop_membership.prints.wording import language, picture, with_pictures

TEMPLATE = "templates/prints/letterhead.html"

# for `frappe.attach_print`: our formats have a head and a style of their own; the site's may be broken, or for other paper.
# A style by a name that no Print Style has is the host's way of saying none.
AS_IT_IS = {"print_letterhead": False, "style": "None"}
PAGES = "coop_membership/templates/prints/pages.html"  # of several letters in one file: `pages`, each as HTML


def printed(document: Document, print_format: str, spoken: str) -> bytes:
	"""A document in one of our formats as a PDF, in a language. Permissions are the caller's matter."""
	with language(spoken):
		return frappe.get_print(
			document.doctype,
			document.name,
			print_format,
			style=AS_IT_IS["style"],
			doc=document,
			as_pdf=True,
			no_letterhead=1,
		)


def letterhead(document) -> str:
	"""HTML of the letterhead for a document with `cooperative`.

	A Letter Head that can't be rendered never stops a letter: the cooperative's own head takes its place, and
	`letterhead_failed` of the Cooperative tells other rooms (hooks.py).
	"""
	cooperative = frappe.get_cached_doc("Cooperative", document.cooperative)
	return _chosen(cooperative, document) or _own(cooperative)


def can_be_printed(cooperative: Cooperative) -> bool:
	"""True when the Letter Head that the cooperative chose can be rendered."""
	with jobs.attempt("Letter head not printed", "Cooperative", cooperative.name) as tried:
		_render(cooperative, cooperative)
	return not tried.failed


def _chosen(cooperative: Cooperative, document) -> str:
	"""HTML of the Letter Head that the cooperative chose; "" where it chose none, or one that can't be rendered."""
	if not cooperative.letterhead:
		return ""
	# in a request or job that prints many letters, one that fails is tried and told once
	failed = frappe.flags.setdefault("letterheads_that_failed", {})
	if failed.get(cooperative.name) == _state(cooperative.letterhead):
		return ""
	with jobs.attempt("Letter head not printed", "Cooperative", cooperative.name) as tried:
		tried.value = _render(cooperative, document)
	if tried.failed:
		failed[cooperative.name] = _state(cooperative.letterhead)
		cooperative.run_method("letterhead_failed", _cause(tried.error))
	return tried.value or ""


def _cause(error: Exception) -> str:
	"""What went wrong first, in one line; the hosts wrap it into the template and its traceback."""
	while error.__context__:
		error = error.__context__
	lines = lines_of(html.unescape(html.unescape(frappe.utils.strip_html_tags(str(error)))))
	return lines[-1][:200] if lines else type(error).__name__


def _state(letter_head: str) -> str:
	return f"{letter_head} {frappe.db.get_value('Letter Head', letter_head, 'modified')}"


def _render(cooperative: Cooperative, document) -> str:
	content = frappe.get_cached_value("Letter Head", cooperative.letterhead, "content") or ""
	return with_pictures(frappe.render_template(content, {"doc": _values(cooperative, document)}))


def _values(cooperative: Cooperative, document) -> frappe._dict:
	"""The document as the host's own prints give it to a Letter Head, with the company that those of ERPNext read."""
	values = frappe._dict(document.as_dict())
	if not values.get("company") and host.has_doctype("Company"):
		values.company = cooperative.get("company") or frappe.db.get_default("company")
	return values


def _own(cooperative: Cooperative) -> str:
	return frappe.render_template(
		TEMPLATE,
		{
			"title": cooperative.title,
			"logo": picture(cooperative.logo),
			"address": lines_of(cooperative.postal_address),
			"contact_email": cooperative.contact_email,
			"statutes": statutes_url(cooperative),
		},
	)


def statutes_url(cooperative: Cooperative) -> str | None:
	"""Where everybody reads the statutes: the file on this site, or the cooperative's own address for them."""
	if not cooperative.statutes or cooperative.statutes.startswith(("http://", "https://")):
		return cooperative.statutes or None
	return get_url(
		"/api/method/coop_membership.portal.offer.statutes?" + urlencode({"cooperative": cooperative.name})
	)


def recipient(member: Member) -> list[str]:
	"""Name and address of a Member, one line each, as on an envelope."""
	person = " ".join(filter(None, [member.first_name, member.last_name]))
	abroad = member.country != frappe.get_cached_value("Cooperative", member.cooperative, "country")
	return list(
		filter(
			None,
			[
				member.display_name,
				person if person != member.display_name else None,
				member.address_line1,
				member.address_line2,
				" ".join(filter(None, [member.postcode, member.city])),
				frappe._(member.country) if member.country and abroad else None,
			],
		)
	)


def lines_of(text: str | None) -> list[str]:
	return [line.strip() for line in (text or "").splitlines() if line.strip()]
