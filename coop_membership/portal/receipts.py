"""Receipts and reminders that a member takes away. The Member comes from `visitor`, never from an address."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from coop_membership import actions, host
from coop_membership.accounting import demands
from coop_membership.doctypes import Member
from coop_membership.dunning.letters import printing
from coop_membership.payments import receipts
from coop_membership.portal import visitor


@visitor.action(changes=False, looks=True)
def receipt(doctype: str, name: str, member: str | None = None):
	"""Download the receipt of something that one of the session's members has paid. Raises as visitor.choose."""
	chosen = visitor.shown(member)
	if doctype not in demands.doctypes() or not frappe.db.exists(
		doctype, {"name": name, "member": chosen.name}
	):
		actions.deny()
	return _file(chosen, [frappe.get_doc(doctype, name)], name)


@visitor.action(changes=False, looks=True)
def of_year(year: int, member: str | None = None):
	"""Download the receipts of a year of one of the session's members. Raises as visitor.choose."""
	chosen = visitor.shown(member)
	number = cint(year)
	if not 1900 < number < 3000:
		frappe.throw(_("Choose a year."))
	return _file(chosen, receipts.of_year(chosen, number), str(number))


@visitor.action(changes=False, looks=True)
def letter(name: str, member: str | None = None):
	"""Download a reminder as it was sent to one of the session's members. Raises as visitor.choose."""
	chosen = visitor.shown(member)
	if not frappe.db.exists("Dunning Letter", {"name": name, "member": chosen.name, "state": "Sent"}):
		actions.deny()
	with host.as_system():  # chosen among the session's own members
		content = printing.pdf_of([name])
	frappe.local.response.update(
		{"filename": f"{_('Dunning Letter')} {name}.pdf", "filecontent": content, "type": "pdf"}
	)
	return host.as_it_is()


def _file(member: Member, paid: list, about: str):
	with host.as_system():  # chosen among the session's own members
		content = receipts.pdf(paid, frappe.local.lang)
	frappe.local.response.update(
		{"filename": f"{_('Receipt')} {about}.pdf", "filecontent": content, "type": "pdf"}
	)
	return host.as_it_is()
