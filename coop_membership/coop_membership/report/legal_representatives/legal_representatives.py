"""Représentants de personnes morales: who acts for the organisations that are members or candidates."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import getdate

from coop_membership import host
from coop_membership.desk import tables
from coop_membership.desk.tables import column
from coop_membership.values import phones


@tables.register(lambda: _nobody())
def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	"""Columns and rows. Filters: cooperative, as_of (today), former (those whose time is over)."""
	filters = tables.checked(filters)
	return get_columns(), [_row(row) for row in _representatives(filters)]


def _nobody() -> str:
	return tables.sentence(
		_(
			"Nobody acts for an organisation. Representatives are entered on the form of the member they act for."
		),
		host.leads_to(_("Members"), "member"),
	)


def get_columns() -> list[dict]:
	return [
		column("organisation", _("Organisation"), width=240),
		column("member_number", _("Member number"), "Int", 110),
		column("status", _("Status"), width=100),
		column("name", _("Name"), width=180),
		column("function", _("Function", context="Member Representative"), width=150),
		column("email", _("E-mail"), width=200),
		column("phone", _("Phone"), width=140),
		column("from_date", _("First day"), "Date", 100),
		column("to_date", _("Last day"), "Date", 100),
		column("signs", _("Signs"), width=80),
		column("member", _("Member"), "Link", options="Member", hidden=1),
	]


def _representatives(filters: frappe._dict) -> list[frappe._dict]:
	row, member, contact = DocType("Member Representative"), DocType("Member"), DocType("Contact")
	query = (
		frappe.qb.from_(row)
		.join(member)
		.on((member.name == row.parent) & (row.parenttype == "Member"))
		.left_join(contact)
		.on(contact.name == row.contact)
		.select(
			member.name.as_("member"),
			member.display_name,
			member.member_number,
			member.status,
			contact.first_name,
			contact.last_name,
			contact.email_id,
			contact.phone,
			contact.mobile_no,
			row.function,
			row.from_date,
			row.to_date,
			row.is_signatory,
		)
		.where(member.cooperative == filters.cooperative)
		.orderby(member.display_name)
		.orderby(row.idx)
	)
	if not filters.former:
		day = getdate(filters.as_of)
		query = query.where(row.to_date.isnull() | (row.to_date >= day))
		query = query.where(row.from_date.isnull() | (row.from_date <= day))
	return query.run(as_dict=True)


def _row(row: frappe._dict) -> dict:
	return {
		"member": row.member,
		"organisation": row.display_name,
		"member_number": row.member_number or None,
		"status": _(row.status, context="Member"),
		"name": " ".join(filter(None, [row.first_name, row.last_name])),
		"function": row.function,
		"email": row.email_id,
		"phone": phones.shown(row.phone or row.mobile_no),
		"from_date": row.from_date,
		"to_date": row.to_date,
		"signs": _("Yes") if row.is_signatory else _("No"),
	}
