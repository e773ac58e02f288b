"""Both sides of a transfer say yes: each by a link in a mail, or on paper whose signed PDF is attached.

The link opens a page with a button: programs that open links in mails confirm nothing. Who asks in the own portal has
said yes by asking.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import get_url, now_datetime

from coop_membership import host, signing
from coop_membership.doctypes import ShareTransaction
from coop_membership.messages import mail, timeline
from coop_membership.prints.wording import money, shares
from coop_membership.states.transactions import OPEN

EVENT, PURPOSE, VALID_DAYS = "Transfer Confirmation", "transfer", 60
GIVER, RECEIVER = "giver", "receiver"
CONFIRMED, ALREADY, CLOSED = "confirmed", "already", "closed"


def link(transaction: ShareTransaction, side: str) -> str:
	"""Address of the page on which a side of the transfer confirms it; good for sixty days."""
	return get_url(f"/confirm-transfer?key={signing.sign(PURPOSE, f'{side}:{transaction.name}', VALID_DAYS)}")


def ask(transaction: ShareTransaction, resend: bool = False) -> bool:
	"""Mail the link to each side that has not confirmed yet; True when a mail was queued."""
	if transaction.transaction_type != "Transfer" or transaction.signed_document:
		return False
	return any(
		[
			mail.send(
				EVENT,
				person(transaction, side),
				lambda side=side: {**in_mail(transaction), "link": link(transaction, side)},
				resend=resend,
			)
			for side in (GIVER, RECEIVER)
			if not transaction.get(_field(side))
		]
	)


def person(transaction: ShareTransaction, side: str):
	"""The Member, or the Membership Application, of one side."""
	if side == GIVER:
		return frappe.get_doc("Member", transaction.member)
	if transaction.application:
		return frappe.get_doc("Membership Application", transaction.application)
	return frappe.get_doc("Member", transaction.receiver)


def in_mail(transaction: ShareTransaction) -> dict:
	"""What a mail says of a transaction, in the session's language."""
	currency = frappe.get_cached_value("Cooperative", transaction.cooperative, "currency")
	return {
		"transaction": transaction,
		"amount": money(transaction.amount, currency),
		"share_class": _(frappe.get_cached_value("Share Class", transaction.share_class, "title")),
		"how_many": shares(transaction.quantity),
	}


def in_words(transaction: ShareTransaction) -> str:
	"""What is to be confirmed, in one sentence of plain text in the session's language."""
	cooperative = frappe.get_cached_doc("Cooperative", transaction.cooperative)
	return _("{0} transfers {1} ({2}) of {3} to {4}, for {5} in all.").format(
		transaction.member_name,
		shares(transaction.quantity),
		_(frappe.get_cached_value("Share Class", transaction.share_class, "title")),
		cooperative.title,
		transaction.receiver_name,
		money(transaction.amount, cooperative.currency),
	)


def read(key: str | None) -> tuple[ShareTransaction, str]:
	"""(transaction, side) that a key is about. Raises signing.Expired or signing.BadKey."""
	side, _colon, name = signing.read(PURPOSE, key).partition(":")
	if side not in (GIVER, RECEIVER):
		raise signing.BadKey
	if not frappe.db.exists("Share Transaction", name):
		raise signing.Expired(name)
	return frappe.get_doc("Share Transaction", name), side


def state(transaction: ShareTransaction, side: str) -> str | None:
	"""None while the side may confirm, else why there is nothing to confirm."""
	if transaction.get(_field(side)):
		return ALREADY
	return None if transaction.docstatus == 1 and transaction.status in OPEN else CLOSED


def confirm(transaction: ShareTransaction, side: str) -> str:
	"""A side says yes; the key proved that the mailbox is theirs. A second call changes nothing."""
	host.lock(transaction)
	if found := state(transaction, side):
		return found
	name = mail.recipient_of(person(transaction, side)).name
	timeline.note(transaction, _("{0} has confirmed the transfer.").format(name))
	transaction.db_set(_field(side), now_datetime(), notify=True)
	return CONFIRMED


def refuse_unconfirmed(transaction: ShareTransaction) -> None:
	"""Raise a sentence that names who has not said yes, unless the signed paper is attached."""
	if transaction.signed_document:
		return check_document(transaction)
	missing = [
		mail.recipient_of(person(transaction, side)).name
		for side in (GIVER, RECEIVER)
		if not transaction.get(_field(side))
	]
	if missing:
		sentence = (
			_(
				"{0} has not confirmed the transfer yet. Send the link again, or attach the paper that both have signed."
			)
			if len(missing) == 1
			else _(
				"{0} and {1} have not confirmed the transfer yet. Send the links again, or attach the paper that both have signed."
			)
		)
		frappe.throw(sentence.format(*missing))


def check_document(transaction: ShareTransaction) -> None:
	"""Raise a sentence unless the attached paper is a PDF that is really here and attached to this transaction."""
	name = frappe.db.get_value(
		"File",
		{
			"file_url": transaction.signed_document,
			"attached_to_doctype": transaction.doctype,
			"attached_to_name": transaction.name,
		},
	)
	content = frappe.get_doc("File", name).get_content() if name else b""
	if isinstance(content, str):  # the host decodes what it can
		content = content.encode()
	if not (content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]):
		frappe.throw(_("Attach the signed paper as a PDF file."))


def _field(side: str) -> str:
	return f"{side}_confirmed_on"
