"""What a member takes away as a file. The Member comes from `visitor`, never from an address."""

from __future__ import annotations

import frappe
from frappe import _

from coop_membership import host
from coop_membership.portal import visitor
from coop_membership.register import cards, certificates, ledger
from coop_membership.states.members import ACTIVE


@visitor.action(changes=False, looks=True)
def certificate(member: str, on_date: str | None = None):
	"""Download the share certificate of one of the session's members, of today or of a day before; the membership card
	of who is a member without shares.

	Raises as visitor.choose and certificates.pdf, and a sentence when no shares were held on the day.
	"""
	chosen = visitor.visit(member).chosen
	holds = chosen and ledger.holdings(chosen.name, on_date)
	if not holds and (not chosen or on_date or chosen.status != ACTIVE):
		frappe.throw(_("There is no share certificate at the moment: no shares are held."))
	doc = frappe.get_doc("Member", chosen.name)
	with host.as_system():  # chosen among the session's own members
		if holds:
			content, title = certificates.pdf(doc, on_date, frappe.local.lang), certificates.PRINT_FORMAT
		else:
			content, title = cards.pdf(doc, frappe.local.lang), cards.PRINT_FORMAT
	frappe.local.response.update(
		{"filename": f"{_(title)} {chosen.name}.pdf", "filecontent": content, "type": "pdf"}
	)
	return host.as_it_is()
