"""Birth date, national number and IBAN: kept apart from what more people read, in one `Private Details` per person.

There is one for each Member and each Membership Application, and one with the account for each Share Transaction that is
paid back. Services read with `of` and `of_many` and write with
`write`; a person reads with `show` and writes with `change`, which check the right and leave a line in the access log.
A new document brings the values along under their own names (`receive`), so that forms, API and imports keep them.
The host's own doors stay shut: lists, counts, reports and exports find nothing, one document opens with a line in the log.
"""

from __future__ import annotations

import datetime

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime

from coop_membership import bulk, doors, host
from coop_membership.values.person_fields import PRIVATE

DOCTYPE, LOG = "Private Details", "Access Log"
SUBJECTS = {"Member": PRIVATE, "Membership Application": PRIVATE, "Share Transaction": ("iban",)}


# --- for services, which checked who may ---------------------------------------------------------


def of(document: Document) -> frappe._dict:
	"""{field: value} of a Member or Membership Application; of one not stored yet, what came along with it."""
	if document.is_new():
		return frappe._dict({field: document.get(field) for field in PRIVATE})
	return of_many(document.doctype, [document.name])[document.name]


def of_many(doctype: str, names: list[str], lock: bool = False) -> dict[str, frappe._dict]:
	"""{name: {field: value}} of many Members or Membership Applications, None where nothing is known.

	`lock` reads what is saved at this moment, not at the start of the transaction, and holds it.
	"""
	table = frappe.qb.DocType(DOCTYPE)
	found = {name: frappe._dict.fromkeys(PRIVATE) for name in names}
	for start in range(0, len(names), 1000):
		query = (
			frappe.qb.from_(table)
			.select(table.reference_name, *[table[field] for field in PRIVATE])
			.where(
				(table.reference_doctype == doctype) & table.reference_name.isin(names[start : start + 1000])
			)
		)
		for name, *values in (query.for_update() if lock else query).run():
			found[name] = frappe._dict(zip(PRIVATE, values, strict=True))
	return found


def proposed(member: Document, field: str) -> str:
	"""What a Member has proposed and does not count yet, `proposed_iban`, `proposed_email` or `proposed_name`; "" for nothing."""
	return frappe.db.get_value(DOCTYPE, _whose(member), field) or ""


def proposed_on(member: Document, field: str) -> datetime.datetime:
	"""When a Member proposed what `proposed` says."""
	found = frappe.db.get_value(DOCTYPE, _whose(member), [f"{field}_on", "modified"])
	return get_datetime(found[0] or found[1])  # the second of what was proposed before this was written down


def propose(member: Document, field: str, value: str | None) -> None:
	"""Keep an account, a mailbox or a name apart until it is confirmed; one proposed before gives way. The caller read it."""
	if not (name := frappe.db.get_value(DOCTYPE, _whose(member), "name", for_update=True)):
		details = _new(member, {})
		details.db_insert()
		name = details.name
	frappe.db.set_value(DOCTYPE, name, {field: value, f"{field}_on": now_datetime() if value else None})


def take_proposed_iban(member: Document) -> None:
	"""The proposed account counts from now on; the one from before stays beside it."""
	fields = ["name", "iban", "proposed_iban"]
	kept = frappe.db.get_value(DOCTYPE, _whose(member), fields, as_dict=True, for_update=True)
	values = {
		"iban": kept.proposed_iban,
		"previous_iban": kept.iban,
		"proposed_iban": None,
		"proposed_iban_on": None,
	}
	frappe.db.set_value(DOCTYPE, kept.name, values)


def born_on(query, table, doctype: str, birth_date: str):
	"""A query over Members or Membership Applications (`table`), of those with a birth date (YYYY-MM-DD).

	Joined, not asked of a query inside it: a lock of the outer one would read what was saved before it began.
	"""
	details = frappe.qb.DocType(DOCTYPE)
	is_theirs = (details.reference_doctype == doctype) & (details.reference_name == table.name)
	return query.join(details).on(is_theirs).where(details.birth_date == birth_date)


def write(document: Document, values: dict) -> None:
	"""Store some values of a Member or Membership Application. Raises a sentence for a value that can't be read."""
	if name := frappe.db.get_value(DOCTYPE, _whose(document), "name", for_update=True):
		details = frappe.get_doc(DOCTYPE, name)
		details.update(_kept(document, values))
		details.save(ignore_permissions=True)  # whoever calls this has checked the right on the document
	else:
		_begin(document, values)


def _begin(document: Document, values: dict) -> None:
	"""The first values of a document. Past the host's checks of a form: the document is here, the values are read now."""
	values = _kept(document, values)
	if any(values.values()):
		details = _new(document, values)
		read(details, document)
		details.db_insert()


def _kept(document: Document, values: dict) -> dict:
	"""Those values that documents of this kind have, whatever else came along."""
	return {field: values[field] or None for field in SUBJECTS[document.doctype] if field in values}


def read(details: Document, document: Document) -> None:
	"""Bring the values of a Private Details document of a Member or Membership Application into their one form.

	Raises a sentence for one that can't be read, unless it was stored like this before.
	"""
	cooperative = frappe.get_cached_doc("Cooperative", document.cooperative)
	doors.read_person(
		details, doors.place(document.get("country"), cooperative), details.get_doc_before_save()
	)


def _new(document: Document, values: dict) -> Document:
	named = {"name": frappe.generate_hash(length=10), "owner": frappe.session.user}
	return frappe.get_doc({"doctype": DOCTYPE, **named, **_whose(document), **values})


def _whose(document: Document) -> dict[str, str]:
	return {"reference_doctype": document.doctype, "reference_name": document.name}


def receive(document: Document) -> None:
	"""After the insert of a document: store what came along, and leave nothing of it on the document.

	Whoever may make a document may give its values, also who may not read them afterwards.
	"""
	if came := _taken_from(document):
		_begin(document, came)


def receive_changes(document: Document) -> None:
	"""After each later save: store what came along, for who may change it whatever flags the save had; else raise."""
	if came := _taken_from(document):
		_require("write", document)
		write(document, came)


def _taken_from(document: Document) -> dict:
	return {field: document.__dict__.pop(field) for field in PRIVATE if field in document.__dict__}


def detached(document: Document) -> Document | None:
	"""What came along with a new, named document, as a Private Details document to store with it; None when nothing did."""
	came = _taken_from(document)
	return _new(document, came) if any(came.values()) else None


def forget(document: Document) -> None:
	"""Delete the values of a document that goes, leaving no copy."""
	for name in frappe.get_all(DOCTYPE, _whose(document), pluck="name"):
		# follows from the deletion of its document, which was allowed
		frappe.delete_doc(DOCTYPE, name, ignore_permissions=True, delete_permanently=True)


# --- for people ----------------------------------------------------------------------------------


def subject_type(doctype: str) -> str:
	"""The DocType that somebody asks about, when its documents have private details. Raises a sentence otherwise."""
	if doctype not in SUBJECTS:
		frappe.throw(_("Only members, requests and share transactions have private details."))
	return doctype


def show(document: Document) -> list[dict]:
	"""[{fieldname, label, value}] of a Member or Membership Application, for who may see it; noted in the access log.

	Raises frappe.PermissionError for others.
	"""
	_require("read", document)
	note_access(document)
	values = of(document)
	fields = SUBJECTS[document.doctype]
	return [
		{"fieldname": field, "label": doors.KEPT_APART[field](), "value": values[field]} for field in fields
	]


def change(document: Document, values: dict) -> None:
	"""Write values of a Member or Membership Application, for who may change it. Raises as `show` and `write`."""
	_require("write", document)
	write(document, values if isinstance(values, dict) else {})


def may(right: str, document: Document) -> bool:
	"""Whether the session's user may `read` or `write` the values of a document. What is submitted stays as it is."""
	if right == "write" and document.docstatus.is_submitted():
		return False
	return bool(frappe.has_permission(DOCTYPE, right)) and bool(
		frappe.has_permission(document.doctype, "read", document)
	)


def note_access(document: Document) -> None:
	"""A line in the host's access log: the session's user has read a document's values."""
	make_access_log(doctype=DOCTYPE, document=document.name, method=document.doctype)


def note_access_of_all(doctype: str, names: list[str]) -> None:
	"""As `note_access`, of many documents in a few statements."""
	noted = {"user": frappe.session.user, "export_from": DOCTYPE, "method": doctype}
	rows = [{"name": bulk.new_name(LOG), **noted, "reference_document": name} for name in names]
	if rows:
		bulk.insert(LOG, rows)


def _require(right: str, document: Document) -> None:
	if not may(right, document):
		frappe.throw(host.not_permitted(), frappe.PermissionError)


# --- the host's own doors ------------------------------------------------------------------------


def query_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: no list, count, report or export of Private Details finds anything, whoever asks."""
	return "1 = 0"


def has_permission(doc: Document, ptype: str = "read", user: str | None = None, **_more) -> bool:
	"""Hook: on top of the role, whoever reads one must be allowed to read whom it is about; each read is noted."""
	if not isinstance(doc, Document) or doc.is_new():
		return True
	if not doc.reference_name or not frappe.db.exists(doc.reference_doctype, doc.reference_name):
		return False
	subject = frappe.get_doc(doc.reference_doctype, doc.reference_name)
	if not frappe.has_permission(subject.doctype, "read", subject, user=user):
		return False
	if ptype == "read":
		note_access(subject)
	return True
