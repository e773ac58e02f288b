"""The sentence for each finding of `reader.py`, in the language of the person who reads it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from babel.numbers import format_decimal

import frappe
from frappe import _

from coop_membership import doors
from coop_membership.moving_in.columns import BY_KEY
from coop_membership.moving_in.rows import Finding
from coop_membership.prints import wording

MESSAGES: dict[str, Callable[[], str]] = {
	**doors.MESSAGES,
	# the file
	"unreadable": lambda: _(
		"This file can't be read. Please upload a CSV or XLSX file made from the template."
	),
	"other_format": lambda: _(
		"This is not a CSV or XLSX file, or it is locked by a password. Please save it as “Excel workbook (.xlsx)” or CSV."
	),
	"damaged": lambda: _(
		"The workbook is damaged: line {line} is there twice or holds cells of another line. Please save it anew from "
		"your spreadsheet."
	),
	"grows_too_big": lambda: _(
		"This workbook unpacks to far more than a list of members holds. Please copy the lines into a new workbook."
	),
	"too_many_lines": lambda: _("The file has more than {maximum} lines. Please divide it."),
	"cell_too_big": lambda: _("A cell of this line holds far too much text. Please shorten it."),
	"quote_open": lambda: _(
		"A quotation mark in this line is opened and not closed rightly, which would swallow lines that follow. Please "
		"delete it, or double it."
	),
	"encoding_guessed": lambda: _(
		"The file is not saved in UTF-8; it was read as {encoding}. Please look at its first special word: “{word}”. If "
		"it is wrong, save the file as CSV UTF-8."
	),
	"encoding_mixed": lambda: _(
		"Some letters of the file are saved in another way than the rest ({encoding}). Please look at the first one: “{word}”."
	),
	"encoded_twice": lambda: _(
		"The file was converted twice: it holds words like “{word}”. They were read as they were meant; please look at them."
	),
	"encoded_twice_in_part": lambda: _(
		"Some words of the file were converted twice, such as “{word}”. Please correct them, or save the file anew as "
		"CSV UTF-8."
	),
	"sheets_left_out": lambda: _("Only the sheet “{sheet}” is read, not these: {sheets}."),
	"cell_without_title": lambda: _(
		"The cell {cell} holds “{text}”, but its column has no title. Please give it one, or delete what is in it."
	),
	"nothing": lambda: _("The file has no lines with members."),
	"no_header": lambda: _("The first line has no titles. Please start from the template."),
	"column_unknown": lambda: _(
		"The column “{title}” is not known. Say below what it means, or name it as in the template."
	),
	"column_twice": lambda: _("The column “{column}” is there twice. Please delete one."),
	"not_kept": lambda: _("Two columns say “{column}”: {kept} is kept, “{text}” is not."),
	"lines_hidden": lambda: _(
		"Lines that are hidden or filtered out in the sheet, {count}, are read like all others: {lines}. Delete them if they "
		"are not to come along."
	),
	"lines_struck": lambda: _(
		"Lines that are struck out in the sheet, {count}, are read like all others: {lines}. Delete them if they are not to "
		"come along."
	),
	"column_missing": lambda: _("The column “{column}” is missing. Please start from the template."),
	# cells
	"missing": lambda: _("“{column}” is missing. Please fill it in."),
	"missing_for_all": lambda: _(
		"No line says “{column}”. Say it above for all of them, or below which column it is; then check again."
	),
	"total_uneven": lambda: _("{total} is no whole number of shares at {price}. Please correct one of them."),
	"total_differs": lambda: _(
		"{quantity} × {price} is {product}, and not {total}. Please correct one of them, or leave a column out."
	),
	"several_alike": lambda: _(
		"“{text}” is not known; these look like it: {suggestions}. Please write the one that is meant exactly so."
	),
	"formula_empty": lambda: _(
		"The formula in this cell has no result stored. Please open and save the file in your spreadsheet, or write the value."
	),
	"formula_failed": lambda: _("“{text}” is an error of the spreadsheet. Please write the value itself."),
	"truth": lambda: _("“{text}” is the result of a formula. If it is a name, please write it as “{name}”."),
	"quantity_zero": lambda: _("A number of shares can't be zero."),
	"choice_wrong": lambda: _("“{text}” is not one of the words for “{column}”; see the template."),
	"country_unknown": lambda: _(
		"The country “{text}” is not known. Please use its name or its two letters."
	),
	"language_unknown": lambda: _("The language “{text}” is not known. Please use a code such as fr."),
	"legal_form_unknown": lambda: _(
		"The legal form “{text}” is not known. Add it to the list, or choose another."
	),
	"class_unknown": lambda: _("The share class “{text}” is not known. Please use its code or its name."),
	"class_unknown_but_alike": lambda: _(
		"The share class “{text}” is not known. Did you mean “{suggestion}”? Please write it exactly so."
	),
	"legal_form_unknown_but_alike": lambda: _(
		"The legal form “{text}” is not known. Did you mean “{suggestion}”? Please write it exactly so."
	),
	"in_future": lambda: _("“{column}” lies in the future."),
	"too_early": lambda: _("“{column}” lies before {year}. Please correct it."),
	# members
	"member_gaps": lambda: _(
		"Nobody in the file has these member numbers: {numbers}. They stay free for ever; that is right if those "
		"members are no longer known."
	),
	"member_missing": lambda: _("No line gives the name of member number {number}."),
	"differs": lambda: _("“{column}” of member number {number} is not the same as in line {other}."),
	"left_before_joined": lambda: _("The member left before joining. Please check both dates."),
	"number_taken": lambda: _("The member number {number} belongs to {name} already."),
	"person_known": lambda: _("{name} is a member with this e-mail address already."),
	"person_twice": lambda: _(
		"The same name and e-mail address are in line {other}. Give both the same number."
	),
	"organisation_known": lambda: _(
		"An organisation with the registration number of {name} is a member already."
	),
	"organisation_twice": lambda: _("The same registration number is in line {other}."),
	"email_shared": lambda: _(
		"Another person has the same e-mail address in line {other}. Both are kept; one login opens the pages of both."
	),
	"person_alike": lambda: _(
		"Nearly the same name with the same e-mail address is in line {other}. Is it the same person? Both are kept."
	),
	"person_alike_known": lambda: _(
		"A member with this e-mail address has nearly the name {name}. Is it the same person? Both are kept."
	),
	"namesake_known": lambda: _(
		"A member is called {name} and has this e-mail address, but was born on another day. Both are kept."
	),
	"looks_alike": lambda: _("The same name and birth date are in line {other}. Is it the same person?"),
	"person_born_known": lambda: _(
		"A member is called {name} and was born on this day. Is it the same person? Both are kept."
	),
	"person_named_known": lambda: _(
		"A member is called {name}, and nothing in the file tells the two apart. Is it the same person? Both are kept."
	),
	"no_member": lambda: _(
		"“{text}” reads like a total, a title or a remark. If this line is no member, please delete it."
	),
	"operation_twice": lambda: _(
		"Line {other} says the same operation: same member, day, class, quantity and price. Were there two, or is one line "
		"a copy?"
	),
	"named_twice": lambda: _(
		"The same name is in line {other}, and nothing tells the two apart. Is it the same person? Both are kept."
	),
	"organisation_named_known": lambda: _(
		"An organisation is called {name} and is a member already. Is it the same one? Both are kept."
	),
	"organisation_named_twice": lambda: _("The same name is in line {other}. Is it the same organisation?"),
	"postcode_short": lambda: _(
		"“{text}” is too short for a postcode of {country}. Did the spreadsheet drop a zero? Then write {suggestion}, as text."
	),
	"price_far": lambda: _(
		"One share would cost {price}, but {share_class} costs {expected}. Is it the price of one share, and not of all?"
	),
	"status_missing": lambda: _(
		"The member has a number but no shares. Please say whether it is a former member."
	),
	"active_without_shares": lambda: _("An active member holds shares; this one has none in the file."),
	"shares_without_status": lambda: _("A member who holds shares ({shares}) is active."),
	"active_but_left": lambda: _(
		"An active member has not left. Please clear the date or change the status."
	),
	"candidate_with_history": lambda: _("A candidate has neither a number nor operations yet."),
	"refused": lambda: "{sentence}",
	# the register
	"two_givers": lambda: _("Shares that a member gives back come from that member; clear “{column}”."),
	"from_itself": lambda: _("A member can't receive shares from itself."),
	"giver_unknown": lambda: _("The member number {number}, who gave the shares, is not in the file."),
	"same_class": lambda: _("A conversion leads into another share class."),
	"overdrawn": lambda: _("On that day {name} held too few shares of this class: {held}."),
	"register_live": lambda: _(
		"The register of operations has entries of its own already. Earlier operations can't be added any more; "
		"members without operations can."
	),
	"register_number_missing": lambda: _(
		"The register number is missing, although other lines have one. Fill it in, or empty the whole column."
	),
	"register_number_twice": lambda: _("The register number {number} is in line {other} already."),
	"register_not_continuing": lambda: _("The register goes on with number {expected}, not with {number}."),
	"register_far_apart": lambda: _(
		"The register numbers go from {first} to {last}, with most of them missing."
	),
	"register_gaps": lambda: _(
		"The register has no lines with these numbers: {numbers}. Add them (also shares that were given back), or "
		"empty the whole column to number anew."
	),
}


def sentence(finding: Finding) -> str:
	"""The finding in the session's language."""
	column = BY_KEY.get(finding.column)
	label = column.label(frappe.local.lang) if column else ""
	said = {key: _said(key, value) for key, value in doors.in_words(finding.values).items()}
	return MESSAGES[finding.code]().format(**{"column": label, "field": label, "line": finding.line, **said})


def _said(key: str, value: object) -> object:
	if key == "share_class":
		return frappe.get_cached_value("Share Class", value, "title")
	return format_decimal(value, "#,##0.00", locale=wording.locale()) if isinstance(value, Decimal) else value
