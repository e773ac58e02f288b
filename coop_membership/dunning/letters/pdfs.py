"""PDFs of letters before their mails go out: many in one call of the PDF engine, which takes longer to start than to print.

A mail promises the PDF of its letter, and the mail queue prints it when it sends. The job here fulfils
promises beforehand, by private files of the letters. Where anything is in doubt the promise stays, and that
letter is printed by itself.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

import frappe
from frappe.utils import cint

from coop_membership import host
from coop_membership.dunning.letters import printing
from coop_membership.dunning.names import DUNNING_LETTER

BATCH = 50  # letters of one PDF


def prepare_later(letters: Iterable[str]) -> None:
	"""Have the PDFs of these letters made in the background, once they are saved."""
	letters = list(letters)
	for start in range(0, len(letters), BATCH):
		frappe.enqueue(
			"coop_membership.dunning.letters.pdfs.prepare",
			queue="long",
			enqueue_after_commit=True,
			letters=letters[start : start + BATCH],
		)


def prepare(letters: list[str]) -> int:
	"""The job: print what the waiting mails of these letters promise, as one PDF, and give each mail its part.

	Returns how many mails got theirs. The others print theirs when they are sent.
	"""
	promised = [mail.reference_name for mail in _mails(letters)]
	if not promised or not _prints_as_it_is():
		return 0
	try:
		parts = split(printing.pdf_of(promised), promised)
	except Exception:  # one broken picture; each letter is tried by itself when it is sent
		frappe.log_error(title="Dunning letters not printed together", message=frappe.get_traceback())
		return 0
	return _attach({letter: _file(letter, pdf) for letter, pdf in parts.items()})


def split(pdf: bytes, numbers: list[str]) -> dict[str, bytes]:
	"""{number: PDF} of letters that were printed one after the other; empty in any doubt where one ends.

	A letter has its number as its very last words, and starts a new page. So a page belongs to the first
	letter that did not end yet; it must not have the number of any other one, and the last page must end with
	the last letter.
	"""
	parts: dict[str, list[PageObject]] = {number: [] for number in numbers}
	left = list(numbers)
	for page in PdfReader(io.BytesIO(pdf)).pages:
		text = "".join(page.extract_text().split())
		if not left or any(number in text for number in numbers if number != left[0]):
			return {}
		parts[left[0]].append(page)
		if text.endswith(left[0]):
			left.pop(0)
	return {} if left else {number: _document(pages) for number, pages in parts.items()}


def _document(pages: list[PageObject]) -> bytes:
	writer = PdfWriter()
	for page in pages:
		_keep_what_is_shown(page)
		writer.add_page(page)
	stream = io.BytesIO()
	writer.write(stream)
	return stream.getvalue()


def _keep_what_is_shown(page: PageObject) -> None:
	"""Some engines give every page the pictures of all pages: another debtor's QR code stays out of this one's file."""
	resources = page["/Resources"].get_object()
	if "/XObject" not in resources:
		return
	shown = {match.decode() for match in re.findall(rb"(/\S+)\s+Do\b", page.get_contents().get_data())}
	pictures = resources["/XObject"].get_object()
	kept = DictionaryObject({NameObject(name): pictures.raw_get(name) for name in pictures if name in shown})
	page[NameObject("/Resources")] = DictionaryObject({**resources, NameObject("/XObject"): kept})


def _prints_as_it_is() -> bool:
	"""False when the site sends prints in another way, or has its own print format."""
	as_pdf = cint(frappe.db.get_single_value("Print Settings", "send_print_as_pdf"))
	return bool(as_pdf) and printing.format_of(DUNNING_LETTER) == printing.PRINT_FORMAT


def _is_promise(attachment: dict, mail) -> bool:
	return attachment.get("doctype") == DUNNING_LETTER and attachment.get("name") == mail.reference_name


def _mails(letters: list[str], lock: bool = False) -> list:
	"""The mails of these letters that promise a PDF and that nobody sends yet."""
	names = frappe.get_all(
		DUNNING_LETTER, {"name": ["in", letters], "email_queue": ["is", "set"]}, pluck="email_queue"
	)
	mail = frappe.qb.DocType("Email Queue")
	query = frappe.qb.from_(mail).select(mail.name, mail.status, mail.reference_name, mail.attachments)
	query = query.where(mail.name.isin(sorted(names) or [host.NOTHING]))
	rows = (query.for_update() if lock else query).run(as_dict=True)
	return [
		row
		for row in rows
		if row.status == "Not Sent"
		and any(_is_promise(attachment, row) for attachment in json.loads(row.attachments or "[]"))
	]


def _file(letter: str, pdf: bytes) -> str:
	"""Keep the PDF with its letter, for those who may read it; the file's name."""
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{letter}.pdf",
			"attached_to_doctype": DUNNING_LETTER,
			"attached_to_name": letter,
			"is_private": 1,
			"content": pdf,
		}
	)
	file.insert(ignore_permissions=True)  # a job: who sent the letter was checked by letters.send()
	return file.name


def _attach(files: dict[str, str]) -> int:
	"""Put files in place of the promises of mails that still wait."""
	mails = _mails(list(files), lock=True)
	table = frappe.qb.DocType("Email Queue")
	for mail in mails:
		attachments = [
			{"fid": files[mail.reference_name]} if _is_promise(attachment, mail) else attachment
			for attachment in json.loads(mail.attachments)
		]
		query = frappe.qb.update(table).set(table.attachments, json.dumps(attachments))
		query.where(table.name == mail.name).run()
	return len(mails)
