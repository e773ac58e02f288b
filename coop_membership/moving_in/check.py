"""Moving in: an existing cooperative brings its members and its register along.

`check` reads the file and says all that is wrong, storing nothing else; `start` moves in, in the background. Members
are stored in chunks, each in a transaction of its own that also counts it; the operations follow in one transaction.
Whoever starts again goes on behind the last count, under a lock, so nothing is lost or made twice.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from decimal import Decimal

from babel import Locale

import frappe
from frappe import _
from frappe.utils import cint, getdate, now_datetime, strip_html_tags

from coop_membership import bulk, doors, host
from coop_membership.doctypes import MemberImport
from coop_membership.moving_in import files, reader
from coop_membership.moving_in.columns import BY_KEY, LANGUAGES, READABLE
from coop_membership.moving_in.findings import sentence
from coop_membership.moving_in.people import new_member
from coop_membership.moving_in.rows import Finding, Known, Plan, by_text
from coop_membership.people import private
from coop_membership.register import ledger
from coop_membership.register.imports import IMPORT, UNCHANGEABLE
from coop_membership.states.members import INDIVIDUAL
from coop_membership.values.text import fold, same

ALIKE = 20  # findings of one kind in one column that are listed; all are counted


def check(document: MemberImport) -> dict:
	"""Read the file of a Member Import and note every error by line. Nothing else is stored.

	Returns {"errors", "notices", "members", "movements"}; without errors the import is `Checked` and may start.
	"""
	document.check_permission("write")
	host.lock(document)
	if document.status in UNCHANGEABLE:
		frappe.throw(_("This import has started; its file can't be checked again."))
	content = content_of(document)
	plan = read(content, known(document))
	if not plan.errors:
		plan.findings += _refused_by_member(document.cooperative, plan)
	findings = plan.findings
	errors = len(plan.errors)
	document.db_set(
		{
			"status": "Draft" if errors else "Checked",
			"failure": None,
			"total_lines": plan.lines,
			"total_members": len(plan.members),
			"total_movements": len(plan.movements),
			"total_shares": sum(shares for shares, _value in plan.sums.values()),
			"errors": errors,
			"notices": len(findings) - errors,
			"checked_on": now_datetime(),
			"file_hash": hashlib.sha256(content).hexdigest(),
			"is_whole": int(plan.is_whole),
			"summary": json.dumps(_summary(document.cooperative, plan)),
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
	"""The plan of a file's bytes; a file that can't be read whole is one finding."""
	try:
		return reader.plan(files.read(content), site, getdate())
	except files.Unreadable as refused:
		return Plan(findings=[Finding(refused.line, refused.code, "", refused.values)])


def assign(document: MemberImport, titles: dict[str, str]) -> dict:
	"""Say what columns of the file mean, {title: key of a column, or "" to leave it out}, and check again.

	The cooperative's next imports know it too.
	"""
	document.check_permission("write")
	host.lock(document)
	if document.status in UNCHANGEABLE:
		frappe.throw(_("This import has started; its file can't be checked again."))
	for title, key in titles.items():
		if key and (not isinstance(key, str) or key not in BY_KEY):
			frappe.throw(_("The column “{title}” can't be read as {key}.").format(title=title, key=key))
	document.db_set("titles", json.dumps({**_assigned(document), **titles}))
	return check(document)


def choices() -> list[dict[str, str]]:
	"""[{value, label}] of what a column of a file may mean, in the session's language."""
	return [{"value": column.key, "label": column.label(frappe.local.lang)} for column in READABLE]


def _assigned(document: MemberImport) -> dict[str, str]:
	"""What somebody said that columns mean: in this import, else in earlier ones of the cooperative."""
	told: dict[str, str] = {}
	earlier = {"cooperative": document.cooperative, "titles": ["is", "set"], "name": ["!=", document.name]}
	for titles in frappe.get_all(IMPORT, earlier, pluck="titles", order_by="creation asc"):
		told |= json.loads(titles)
	return told | json.loads(document.titles or "{}")


def _summary(cooperative: str, plan: Plan) -> dict:
	"""What the page shows before anybody moves in."""
	titles = {name: frappe.get_cached_value("Share Class", name, "title") for name in plan.sums}
	return {
		"currency": frappe.get_cached_value("Cooperative", cooperative, "currency"),
		"lines": plan.lines,
		"read": plan.read,
		"left_out": plan.left_out,
		"doubles": plan.doubles,
		"classes": [
			{"title": titles[name], "shares": shares, "value": float(value)}
			for name, (shares, value) in sorted(plan.sums.items())
		],
		"titles": [dataclasses.asdict(title) for title in plan.titles],
		"lacks": sorted(plan.lacks),
	}


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
	counts: Counter = Counter()
	for finding in findings:
		kind = (finding.code, finding.column)
		counts[kind] += 1
		if counts[kind] <= ALIKE:
			document.append("findings", _row(finding, sentence(finding)))
	for finding in _last_of(findings):
		if more := counts[finding.code, finding.column] - ALIKE:
			if more > 0:
				text = _("More lines have the same fault: {0}. The last one is line {1}.").format(
					more, finding.line
				)
				document.append("findings", _row(finding, text))
	bulk.insert_documents(document.findings)


def _last_of(findings: list[Finding]) -> list[Finding]:
	"""The last finding of each code and column."""
	return list({(finding.code, finding.column): finding for finding in findings}.values())


def _row(finding: Finding, message: str) -> dict:
	column = BY_KEY.get(finding.column)
	return {
		"line": finding.line,
		"column_title": column.label(frappe.local.lang) if column else str(finding.values.get("cell", "")),
		"message": message,
		"kind": "Notice" if finding.notice else "Error",
	}


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


def known(document: MemberImport) -> Known:
	"""What the file of an import is compared with."""
	cooperative = document.cooperative
	people = frappe.get_all(
		"Member",
		{"cooperative": cooperative, "merged_into": ["is", "not set"]},
		["name", "display_name", "member_type", "email", "registration_number"],
	)
	numbers = frappe.get_all(
		"Member",
		{"cooperative": cooperative, "member_number": [">", 0]},
		["member_number", "display_name"],
		as_list=True,
	)
	counters = frappe.db.get_value(
		"Cooperative", cooperative, ["next_member_number", "next_register_number"], as_dict=True
	)
	individuals = [row for row in people if row.member_type == INDIVIDUAL]
	persons = [row for row in individuals if row.email]
	details = private.of_many("Member", [row.name for row in individuals])
	births: dict[tuple[str, str], set] = {}
	namesakes: dict[str, list] = {}
	for row in individuals:
		born = details[row.name].birth_date
		namesakes.setdefault(fold(row.display_name), []).append((row.email or "", born and getdate(born)))
		if born and row.email:
			births.setdefault((row.email, same(row.display_name)), set()).add(getdate(born))
	return Known(
		**_lists(document),
		member_numbers=dict(numbers),
		persons=frozenset((row.email, same(row.display_name)) for row in persons),
		births={person: frozenset(days) for person, days in births.items()},
		namesakes=namesakes,
		organisations=frozenset(fold(row.display_name) for row in people if row.member_type != INDIVIDUAL),
		registrations=frozenset(row.registration_number for row in people if row.registration_number),
		next_member_number=cint(counters.next_member_number) or 1,
		next_register_number=cint(counters.next_register_number) or 1,
		register=ledger.state(cooperative),
	)


def known_at_start(document: MemberImport) -> Known:
	"""As `known` when the import started: without the members that it made since, with the numbers it began at."""
	return Known(
		**_lists(document),
		next_member_number=document.first_member_number,
		next_register_number=document.first_register_number,
	)


def _lists(document: MemberImport) -> dict[str, object]:
	cooperative = frappe.get_cached_doc("Cooperative", document.cooperative)
	rows = classes(cooperative.name)
	priced = {row.name: (row.name, Decimal(str(row.unit_price)).quantize(Decimal("0.01"))) for row in rows}
	languages = frappe.get_all("Language", fields=["name", "language_name"])
	forms = frappe.get_all("Legal Form", {"disabled": 0}, ["name", "title", "country"])
	own = [row for row in forms if row.country == cooperative.country]  # they win over namesakes elsewhere
	countries = frappe.get_all("Country", fields=["name", "code"])
	return {
		"classes": by_text(
			*([(row.get(key), priced[row.name]) for row in rows] for key in ("code", "name", "title"))
		),
		"countries": _countries(countries),
		"regions": {row.name: row.code.upper() for row in countries if row.code},
		"languages": {fold(text): row.name for row in languages for text in (row.language_name, row.name)},
		"legal_forms": by_text(
			[(row.name, row.name) for row in forms],
			[(row.title, row.name) for row in own],
			[(row.title, row.name) for row in forms],
		),
		"place": doors.place(None, cooperative, cooperative.language),
		"titles": _assigned(document),
		"for_all": _for_all(document, priced),
	}


def _for_all(document: MemberImport, priced: dict) -> dict[str, object]:
	"""What somebody said for all lines that don't say it."""
	said = {
		"effective_date": document.date_for_all and getdate(document.date_for_all),
		"share_class": priced.get(document.class_for_all),
	}
	return {key: value for key, value in said.items() if value}


def classes(cooperative: str) -> list:
	return frappe.get_all(
		"Share Class", {"cooperative": cooperative}, ["name", "code", "title", "unit_price"]
	)


def _countries(rows: list) -> dict[str, str]:
	"""{folded text: Country}: by its name here, its two letters, and its name in each language of the template."""
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
