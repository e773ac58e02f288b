"""Template and export of an import, as downloads."""

from __future__ import annotations

import frappe

from coop_membership import actions, host
from coop_membership.moving_in import files, writer
from coop_membership.moving_in.columns import COLUMNS, LANGUAGES, NOTES, SHEET_TITLES, explanation, spoken
from coop_membership.moving_in.export import exported
from coop_membership.people import private
from coop_membership.register.imports import IMPORT


@actions.of_site(IMPORT, "create", changes=False, looks=True)
def template(language: str = "en", file_type: str = "XLSX"):
	"""Download an empty file with the titles in a language; the workbook explains each column on a second sheet."""
	language = spoken(language)
	index = LANGUAGES.index(language)
	titles = writer.header(language)
	help_rows = [[note[index]] for note in NOTES]
	help_rows += [[]] + [[column.label(language), explanation(column, language)] for column in COLUMNS]
	return _download(
		f"members-{language}", file_type, [titles], {SHEET_TITLES["help"][index]: help_rows}, language
	)


@actions.of_site(IMPORT, "create", changes=False, looks=True)
def export(cooperative: str, language: str = "en", file_type: str = "XLSX"):
	"""Download all members and operations of a cooperative as a file that can be imported elsewhere.

	It holds private details: the access log has a line for each member.
	"""
	host.require("Member", "export")
	host.require(private.DOCTYPE, "read")
	whose = actions.granted("Cooperative", cooperative)
	rows = list(exported(cooperative, spoken(language)))
	private.note_access_of_all("Member", frappe.get_all("Member", {"cooperative": cooperative}, pluck="name"))
	private.note_access(whose)  # the host keeps the log of what was opened by an address
	return _download(f"members-{frappe.scrub(cooperative)}", file_type, rows, {}, spoken(language))


def _download(name: str, file_type: str, rows: list[list], more: dict, language: str):
	if str(file_type).upper() == "CSV":
		content, extension = files.write_csv(rows), "csv"
	else:
		title = SHEET_TITLES["data"][LANGUAGES.index(language)]
		content, extension = files.write_xlsx({title: rows, **more}), "xlsx"
	frappe.response.filename = f"{name}.{extension}"
	frappe.response.filecontent = content
	frappe.response.type = "download"
	return host.as_it_is()
