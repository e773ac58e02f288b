"""The mails of a cooperative, to look at before anybody gets them."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import actions
from coop_membership.messages import samples


@actions.of_site("Cooperative", "write", changes=False)
def preview(cooperative: str, event: str) -> dict:
	"""{subject, message, template, about} of a mail as it would be written now."""
	return samples.written(actions.granted("Cooperative", cooperative, "write"), event)


@actions.of_site("Cooperative", "write")
def send_test(cooperative: str, event: str) -> str:
	"""Send that mail to oneself; returns the address."""
	address = frappe.db.get_value("User", frappe.session.user, "email")
	if not address:
		frappe.throw(_("Your account has no e-mail address."))
	samples.send_to(actions.granted("Cooperative", cooperative, "write"), event, address)
	return address
