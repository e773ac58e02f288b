"""What the desk asks of the register: is it sound, its reports as files, a certificate of any day."""

from __future__ import annotations

import json

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log

from coop_membership import actions, host
from coop_membership.desk import register_files
from coop_membership.register import certificates
from coop_membership.register.integrity import check
from coop_membership.register.ledger import ENTRY

REPORTS = (
	"Member Register",
	"Share Register",
	"Yearly Movements",
	"Capital Summary",
	"Capital Accounts",
	"Legal Representatives",
)


@actions.of_site("Cooperative", "write", changes=False)
def check_now(cooperative: str, anchor: str | None = None) -> list[dict]:
	"""The button on the Cooperative's form; `anchor` is the state of the register that a print shows."""
	return check(actions.granted("Cooperative", cooperative, "write").name, anchor)


@actions.of_site(ENTRY, "read", changes=False, looks=True)
def download(report: str, filters: str | None = None, file_type: str = "PDF"):
	"""Download a register as it is on the screen: a PDF to sign, or a workbook. `filters`: the report's, as JSON."""
	if report not in REPORTS:
		frappe.throw(_("There is no such register."))
	try:
		wanted = json.loads(filters or "{}")
	except ValueError:
		wanted = None
	if not isinstance(wanted, dict):
		frappe.throw(_("The filters can't be read. Reload the page and try again."))
	as_workbook = str(file_type).upper() == register_files.XLSX
	content = (register_files.xlsx if as_workbook else register_files.pdf)(report, wanted)
	make_access_log(report_name=report, file_type=register_files.XLSX if as_workbook else register_files.PDF)
	return _answer(f"{_(report)}.{'xlsx' if as_workbook else 'pdf'}", content)


@actions.of_site("Member", "read", changes=False, looks=True)
def certificate(member: str, on_date: str | None = None):
	"""Download a Member's share certificate of any day, as a PDF in the member's language."""
	document = actions.granted("Member", member)
	content = certificates.pdf(document, on_date)
	return _answer(f"{_('Share Certificate')} {document.name}.pdf", content)


def _answer(name: str, content: bytes):
	frappe.response.filename = name
	frappe.response.filecontent = content
	frappe.response.type = "download"
	return host.as_it_is()
