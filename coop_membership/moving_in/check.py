"""Moving in: an existing cooperative brings its members and its register along.

`check` reads the file and says all that is wrong, storing nothing else; `start` moves in, in the background. Members
are stored in chunks, each in a transaction of its own that also counts it; the operations follow in one transaction.
Whoever starts again goes on behind the last count, under a lock, so nothing is lost or made twice.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal

from babel import Locale

import frappe
from frappe import _
from frappe.utils import cint, getdate, now_datetime, strip_html_tags

from coop_membership import bulk, doors, host
from coop_membership.doctypes import MemberImport
from coop_membership.moving_in import files, reader
from coop_membership.moving_in.columns import BY_KEY, LANGUAGES, fold
from coop_membership.moving_in.findings import sentence
from coop_membership.moving_in.people import new_member
from coop_membership.moving_in.rows import Finding, Known, Plan
from coop_membership.register import ledger
from coop_membership.register.imports import IMPORT, UNCHANGEABLE
from coop_membership.register.states import INDIVIDUAL


def check(document: MemberImport) -> dict:
	"""Read the file of a Member Import and note every error by line. Nothing else is stored.

	Returns {"errors", "notices", "members", "movements"}; without errors the import is `Checked` and may start.
	"""
	document.check_permission("write")
	host.lock(document)
	if document.status in UNCHANGEABLE:
		frappe.throw(_("This import has started; its file can't be checked again."))
	content = content_of(document)
	plan = read(content, known(document.cooperative))
	if not plan.errors:
		plan.findings += _refused_by_member(document.cooperative, plan)
	findings = plan.findings
	errors = len(plan.errors)
	document.db_set(
		{
			"status": "Draft" if errors else "Checked",
			"failure": None,
			"total_members": len(plan.members),
			"total_movements": len(plan.movements),
			"errors": errors,
			"notices": len(findings) - errors,
			"checked_on": now_datetime(),
			"file_hash": hashlib.sha256(content).hexdigest(),
		}
	)
	_store_findings(document, findings)
	return {
		"errors": errors,
		"notices": len(findings) - errors,
		"members": len(plan.members),
		"movements": len(plan.movements),
	}


def read(content: bytes, site: Known) -> Plan:
	"""The plan of a file's bytes; a file that is none is one finding."""
	try:
		return reader.plan(files.read(content), site, getdate())
	except files.Unreadable:
		return Plan(findings=[Finding(0, "unreadable")])


def _refused_by_member(cooperative: str, plan: Plan) -> list[Finding]:
	"""What the Member's own rules would say to each: the import keeps all rules that a form keeps."""
	found = []
	for row in plan.members:
		try:
			new_member(cooperative, row, None).validate()
		except frappe.ValidationError as error:
			found.append(Finding(row.line, "refused", "", {"sentence": strip_html_tags(str(error))}))
	frappe.clear_messages()
	return found


def _store_findings(document: MemberImport, findings: list[Finding]) -> None:
	frappe.db.delete("Member Import Finding", {"parent": document.name})
	document.set("findings", [])
	for finding in findings:
		column = BY_KEY.get(finding.column)
		row = {
			"line": finding.line,
			"column_title": column.label(frappe.local.lang) if column else "",
			"message": sentence(finding),
			"kind": "Notice" if finding.notice else "Error",
		}
		document.append("findings", row)
	bulk.insert_documents(document.findings)


def content_of(document: MemberImport) -> bytes:
	"""The bytes of the attached file. Raises a sentence when it is gone, or public: it lists people."""
	own = {"file_url": document.file, "attached_to_doctype": IMPORT, "attached_to_name": document.name}
	name = frappe.db.get_value("File", own) or frappe.db.get_value("File", {"file_url": document.file})
	if not name:
		frappe.throw(_("The file is not there any more. Please attach it again."))
	file = frappe.get_doc("File", name)
	if file.attached_to_name != document.name:  # who may write the import may read what is attached to it
		file.check_permission("read")
	if not file.is_private:
		frappe.throw(_("This file lists people and is public. Delete it, and attach it again as private."))
	with open(file.get_full_path(), "rb") as stored:
		return stored.read()


# --- what the site knows --------------------------------------------------------------------------


def known(cooperative: str) -> Known:
	"""What the file is compared with."""
	people = frappe.get_all(
		"Member",
		{"cooperative": cooperative},
		["member_number", "display_name", "member_type", "email", "registration_number"],
	)
	counters = frappe.db.get_value(
		"Cooperative", cooperative, ["next_member_number", "next_register_number"], as_dict=True
	)
	return Known(
		**_lists(cooperative),
		member_numbers={row.member_number: row.display_name for row in people if row.member_number},
		persons=frozenset(
			(row.email, fold(row.display_name))
			for row in people
			if row.email and row.member_type == INDIVIDUAL
		),
		registrations=frozenset(fold(row.registration_number) for row in people if row.registration_number),
		next_member_number=cint(counters.next_member_number) or 1,
		next_register_number=cint(counters.next_register_number) or 1,
		register=ledger.state(cooperative),
	)


def known_at_start(document: MemberImport) -> Known:
	"""As `known` when the import started: without the members that it made since, with the numbers it began at."""
	return Known(
		**_lists(document.cooperative),
		next_member_number=document.first_member_number,
		next_register_number=document.first_register_number,
	)


def _lists(cooperative: str) -> dict[str, object]:
	by_text = {}
	for row in classes(cooperative):
		for text in (row.title, row.code, row.name):
			by_text[fold(text)] = (row.name, Decimal(str(row.unit_price)).quantize(Decimal("0.01")))
	languages = frappe.get_all("Language", fields=["name", "language_name"])
	forms = frappe.get_all("Legal Form", {"disabled": 0}, ["name", "title", "country"])
	document = frappe.get_cached_doc("Cooperative", cooperative)
	country = document.country
	forms.sort(key=lambda row: row.country == country)  # the own country's last: it wins over namesakes
	return {
		"classes": by_text,
		"countries": _countries(),
		"languages": {fold(text): row.name for row in languages for text in (row.language_name, row.name)},
		"legal_forms": {fold(row.title): row.name for row in forms}
		| {fold(row.name): row.name for row in forms},
		"place": doors.place(None, document),
	}


def classes(cooperative: str) -> list:
	return frappe.get_all(
		"Share Class", {"cooperative": cooperative}, ["name", "code", "title", "unit_price"]
	)


def _countries() -> dict[str, str]:
	"""{folded text: Country}: by its name here, its two letters, and its name in each language of the template."""
	rows = frappe.get_all("Country", fields=["name", "code"])
	found = {}
	for language in LANGUAGES:
		territories = Locale.parse(language).territories
		found |= {
			fold(territories[row.code.upper()]): row.name for row in rows if spoken_of(row, territories)
		}
	return (
		found | {fold(row.code): row.name for row in rows if row.code} | {fold(r.name): r.name for r in rows}
	)


def spoken_of(country, territories) -> bool:
	return (country.code or "").upper() in territories
