"""Fields that our services alone write: the one table, and the one refusal for whoever writes them by hand.

By hand is each save of a document: form, REST, bulk edit, import, a script of the browser, whatever the role. Services
write with `db_set`, or say of a document that they are about to save that its values are theirs (`by_service`).
`OWNED` is refused when it changes, and starts empty in a new document; `DERIVED` is computed anew on each save of a draft, whatever was sent, and refused
like the others once a document is submitted. A test finds any read-only field that is in neither.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, get_datetime, getdate

from coop_membership import host

OWNED: dict[str, tuple[str, ...]] = {
	"Activity": ("status", "status_reason", "taken", "waiting", "next_position", "series"),
	"Activity Fee": (
		"application",
		"registration",
		"amount",
		"status",
		"effective_date",
		"payment_reference",
		"paid_amount",
		"outstanding_amount",
	),
	"Activity Registration": (
		"activity_title",
		"starts_on",
		"cooperative",
		"status",
		"position",
		"person_name",
		"amount",
		"fee",
		"registered_on",
		"reminded_on",
		"noted_by",
		"status_reason",
		"place_key",
	),
	"Badge": (
		"status",
		"ending",
		"issued_on",
		"revoked_on",
		"revoked_reason",
		"token_hash",
	),
	"Calendar Link": ("member", "user", "token", "ended_on"),
	"Cooperative": (),
	"Dues Cover": ("cooperative", "head", "member", "from_date", "to_date"),
	"Dunning Letter": (
		"cooperative",
		"party_name",
		"member",
		"party_type",
		"party",
		"policy",
		"level",
		"level_title",
		"state",
		"state_reason",
		"channel",
		"control_date",
		"sent_on",
		"run",
		"documents",
		"currency",
		"total",
		"fee",
		"earlier_fees",
		"fee_paid",
		"fee_waived",
		"total_due",
		"charge",
		"fee_document_type",
		"fee_document",
		"recipients",
		"email_queue",
		"phone",
		"address",
		"language",
		"payment_reference",
		"to_email",
		"to_print",
		"to_call",
		"printed_on",
	),
	"Dunning Notice": (
		"control_date",
		"level_title",
		"state",
		"state_reason",
		"is_manual",
		"override_reason",
		"payment_reference",
		"due_date",
		"currency",
		"amount",
		"balance",
		"party_name",
		"member",
		"party_type",
		"party",
		"run",
		"letter",
		"sent_on",
	),
	"Dunning Policy": (),
	"Dunning Run": ("status", "is_automatic", "waiting_reason", "notice_count", "report"),
	"Equipment": ("reader_key_hash",),
	"Equipment Booking": ("ends_on", "status", "slot_key"),
	"Equipment Authorization": (
		"status",
		"valid_until",
		"last_used_on",
		"source",
		"granted_by",
		"registration",
		"withdrawn_on",
		"withdrawn_by",
		"withdrawn_reason",
	),
	"Equipment Right": (),
	"Identity Document": ("application", "cooperative", "file"),
	"Legal Form": (),
	"Member": (
		"status",
		"member_number",
		"joined_on",
		"left_on",
		"total_shares",
		"total_value",
		"merged_into",
		"reduced_on",
		"erased_on",
		"consents",
		"unwanted_mails",
	),
	"Member Import": (
		"status",
		"failure",
		"total_lines",
		"total_members",
		"total_movements",
		"total_shares",
		"checked_on",
		"errors",
		"notices",
		"done_members",
		"done_movements",
		"finished_on",
		"findings",
		"file_hash",
		"first_member_number",
		"last_member_number",
		"first_register_number",
		"is_whole",
		"summary",
		"titles",
	),
	"Member Payment": ("payment_correction",),
	"Membership": (
		"application",
		"status",
		"effective_date",
		"renews",
		"renewed_by",
		"payment_reference",
		"paid_amount",
		"outstanding_amount",
	),
	"Membership Application": (
		"status",
		"status_reason",
		"requested_on",
		"waiting_since",
		"id_document",
		"id_document_since",
		"source",
		"is_increase",
		"member",
		"contact",
		"consents",
	),
	"Membership Plan": (),
	"Payment Correction": ("status", "snapshot"),
	"Private Details": (
		"reference_doctype",
		"reference_name",
		"previous_iban",
		"proposed_iban",
		"proposed_iban_on",
		"proposed_email",
		"proposed_email_on",
		"proposed_name",
		"proposed_name_on",
	),
	"Referral Source": (),
	"Share Class": (),
	"Shared Document": (),
	"Share Register Entry": (),  # refuses every save by itself
	"Share Subscription": (
		"application",
		"status",
		"effective_date",
		"payment_reference",
		"paid_amount",
		"outstanding_amount",
	),
	"Share Transaction": (
		"status",
		"status_reason",
		"is_departure",
		"application",
		"giver_confirmed_on",
		"receiver_confirmed_on",
		"paid_out_amount",
		"requested_by",
		"approved_by",
		"approved_on",
		"executed_on",
	),
	"Yearly Certificate": (
		"member",
		"member_number",
		"cooperative",
		"year",
		"on_date",
		"total_shares",
		"total_value",
		"register_state",
		"sent_on",
		"to_print",
		"printed_on",
	),
}
DERIVED: dict[str, tuple[str, ...]] = {
	"Activity Fee": ("activity_title", "cooperative", "member_name"),
	"Badge": ("cooperative", "member_name"),
	"Equipment Authorization": ("cooperative", "member_name"),
	"Equipment Booking": ("cooperative", "member_name"),
	"Cooperative": ("next_member_number", "next_register_number"),
	"Dues Cover": ("head_name", "member_name"),
	"Member": ("display_name", "number_key", "user", "invited_user"),  # logins: people/accounts.py
	"Member Payment": ("cooperative", "member_name", "unallocated_amount"),
	"Membership": ("cooperative", "member_name", "to_date", "entry_fee", "amount", "is_exempt", "covers"),
	"Membership Application": ("applicant_name", "amount", "total_shares", "match_reason"),
	"Payment Correction": ("cooperative", "member", "member_name", "amount"),
	"Share Subscription": ("cooperative", "member_name", "amount", "items"),
	"Share Transaction": (
		"cooperative",
		"member_name",
		"receiver_name",
		"nominal_value",
		"amount",
		"to_quantity",
	),
}
SERVICE = "written_by_service"
SUBMITTED = ("before_update_after_submit", "before_cancel")


def by_service(document: Document) -> Document:
	"""Say that the next save of a document carries values of our services; returns the document."""
	document.flags[SERVICE] = True
	return document


def refuse(document: Document, method: str | None = None) -> None:
	"""Doc event of every DocType of ours. Raises a sentence when a save by hand changes a field of the services.

	A new document starts without them, whatever was sent.
	"""
	if document.flags.pop(SERVICE, None) or document.flags.by_service:
		return
	if document.is_new():
		_refuse_amending(document)
		return reset(document)
	fields = OWNED[document.doctype]
	if method in SUBMITTED:
		fields += DERIVED.get(document.doctype, ())
	before = document.get_doc_before_save()
	for field in fields:
		df = document.meta.get_field(field)
		if df and _plain(df, document.get(field)) != _plain(df, before.get(field)):
			frappe.throw(
				_("{0} can't be changed by hand: it is written by the actions of the document.").format(
					_(df.label, context=df.parent)
				)
			)


def _refuse_amending(document: Document) -> None:
	"""Dokos asks for the right to create only, whatever a new document says that it amends."""
	if not document.get("amended_from") or document.flags.ignore_permissions:
		return
	if not frappe.has_permission(document.doctype, "amend"):
		frappe.throw(host.not_permitted(), frappe.PermissionError)


def reset(document: Document) -> None:
	"""Take out of a new document what its sender wrote into fields of the services."""
	for field in OWNED[document.doctype]:
		if df := document.meta.get_field(field):  # none before a migration
			document.set(field, [] if df.fieldtype == "Table" else df.default)


def _plain(df, value) -> object:
	"""A value as it is stored, so that a form's text equals the database's number."""
	if df.fieldtype == "Table":
		columns = frappe.get_meta(df.options).fields
		return [tuple(_plain(column, row.get(column.fieldname)) for column in columns) for row in value or []]
	if df.fieldtype in ("Currency", "Float", "Int", "Check", "Percent"):
		return flt(value, 6)
	if not value:
		return ""
	try:
		if df.fieldtype == "Date":
			return getdate(value)
		if df.fieldtype == "Datetime":
			return get_datetime(value)
	except Exception:  # unreadable, so it is not what is stored
		return str(value)
	return str(value)
