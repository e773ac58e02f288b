"""Each mail of a cooperative: whether it is sent, and whose words it has. From here it is looked at and changed."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host
from coop_membership.desk import tables
from coop_membership.desk.tables import column
from coop_membership.messages import events, samples


@tables.register(lambda: _("Save the cooperative once: it then has its e-mails."))
def execute(filters: dict | None = None) -> tuple:
	"""Columns and a row a mail, in the order of the cooperative's table. Filters: cooperative."""
	filters = tables.checked(filters)
	host.require("Cooperative", "write", filters.cooperative)
	cooperative = frappe.get_doc("Cooperative", filters.cooperative)
	return _columns(), [_row(mail) for mail in cooperative.emails if mail.event != samples.LETTER]


def _row(mail) -> dict:
	is_standard = mail.email_template == events.TEMPLATE_PREFIX + mail.event
	return {
		"event": mail.event,
		"mail": _(mail.event, context="Cooperative Email"),
		"sent": _("Yes") if mail.enabled else _("No"),
		"words": _("As the app brings it") if is_standard else _("Your own text"),
	}


def _columns() -> list[dict]:
	return [
		column("mail", _("Mail"), width=320),
		column("sent", _("Is sent"), width=120),
		column("words", _("Text"), width=240),
	]
