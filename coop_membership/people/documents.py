"""Files shared with members: statutes, minutes, or something for one of them; by class of shares, by dues, or for all."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import today

from coop_membership import host
from coop_membership.doctypes import Member, SharedDocument
from coop_membership.register import ledger, standing
from coop_membership.states.members import FORMER

DOCTYPE = "Shared Document"
AUDIENCE = {"share_class": "Share Class", "plan": "Membership Plan", "member": "Member"}


def check(document: SharedDocument) -> None:
	"""Before a save: raise a sentence when whom it is for belongs to another cooperative, or the file is elsewhere."""
	for field, doctype in AUDIENCE.items():
		name = document.get(field)
		if name and frappe.db.get_value(doctype, name, "cooperative") != document.cooperative:
			frappe.throw(_("{0} belongs to another cooperative.").format(name))
	if not str(document.file or "").startswith(("/private/files/", "/files/")):
		frappe.throw(_("Attach the file itself, not an address of another site."))


def keep_private(document: SharedDocument) -> None:
	"""After a save: the file is read by whom the document is for, and by nobody who guesses its address."""
	for name in frappe.get_all("File", {"file_url": document.file, "is_private": 0}, pluck="name"):
		file = frappe.get_doc("File", name)
		file.is_private = 1
		with host.as_system():  # who saved the document may write it
			file.save()
		document.db_set("file", file.file_url, update_modified=False)


def of(member: Member) -> list[frappe._dict]:
	"""Documents that a Member may read, the newest first: name, title, category, document_date, note.

	Who has left reads what is for them alone.
	"""
	rows = frappe.get_all(
		DOCTYPE,
		{"cooperative": member.cooperative, "disabled": 0, "document_date": ["<=", today()]},
		["name", "title", "category", "document_date", "note", "file", *AUDIENCE],
		order_by="document_date desc, name desc",
	)
	held = _held(member) if any(row.share_class for row in rows) else set()
	plans = standing.plans_of(member.cooperative, member.name) if any(row.plan for row in rows) else set()
	return [row for row in rows if _is_for(row, member, held, plans)]


def _is_for(row: frappe._dict, member: Member, held: set[str], plans: set[str]) -> bool:
	if row.member:
		return row.member == member.name
	if member.status == FORMER:
		return False
	return (not row.share_class or row.share_class in held) and (not row.plan or row.plan in plans)


def _held(member: Member) -> set[str]:
	return set(ledger.holdings(member.name))


def find(member: Member, name: str) -> frappe._dict | None:
	"""One of the documents that a Member may read, by its name."""
	return next((row for row in of(member) if row.name == name), None)


def content(row: frappe._dict) -> tuple[str, bytes]:
	"""(file name, content) of one of `of`. Raises frappe.DoesNotExistError when the file is gone."""
	file = frappe.get_doc("File", {"file_url": row.file})
	found = file.get_content()
	return file.file_name, found.encode() if isinstance(found, str) else found
