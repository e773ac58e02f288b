"""Moving in: an existing cooperative brings its members and its register along.

`check` reads the file and says all that is wrong, storing nothing else; `start` moves in, in the background. Members
are stored in chunks, each in a transaction of its own that also counts it; the operations follow in one transaction.
Whoever starts again goes on behind the last count, under a lock, so nothing is lost or made twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale

import frappe
from frappe import _
from frappe.model.naming import set_new_name
from frappe.utils import cint, getdate, now_datetime, strip_html_tags
from frappe.utils.global_search import update_global_search

from coop_membership import bulk, host
from coop_membership.membership import identity, import_files, import_rows
from coop_membership.membership.import_labels import (
	BY_KEY,
	COLUMNS,
	LANGUAGES,
	NOTES,
	SHEET_TITLES,
	explanation,
	fold,
	spoken,
)
from coop_membership.membership.import_problems import sentence
from coop_membership.membership.import_rows import Finding, Known, MemberRow, MovementRow, Names, Plan
from coop_membership.shares import ledger

IMPORT = "Member Import"
CHUNK = 500  # members per transaction
STARTABLE = ("Checked", "Running", "Failed")
UNCHANGEABLE = ("Running", "Done", "Failed")
MEMBER_FIELDS = tuple(key for key in import_rows.MEMBER_KEYS if key != "representative_function")


# --- the dry run ----------------------------------------------------------------------------------


def check(document) -> dict:
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
		return import_rows.plan(import_files.read(content), site, getdate())
	except import_files.Unreadable:
		return Plan(findings=[Finding(0, "unreadable")])


def _refused_by_member(cooperative: str, plan: Plan) -> list[Finding]:
	"""What the Member's own rules would say to each: the import keeps all rules that a form keeps."""
	found = []
	for row in plan.members:
		try:
			_member(cooperative, row, None).validate()
		except frappe.ValidationError as error:
			found.append(Finding(row.line, "refused", "", {"sentence": strip_html_tags(str(error))}))
	frappe.clear_messages()
	return found


def _store_findings(document, findings: list[Finding]) -> None:
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
	bulk.insert_many(document.findings)


def content_of(document) -> bytes:
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
			if row.email and row.member_type == "Individual"
		),
		registrations=frozenset(fold(row.registration_number) for row in people if row.registration_number),
		next_member_number=cint(counters.next_member_number) or 1,
		next_register_number=cint(counters.next_register_number) or 1,
		register=ledger.state(cooperative),
	)


def known_at_start(document) -> Known:
	"""As `known` when the import started: without the members that it made since, with the numbers it began at."""
	return Known(
		**_lists(document.cooperative),
		next_member_number=document.first_member_number,
		next_register_number=document.first_register_number,
	)


def _lists(cooperative: str) -> dict[str, dict]:
	classes = {}
	for row in _classes(cooperative):
		for text in (row.title, row.code, row.name):
			classes[fold(text)] = (row.name, Decimal(str(row.unit_price)).quantize(Decimal("0.01")))
	languages = frappe.get_all("Language", fields=["name", "language_name"])
	forms = frappe.get_all("Legal Form", {"disabled": 0}, ["name", "title", "country"])
	country = frappe.get_cached_value("Cooperative", cooperative, "country")
	forms.sort(key=lambda row: row.country == country)  # the own country's last: it wins over namesakes
	return {
		"classes": classes,
		"countries": _countries(),
		"languages": {fold(text): row.name for row in languages for text in (row.language_name, row.name)},
		"legal_forms": {fold(row.title): row.name for row in forms}
		| {fold(row.name): row.name for row in forms},
	}


def _classes(cooperative: str) -> list:
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
			fold(territories[row.code.upper()]): row.name for row in rows if _spoken_of(row, territories)
		}
	return (
		found | {fold(row.code): row.name for row in rows if row.code} | {fold(r.name): r.name for r in rows}
	)


def _spoken_of(country, territories) -> bool:
	return (country.code or "").upper() in territories


# --- moving in ------------------------------------------------------------------------------------


def start(document) -> str:
	"""Move in, in the background. Started again, it goes on where it stopped. Returns the status."""
	document.check_permission("write")
	host.lock(document)
	if document.status == "Done":
		return document.status
	if document.status not in STARTABLE:
		frappe.throw(_("Please check the file first, and correct what is wrong."))
	if hashlib.sha256(content_of(document)).hexdigest() != document.file_hash:
		frappe.throw(_("The file is not the one that was checked. Please check it again."))
	if document.status == "Checked":
		_begin(document)
	document.db_set({"status": "Running", "failure": None})
	frappe.enqueue(
		"coop_membership.membership.importing.run",
		queue="long",
		timeout=4 * 3600,
		enqueue_after_commit=True,
		name=document.name,
	)
	return document.status


def brought_along(cooperative: str) -> int:
	"""The highest member number that came from elsewhere; below it, numbers of the forgotten may be missing."""
	numbers = frappe.get_all(
		IMPORT,
		{"cooperative": cooperative, "status": ["in", UNCHANGEABLE]},
		pluck="last_member_number",
	)
	return max(numbers, default=0)


def _begin(document) -> None:
	"""The last look before the first member: the site may have changed since the check. Reserves the numbers."""
	site = known(document.cooperative)
	plan = read(content_of(document), site)
	if plan.errors:
		frappe.throw(_("The members of the site changed since the check. Please check the file again."))
	document.db_set(
		{
			"first_member_number": site.next_member_number,
			"first_register_number": site.next_register_number,
			"last_member_number": plan.highest_member_number,
			"done_members": 0,
			"done_movements": 0,
		}
	)
	ledger.raise_counter(document.cooperative, "next_member_number", plan.highest_member_number + 1)


def run(name: str) -> None:
	"""Background job: chunk after chunk, each saved with its count, until all is done or one fails."""
	frappe.flags.mute_member_mails = True
	try:
		plan = _saved(name, lambda: _plan_of(name))
		while plan and _saved(name, lambda: _move_chunk(name, plan)):
			pass
	finally:
		frappe.flags.mute_member_mails = False


def _saved(name: str, step: Callable):
	"""What a step returns, in a transaction of its own. A failure is noted on the import, which can be started again."""
	frappe.db.savepoint("moving_in")
	try:
		outcome = step()
	except Exception as error:  # whatever happens, the import says so
		if frappe.flags.in_test:
			frappe.db.rollback(save_point="moving_in")
		else:
			frappe.db.rollback()  # also after a deadlock, when the database forgot the savepoint
		_note_failure(name, error)
		outcome = None
	_tell(name)
	if not frappe.flags.in_test:
		frappe.db.commit()  # job boundary: what is counted stays; the next step sees what others saved meanwhile
	return outcome


def _plan_of(name: str) -> Plan:
	document = frappe.get_doc(IMPORT, name)
	return read(content_of(document), known_at_start(document))


def _note_failure(name: str, error: Exception) -> None:
	frappe.log_error(
		title="Member import failed",
		message=frappe.get_traceback(),
		reference_doctype=IMPORT,
		reference_name=name,
	)
	failure = strip_html_tags(str(error))[:500] or type(error).__name__
	frappe.db.set_value(IMPORT, name, {"status": "Failed", "failure": failure})


def _move_chunk(name: str, plan: Plan) -> bool:
	document = frappe.get_doc(IMPORT, name, for_update=True)
	if document.status != "Running":
		return False
	done = document.done_members
	if done < len(plan.members):
		rows = plan.members[done : done + CHUNK]
		_store_members(document.cooperative, rows)
		document.db_set("done_members", done + len(rows))
		return True
	if document.done_movements < len(plan.movements):
		document.db_set("done_movements", _store_movements(document, plan))
		return True
	document.db_set({"status": "Done", "finished_on": now_datetime()})
	return False


def _tell(name: str) -> None:
	"""Progress for whoever looks at the form."""
	row = frappe.db.get_value(
		IMPORT,
		name,
		["status", "done_members", "done_movements", "total_members", "total_movements"],
		as_dict=True,
	)
	total = row.total_members + row.total_movements or 1
	frappe.publish_realtime(
		"member_import",
		{"status": row.status, "percent": (row.done_members + row.done_movements) * 100 // total},
		doctype=IMPORT,
		docname=name,
	)


def _store_members(cooperative: str, rows: list[MemberRow]) -> None:
	"""Contacts, addresses and members of some rows."""
	people = _People(rows)
	country = frappe.get_cached_value("Cooperative", cooperative, "country")
	addresses, members = [], []
	for row in rows:
		person = people.of(row)
		member = _member(cooperative, row, person and person.contact)
		member.validate()
		set_new_name(member)
		members.append(member)
		if address := _address(member, person, country, people.address_names):
			addresses.append(address)
			people.lives_at(person, address.name)
	bulk.insert_many([*people.new, *addresses, *members])
	for member in members:
		update_global_search(member)


def _member(cooperative: str, row: MemberRow, contact: str | None):
	"""The Member document of a row, not stored."""
	values = {key: row.values[key] for key in MEMBER_FIELDS}
	member = frappe.get_doc(
		{
			"doctype": "Member",
			"cooperative": cooperative,
			**values,
			"contact": contact,
			"total_shares": row.shares,
			"total_value": float(row.value),
		}
	)
	if contact and row.is_organisation:
		representative = {
			"contact": contact,
			"function": row.values["representative_function"],
			"from_date": row.values["joined_on"],
			"to_date": row.values["left_on"],
			"is_signatory": 1,
		}
		member.append("representatives", representative)
	return member


@dataclass
class _Person:
	"""A Contact: its name, what it is called, and its document while it is not stored."""

	contact: str
	title: str
	has_address: bool = False
	document: object = None


class _People:
	"""The persons of a chunk. The same person is the same e-mail address and name; blank never matches."""

	def __init__(self, rows: list[MemberRow]):
		emails = list({row.values["email"] for row in rows if row.values["email"]})
		self.known = _contacts_by_person(emails)
		self.users = dict(
			frappe.get_all("User", {"email": ["in", emails or [""]]}, ["email", "name"], as_list=True)
		)
		self.contact_names = _taken("Contact", [_title(row) for row in rows])
		self.address_names = _taken("Address", [f"{row.name}-{_(_address_type(row))}" for row in rows])
		self.new: list = []

	def of(self, row: MemberRow) -> _Person | None:
		"""A row's person, found or new; none for an organisation without a named representative."""
		email, title = row.values["email"], _title(row)
		if row.is_organisation and not (row.person or email):
			return None
		if email and (email, fold(title)) in self.known:
			return self.known[email, fold(title)]
		document = self._contact(row, email, title)
		self.new.append(document)
		person = _Person(document.name, title, document=document)
		if email:
			self.known[email, fold(title)] = person
		return person

	def _contact(self, row: MemberRow, email: str | None, title: str):
		first, last, phone = (row.values[key] for key in ("first_name", "last_name", "phone"))
		contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": first or last or row.name,
				"last_name": last if first else None,
				"full_name": title,
				"status": "Passive",
				"email_id": email,
				"user": self.users.get(email) if email else None,
				"phone": phone,
				"email_ids": [{"email_id": email, "is_primary": 1}] if email else [],
				"phone_nos": [{"phone": phone, "is_primary_phone": 1}] if phone else [],
			}
		)
		contact.name = _free_name(title, self.contact_names)
		return contact

	def lives_at(self, person: _Person | None, address: str) -> None:
		"""The first address of a person is the one shown on the Contact."""
		if not person or person.has_address:
			return
		person.has_address = True
		if person.document:
			person.document.address = address
		else:
			frappe.db.set_value("Contact", person.contact, "address", address)


def _title(row: MemberRow) -> str:
	return (row.person or row.name)[:100]


def _contacts_by_person(emails: list[str]) -> dict[tuple[str, str], _Person]:
	if not emails:
		return {}
	line, contact = frappe.qb.DocType("Contact Email"), frappe.qb.DocType("Contact")
	rows = (
		frappe.qb.from_(line)
		.join(contact)
		.on((line.parent == contact.name) & (line.parenttype == "Contact"))
		.select(line.email_id, contact.name, contact.first_name, contact.last_name, contact.address)
		.where(line.email_id.isin(emails))
		.orderby(contact.creation)
		.run(as_dict=True)
	)
	found: dict[tuple[str, str], _Person] = {}
	for row in rows:
		title = " ".join(filter(None, [row.first_name, row.last_name]))
		person = _Person(row.name, title, bool(row.address))
		found.setdefault((row.email_id.lower(), fold(title)), person)
	return found


def _taken(doctype: str, titles: list[str]) -> set[str]:
	return set(frappe.get_all(doctype, {"name": ["in", list(set(titles)) or [""]]}, pluck="name"))


def _free_name(title: str, taken: set[str]) -> str:
	"""The title where no other document has it, else with a sign of its own, as short as the host's own numbering."""
	name = title if title not in taken else f"{title}-{frappe.generate_hash(length=8)}"
	taken.add(name)
	return name


def _address_type(row: MemberRow) -> str:
	return "Office" if row.is_organisation else "Personal"


def _address(member, person: _Person | None, country: str, taken: set[str]):
	"""The Address document of a member, or None when the file says too little."""
	if not (member.address_line1 and member.city):
		return None
	kind = "Office" if member.member_type == "Organisation" else "Personal"
	links = [{"link_doctype": "Member", "link_name": member.name, "link_title": member.display_name}]
	if person:
		links.insert(0, {"link_doctype": "Contact", "link_name": person.contact, "link_title": person.title})
	address = frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": member.display_name[:100],
			"address_type": kind,
			**{"pincode" if key == "postcode" else key: member.get(key) for key in identity.ADDRESS},
			"country": member.country or country,
			"links": links,
		}
	)
	address.name = _free_name(f"{address.address_title}-{_(kind)}", taken)
	return address


def _store_movements(document, plan: Plan) -> int:
	names = {
		str(number): name
		for number, name in frappe.get_all(
			"Member",
			{"cooperative": document.cooperative, "member_number": [">", 0]},
			["member_number", "name"],
			as_list=True,
		)
	}
	lines = []
	for row in plan.movements:
		movement = row.movement()
		lines.append(
			{
				"number": movement.number,
				"effective_date": movement.effective_date,
				"from_member": names[movement.from_member] if movement.from_member else None,
				"to_member": names[movement.to_member] if movement.to_member else None,
				"share_class": movement.share_class,
				"quantity": movement.quantity,
				"unit_price": float(movement.unit_price),
				"to_share_class": movement.to_share_class or None,
				"to_quantity": movement.to_quantity,
				"to_unit_price": float(movement.to_unit_price),
			}
		)
	return ledger.post_opening(document.cooperative, lines, document.name)


# --- template and export --------------------------------------------------------------------------


@frappe.whitelist(methods=["GET"])
def template(language: str = "en", file_type: str = "XLSX") -> None:
	"""Download an empty file with the titles in a language; the workbook explains each column on a second sheet."""
	frappe.has_permission(IMPORT, "create", throw=True)
	language = spoken(language)
	index = LANGUAGES.index(language)
	titles = import_rows.header(language)
	help_rows = [[note[index]] for note in NOTES]
	help_rows += [[]] + [[column.label(language), explanation(column, language)] for column in COLUMNS]
	_download(f"members-{language}", file_type, [titles], {SHEET_TITLES["help"][index]: help_rows}, language)


@frappe.whitelist(methods=["GET"])
def export(cooperative: str, language: str = "en", file_type: str = "XLSX") -> None:
	"""Download all members and operations of a cooperative as a file that can be imported elsewhere."""
	frappe.has_permission(IMPORT, "create", throw=True)
	frappe.has_permission("Cooperative", doc=cooperative, throw=True)
	rows = list(exported(cooperative, spoken(language)))
	_download(f"members-{frappe.scrub(cooperative)}", file_type, rows, {}, spoken(language))


def exported(cooperative: str, language: str) -> Iterator[list]:
	"""Rows of `export`: what an import of them would make again."""
	members = {row.name: _member_row(row) for row in _stored_members(cooperative)}
	for name, function in _functions(cooperative):
		members[name].values["representative_function"] = function or None
	movements = [_movement_row(row, members) for row in ledger.movements(cooperative)]
	languages = Locale.parse(language).territories
	names = Names(
		classes={row.name: row.code for row in _classes(cooperative)},
		countries={
			row.name: languages[row.code.upper()]
			for row in frappe.get_all("Country", fields=["name", "code"])
			if _spoken_of(row, languages)
		},
		legal_forms={row.name: row.title for row in frappe.get_all("Legal Form", fields=["name", "title"])},
	)
	return import_rows.lines(members.values(), movements, names, language)


def _stored_members(cooperative: str) -> list:
	return frappe.get_all(
		"Member", {"cooperative": cooperative}, ["name", *MEMBER_FIELDS], order_by="member_number, name"
	)


def _functions(cooperative: str) -> list[tuple[str, str]]:
	"""(member, function) of the first representative of each organisation."""
	line, member = frappe.qb.DocType("Member Representative"), frappe.qb.DocType("Member")
	return (
		frappe.qb.from_(line)
		.join(member)
		.on(line.parent == member.name)
		.select(line.parent, line["function"])
		.where((member.cooperative == cooperative) & (line.idx == 1))
		.run()
	)


def _member_row(row) -> MemberRow:
	values = {key: row.get(key) or None for key in import_rows.MEMBER_KEYS}
	for key in ("birth_date", "joined_on", "left_on"):
		values[key] = getdate(values[key]) if values[key] else None
	return MemberRow(0, values)


def _movement_row(row, members: dict[str, MemberRow]) -> MovementRow:
	given_back = bool(row.from_member and not row.to_member) or bool(row.to_share_class)
	giver = members.get(row.from_member)
	return MovementRow(
		line=0,
		member=giver if given_back else members[row.to_member],
		effective_date=getdate(row.effective_date),
		share_class=row.share_class,
		quantity=-row.quantity if given_back else row.quantity,
		unit_price=Decimal(str(row.unit_price)).quantize(Decimal("0.01")),
		number=row.number,
		from_member_number=giver.number if giver and not given_back else None,
		to_share_class=row.to_share_class or "",
		to_quantity=row.to_quantity or 0,
		to_unit_price=Decimal(str(row.to_unit_price or 0)).quantize(Decimal("0.01")),
	)


def _download(name: str, file_type: str, rows: list[list], more: dict, language: str) -> None:
	if str(file_type).upper() == "CSV":
		content, extension = import_files.write_csv(rows), "csv"
	else:
		title = SHEET_TITLES["data"][LANGUAGES.index(language)]
		content, extension = import_files.write_xlsx({title: rows, **more}), "xlsx"
	frappe.response.filename = f"{name}.{extension}"
	frappe.response.filecontent = content
	frappe.response.type = "download"
