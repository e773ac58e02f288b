"""What a member may take along: what the cooperative shares, certificates and receipts."""

from __future__ import annotations

from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import getdate

from coop_membership import actions, host
from coop_membership.doctypes import Member
from coop_membership.payments import receipts
from coop_membership.people import documents
from coop_membership.portal import sections, visitor
from coop_membership.portal.pages.shares import certificate_of
from coop_membership.prints.wording import short_date
from coop_membership.states.members import ACTIVE

OPEN = "/api/method/coop_membership.portal.pages.documents.show?"
YEAR = "/api/method/coop_membership.portal.receipts.of_year?"


class Documents(sections.Section):
	name = "documents"
	template = "templates/includes/portal/documents.html"

	def title(self) -> str:
		return _("Documents")

	def words(self, member: Member) -> dict:
		return {
			"shared": [
				{
					"title": row.title,
					"category": _(row.category),
					"day": short_date(row.document_date),
					"note": row.note,
					"link": OPEN + urlencode({"member": member.name, "name": row.name}),
				}
				for row in documents.of(member)
			],
			"certificate": certificate_of(member) if member.status == ACTIVE else None,
			"certificate_title": _("Share certificate (PDF)")
			if member.total_shares
			else _("Membership card (PDF)"),
			"years": [
				{"year": year, "link": YEAR + urlencode({"member": member.name, "year": year})}
				for year in receipts.years(member)
			],
		}

	def asks(self, member: Member) -> dict:
		table = frappe.qb.DocType(documents.DOCTYPE)
		there = (table.cooperative == member.cooperative) & (table.disabled == 0)
		return {"document": frappe.qb.from_(table).select(table.name).where(there).limit(1)}

	def news(self, member: Member) -> list[sections.News]:
		if not sections.told(member).document:
			return []
		link = sections.address(self.name, member.name)
		return [
			sections.News(getdate(row.document_date), _("New document: {0}").format(row.title), link)
			for row in documents.of(member)[:3]
		]


@actions.of_site(None, changes=False, looks=True)
def show(name: str, member: str | None = None):
	"""Download a document that is shared with one of the session's members. Raises as visitor.choose."""
	chosen = visitor.shown(member)
	row = documents.find(chosen, name)
	if not row:
		actions.deny()
	with host.as_system():  # shared with one of the session's own members
		title, content = documents.content(row)
	frappe.local.response.update({"filename": title, "filecontent": content, "type": "download"})
	return host.as_it_is()
