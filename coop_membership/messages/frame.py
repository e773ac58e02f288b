"""What stands around the text of every mail: the cooperative's logo above it, the way to its statutes below."""

from __future__ import annotations

import frappe
from frappe.utils import escape_html

from coop_membership.doctypes import Cooperative
from coop_membership.prints.letterhead import statutes_url
from coop_membership.values.file_addresses import is_straight

STYLE = "max-height:60px;max-width:220px"


def head(cooperative: Cooperative) -> str:
	"""The logo, which the host takes into the mail (`embed`): mail programs show no picture from elsewhere."""
	url = cooperative.logo or ""
	if url.startswith(("http://", "https://")):
		return f'<p style="margin:0 0 18px"><img src="{escape_html(url)}" alt="" style="{STYLE}"></p>'
	if not is_straight(url) or not frappe.db.exists("File", {"file_url": url}):
		return ""
	return f'<p style="margin:0 0 18px"><img embed="{escape_html(url)}" alt="" style="{STYLE}"></p>'


def foot(cooperative: Cooperative) -> str:
	"""A link to the statutes, in the session's language; "" when there are none."""
	if not (url := statutes_url(cooperative)):
		return ""
	words = escape_html(frappe._("Statutes of {0}").format(cooperative.title))
	return f'<p style="margin:24px 0 0;font-size:12px"><a href="{escape_html(url)}" style="color:#5c6670">{words}</a></p>'


def around(cooperative: Cooperative, text: str) -> str:
	return f"{head(cooperative)}{text}{foot(cooperative)}"


def for_the_eye(message: str) -> str:
	"""The mail as a page shows it, which knows nothing of `embed`."""
	return message.replace("<img embed=", "<img src=")
