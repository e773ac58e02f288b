"""Receipts: that something was paid, when and by whom; one alone, those of a year, or everybody's of a year."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate
from frappe.utils.pdf import get_pdf

from coop_membership import jobs
from coop_membership.accounting import demands
from coop_membership.doctypes import Member
from coop_membership.prints.letterhead import PAGES, letterhead, lines_of, recipient
from coop_membership.prints.wording import language, long_date, money, picture
from coop_membership.states.demands import PAID

BATCH = 200
TEMPLATE = "coop_membership/templates/prints/receipt.html"


@dataclass(frozen=True)
class Receipt:
	"""A receipt in words. `payer`: name and address, of who paid for somebody else where that is known."""

	letterhead: str
	payer: list[str]
	member: str
	number: str
	date: str
	paid_on: str
	lines: list[dict]
	total: str
	cooperative: str
	board_representative: str
	signature: str


def years(member: Member) -> list[int]:
	"""The years in which a Member's demands were paid, the last one first."""
	days = [
		row.effective_date
		for doctype in demands.doctypes()
		for row in frappe.get_all(doctype, _paid(member), ["effective_date", "amount"])
		if row.effective_date and flt(row.amount)
	]
	return sorted({getdate(day).year for day in days}, reverse=True)


def of_year(member: Member, year: int) -> list:
	"""The demands of a Member that were paid in a year, in order."""
	first, last = datetime.date(cint(year), 1, 1), datetime.date(cint(year), 12, 31)
	within = {**_paid(member), "effective_date": ["between", [first, last]], "amount": [">", 0]}
	found = [
		frappe.get_doc(doctype, name)
		for doctype in demands.doctypes()
		for name in frappe.get_all(doctype, within, pluck="name")
	]
	return sorted(found, key=lambda demand: (getdate(demand.effective_date), demand.name))


def _paid(member: Member) -> dict:
	return {"member": member.name, "docstatus": 1, "status": PAID}


def everybody(cooperative: str, year: int) -> list[tuple[str, str]]:
	"""(DocType, name) of what was paid in a year by all members of a Cooperative, by member."""
	first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
	wanted = {
		"cooperative": cooperative,
		"docstatus": 1,
		"status": PAID,
		"effective_date": ["between", [first, last]],
		"amount": [">", 0],
	}
	rows = [
		(row.member_name or "", doctype, row.name)
		for doctype in demands.doctypes()
		for row in frappe.get_all(doctype, wanted, ["name", "member_name"])
	]
	return [(doctype, name) for _member, doctype, name in sorted(rows)]


def print_everybodys(cooperative: str, year: int) -> tuple[list[str], int]:
	"""PDFs with the receipts of a year of everybody, BATCH in each: names of the private Files, and how many receipts.

	For a background job; what is printed for the same year takes the place of what was. The caller checked who asked.
	"""
	found = everybody(cooperative, year)
	title = f"{_('Receipts')} {year}"
	mine = {"attached_to_doctype": "Cooperative", "attached_to_name": cooperative}
	for name in frappe.get_all("File", {**mine, "file_name": ["like", f"{title} %"]}, pluck="name"):
		frappe.delete_doc("File", name, ignore_permissions=True, delete_permanently=True)  # see above
	batches = [(at, found[at : at + BATCH]) for at in range(0, len(found), BATCH)]
	outcome = jobs.each(
		batches,
		lambda batch: _print(cooperative, f"{title} {batch[0] // BATCH + 1}", batch[1]),
		"Receipts not printed",
		progress=_("Receipts"),
	)
	return [file for _batch, file in outcome.done], len(found)


def _print(cooperative: str, title: str, names: list[tuple[str, str]]) -> str:
	"""Each receipt in the language of who reads it."""
	pages = []
	for doctype, name in names:
		demand = frappe.get_doc(doctype, name)
		spoken = frappe.db.get_value("Member", demand.member, "language")
		with language(spoken or frappe.get_cached_value("Cooperative", cooperative, "language")):
			pages.append(as_html(demand))
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{title}.pdf",
			"is_private": 1,
			"attached_to_doctype": "Cooperative",
			"attached_to_name": cooperative,
			"content": get_pdf(frappe.render_template(PAGES, {"pages": pages})),
		}
	)
	return file.insert(ignore_permissions=True).name  # who started the job may write the cooperative


def words(demand) -> Receipt:
	"""What the receipt of a paid demand says, in the session's language. Raises a sentence for one that is not paid."""
	if demand.docstatus != 1 or demand.status != PAID or not demand.effective_date:
		frappe.throw(_("This is not paid yet, so there is no receipt."))
	cooperative = frappe.get_cached_doc("Cooperative", demand.cooperative)
	member = frappe.get_doc("Member", demand.member)
	return Receipt(
		letterhead=letterhead(demand),
		payer=_payer(demand) or recipient(member),
		member=member.display_name,
		number=demand.name,
		date=long_date(frappe.utils.today()),
		paid_on=long_date(demand.effective_date),
		lines=demands.kind_of(demand).lines(demand),
		total=money(demand.amount, cooperative.currency),
		cooperative=cooperative.title,
		board_representative=cooperative.board_representative or "",
		signature=picture(cooperative.signature),
	)


def _payer(demand) -> list[str]:
	"""Name and address of who pays for the member, as they asked to be written to."""
	name = demand.get("payer_name")
	return [name, *lines_of(demand.get("payer_address"))] if name else []


def as_html(demand) -> str:
	return frappe.render_template(TEMPLATE, {"receipt": asdict(words(demand))})


def pdf(paid: Iterable, spoken: str) -> bytes:
	"""The receipts of paid demands as one PDF, a page each, in a language. Permissions are the caller's matter."""
	with language(spoken):
		pages = [as_html(demand) for demand in paid]
		if not pages:
			frappe.throw(_("Nothing was paid in this year."))
		return get_pdf(frappe.render_template(PAGES, {"pages": pages}))
