"""A register as a file that can be signed, kept and sent: PDF with letterhead, numbered pages and place for signatures, or a
workbook whose cells are numbers and dates.
"""

from __future__ import annotations

import io

import frappe
from frappe import _
from frappe.utils import flt, get_datetime, getdate, now_datetime
from frappe.utils.pdf import get_pdf

from coop_membership.desk import tables
from coop_membership.prints import page_numbers
from coop_membership.prints.letterhead import letterhead
from coop_membership.prints.wording import long_date
from coop_membership.register import ledger

PAGE = "coop_membership/templates/prints/register_page.html"
PDF, XLSX = "PDF", "XLSX"
LANDSCAPE = {
	"orientation": "Landscape",
	"margin-left": "12mm",
	"margin-right": "12mm",
	"margin-bottom": "18mm",
}
FORMATS = {"Int": "0", "Currency": "#,##0.00", "Date": "yyyy-mm-dd"}
WIDTH_OF_A_CELL = 7  # a column's width on the screen, in pixels, for each sign in a workbook


def pdf(report: str, filters: dict) -> bytes:
	"""A report as a PDF for its cooperative's board to sign. Raises as `tables.checked`; the report's roles are asked."""
	filters = tables.checked(filters)
	cooperative = frappe.get_cached_doc("Cooperative", filters.cooperative)
	proof = proof_of(cooperative.name)
	above = frappe.get_doc(
		{"doctype": ledger.ENTRY, "cooperative": cooperative.name}
	)  # what a letter head may read
	html = frappe.render_template(
		PAGE,
		{
			"letterhead": letterhead(above),
			"table": tables.as_html(report, filters),
			"proof": proof,
			"printed_on": long_date(now_datetime()),
			"board_representative": cooperative.board_representative,
		},
	)
	footer = (
		f"{cooperative.title} – {_(report)} – {proof.number}:{proof.hash[:16]}"
		if proof
		else cooperative.title
	)
	return page_numbers.stamp(get_pdf(html, dict(LANDSCAPE)), footer, _("Page {0} of {1}"))


def proof_of(cooperative: str) -> frappe._dict | None:
	"""The last entry of a register, which seals all of it, and the next numbers; None while it is empty."""
	last = frappe.get_all(
		ledger.ENTRY,
		{"cooperative": cooperative},
		["number", "hash", "effective_date", "posted_on"],
		order_by="number desc",
		limit=1,
	)
	if not last:
		return None
	entry = last[0]
	counters = frappe.db.get_value(
		"Cooperative", cooperative, ["next_register_number", "next_member_number"], as_dict=True
	)
	return frappe._dict(
		entry,
		effective_date=long_date(entry.effective_date),
		posted_on=long_date(get_datetime(entry.posted_on)),
		next_register_number=counters.next_register_number or 1,
		next_member_number=counters.next_member_number or 1,
	)


def xlsx(report: str, filters: dict) -> bytes:
	"""A report as a workbook: a number is a number, a date a date, and no text is taken for a formula."""
	from openpyxl import Workbook
	from openpyxl.cell import WriteOnlyCell
	from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
	from openpyxl.styles import Font
	from openpyxl.utils import get_column_letter

	filters = tables.checked(filters)
	columns, pages = tables.pages(report, filters)
	columns = [column for column in columns if not column.get("hidden")]
	book = Workbook(write_only=True)
	sheet = book.create_sheet(_(report)[:31])
	sheet.freeze_panes = "A4"
	for index, column in enumerate(columns, start=1):
		sheet.column_dimensions[get_column_letter(index)].width = column["width"] / WIDTH_OF_A_CELL

	def cell(value: object, kind: str = "Data", bold: bool = False):
		if isinstance(value, str):
			value = ILLEGAL_CHARACTERS_RE.sub("", value)
		made = WriteOnlyCell(sheet, value=value)
		if isinstance(value, str):
			made.data_type = "s"
		elif kind in FORMATS:
			made.number_format = FORMATS[kind]
		if bold:
			made.font = Font(bold=True)
		return made

	cooperative = frappe.get_cached_doc("Cooperative", filters.cooperative)
	sheet.append([cell(f"{cooperative.title} – {_(report)}", bold=True)])
	sheet.append([cell(_period(filters))])
	sheet.append([cell(column["label"], bold=True) for column in columns])
	state = ""
	for row in (row for page in pages for row in page):
		bold = bool(row.get("is_total_row"))
		values = (
			(_typed(row.get(column["fieldname"]), column["fieldtype"]), column["fieldtype"])
			for column in columns
		)
		sheet.append([cell(value, kind, bold) for value, kind in values])
		state = row.get("state") or state
	if state:
		sheet.append([])
		sheet.append([cell(_("State of the register: {0}").format(state))])
	out = io.BytesIO()
	book.save(out)
	return out.getvalue()


def _period(filters: frappe._dict) -> str:
	titles = {"as_of": _("As of {0}"), "from_date": _("From {0}"), "to_date": _("Up to {0}")}
	return " · ".join(
		titles[name].format(long_date(day)) for name, day in tables.days_of(filters).items() if day
	)


def _typed(value: object, kind: str) -> object:
	if value in (None, ""):
		return None
	if kind == "Int":
		return int(value)
	if kind == "Currency":
		return flt(value, 2)
	return getdate(value) if kind == "Date" else str(value)
