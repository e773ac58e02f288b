"""Year-end certificates: one for each member who held shares on 31 December, once a year, however often the job is started.

What was made is a `Yearly Certificate` of the member and the year: a job that is started again asks for whom there is
none yet, and who was neither written to nor printed. Mails promise the PDF; letters are printed as PDFs of many.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime
from frappe.utils.pdf import get_pdf

from coop_membership import jobs, server_owned
from coop_membership.messages import mail
from coop_membership.prints import wording
from coop_membership.prints.letterhead import PAGES
from coop_membership.register import ledger, registers

DOCTYPE = EVENT = "Yearly Certificate"
BY_MAIL, LETTERS, NOTHING = "E-mail", "Letter", "None"
DELIVERIES = (BY_MAIL, LETTERS, NOTHING)
BATCH = 100  # letters of one PDF
CERTIFICATE = "coop_membership/coop_membership/print_format/share_certificate/share_certificate.html"


@dataclass(frozen=True)
class Plan:
	"""What a start of the job would find: holders on the day, those who have their certificate, those it would reach."""

	members: int
	made: int
	left: int


def last_day(year: int | str) -> datetime.date:
	"""31 December of a year. Raises a sentence for a year that is not over, or none."""
	try:
		day = datetime.date(int(year), 12, 31)
	except (ValueError, TypeError):
		day = None
	if not day or day.year < 1800:
		frappe.throw(_("Please enter a year."))
	if day >= getdate():
		frappe.throw(
			_("{0} is not over yet. Year-end certificates can be made from 1 January on.").format(day.year)
		)
	return day


def plan(cooperative: str, year: int | str, delivery: str) -> Plan:
	"""What there is to do. Raises as `last_day`; permissions are the caller's matter, here and below."""
	holders = registers.held(cooperative, last_day(year))
	known = _known(cooperative, int(year))
	return Plan(len(holders), len(known.keys() & holders.keys()), len(_left(holders, known, delivery)))


def run(cooperative: str, year: int, delivery: str) -> dict:
	"""The job: {made, mailed, printed, files, failed: {member: sentence}}. Each certificate in a transaction of its own."""
	holders = registers.held(cooperative, last_day(year))
	outcome = jobs.each(
		_left(holders, _known(cooperative, year), delivery),
		lambda member: make(member, year, delivery),
		"Year-end certificate not made",
		"Member",
		progress=_("Year-end certificates"),
	)
	files = print_letters(cooperative, year) if delivery != NOTHING else []
	return {
		"made": len(outcome.done),
		"mailed": sum(certificate.sent_on is not None for _member, certificate in outcome.done),
		"printed": sum(count for _file, count in files),
		"files": [file for file, _count in files],
		"failed": {member: jobs.Attempt(error=error).sentence for member, error in outcome.failed},
	}


def _known(cooperative: str, year: int) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		DOCTYPE,
		{"cooperative": cooperative, "year": year},
		["member", "sent_on", "to_print", "printed_on"],
	)
	return {row.member: row for row in rows}


def _left(holders, known: dict[str, frappe._dict], delivery: str) -> list[str]:
	"""Members for whom a start has something to do, in the order of their names."""
	reached = {
		m for m, row in known.items() if delivery == NOTHING or row.sent_on or row.to_print or row.printed_on
	}
	return sorted(set(holders) - reached)


def make(member: str, year: int, delivery: str):
	"""The Yearly Certificate of a Member, made when there is none, and told in the way wanted when that was not done yet."""
	name = frappe.db.exists(DOCTYPE, {"member": member, "year": year})
	certificate = frappe.get_doc(DOCTYPE, name) if name else _new(member, year)
	if delivery == NOTHING or certificate.sent_on or certificate.to_print or certificate.printed_on:
		return certificate
	if delivery == BY_MAIL and mail.send(EVENT, certificate):
		certificate.db_set("sent_on", now_datetime())
	else:  # wanted on paper, no address, or this mail is switched off
		certificate.db_set("to_print", 1)
	return certificate


def _new(member: str, year: int):
	document, day = frappe.get_doc("Member", member), last_day(year)
	shares, value = ledger.totals(member, ledger.movements(member=member, on_date=day))
	certificate = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"member": member,
			"member_number": document.member_number,
			"cooperative": document.cooperative,
			"year": year,
			"on_date": day,
			"total_shares": shares,
			"total_value": float(value),
			"register_state": ledger.state_of(document.cooperative),
		}
	)
	# who started the job may write the cooperative
	return server_owned.by_service(certificate).insert(ignore_permissions=True)


def print_letters(cooperative: str, year: int) -> list[tuple[str, int]]:
	"""PDFs of the certificates that are to be printed and were not: (name of the private File, how many letters)."""
	waiting = frappe.get_all(
		DOCTYPE,
		{"cooperative": cooperative, "year": year, "to_print": 1, "printed_on": ["is", "not set"]},
		pluck="name",
		order_by="member_number asc",
	)
	batches = [waiting[start : start + BATCH] for start in range(0, len(waiting), BATCH)]
	outcome = jobs.each(batches, lambda names: _print(names, year), "Year-end certificates not printed")
	return [(file, len(names)) for names, file in outcome.done]


def _print(names: list[str], year: int) -> str:
	pages = []
	for name in names:
		certificate = frappe.get_doc(DOCTYPE, name)
		member = certificate.holder()
		language = member.language or frappe.get_cached_value("Cooperative", member.cooperative, "language")
		with wording.language(language or frappe.local.lang):
			certificate.before_print()
			pages.append(frappe.render_template(CERTIFICATE, {"doc": certificate}))
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{_('Year-end certificates')} {year} {names[0]}.pdf",
			"is_private": 1,
			"content": get_pdf(frappe.render_template(PAGES, {"pages": pages})),
		}
	)
	file.insert(ignore_permissions=True)  # of nobody but who started the job
	for name in names:
		frappe.db.set_value(DOCTYPE, name, "printed_on", now_datetime())
	return file.name
