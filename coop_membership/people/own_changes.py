"""What people change about themselves. Who may is the caller's matter: the portal chose the session's own member.

Address, phone and language count at once. A name stands in the register: a manager looks at it first. A new mailbox counts
once its own link was opened, and the old one is told; a new account once the link sent to the mailbox was opened, and the old
account is kept beside it.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import get_url, now_datetime

from coop_membership import doors, host, signing
from coop_membership.doctypes import Member
from coop_membership.messages import mail, tasks, timeline
from coop_membership.people import accounts, photos, private
from coop_membership.prints.wording import language
from coop_membership.values import Wrong, bank, mailboxes, names
from coop_membership.values.person_fields import ADDRESS

REACHED = ("phone", "language")
EMAIL, IBAN, NAME = CHANGES = ("proposed_email", "proposed_iban", "proposed_name")
EMAIL_PURPOSE, IBAN_PURPOSE, VALID_DAYS = "new address", "new account", 2
NEW_ADDRESS, OLD_ADDRESS, NEW_ACCOUNT = "Confirm New Address", "Address Change", "Confirm New Account"
CONFIRMED, CLOSED = "confirmed", "closed"


# --- at once -------------------------------------------------------------------------------------


def write(member: Member, values: Mapping[str, str | None]) -> None:
	"""Change address, phone or language of a Member. Raises a sentence for each value that can't be read."""
	wanted = {field: values[field] for field in (*ADDRESS, *REACHED) if field in values}
	host.lock(member)
	member.update({field: value or None for field, value in wanted.items()})
	member.save(ignore_permissions=True)  # see above


def ask_name(member: Member, first_name: str, last_name: str) -> None:
	"""Ask the managers to call a person otherwise. Raises a sentence when nothing would change."""
	written = (person_name(first_name), person_name(last_name))
	if written == (member.first_name or "", member.last_name or "") or not any(written):
		frappe.throw(_("Write the name as it is to be."))
	host.lock(member)
	_drop_name(member)
	private.propose(member, NAME, _whole(*written))
	tasks.ask(member, _wish(member, _whole(*written)))


def _wish(member: Member, name: str) -> str:
	"""What the managers are asked, in the cooperative's language: it is found again by these words."""
	with language(frappe.get_cached_value("Cooperative", member.cooperative, "language")):
		return _(
			"{0} asks to be called “{1}”. Check it, and correct the name here: it stands in the register."
		).format(_whole(member.first_name, member.last_name), name)


def _whole(first_name: str | None, last_name: str | None) -> str:
	return " ".join(filter(None, (first_name, last_name)))


def _drop_name(member: Member) -> None:
	if before := private.proposed(member, NAME):
		tasks.close(member, beginning=tasks.as_html(_wish(member, before)))
		private.propose(member, NAME, None)


def person_name(written: str | None) -> str:
	"""A name as it is stored. Raises a sentence for one that can't be read."""
	return _read(lambda: names.person(written), _("Name")) or ""


def _read(rule, label: str):
	try:
		return rule()
	except Wrong as wrong:
		doors.throw(wrong, label)


def set_photo(member: Member, content: bytes) -> None:
	"""Keep the photo of a Member, instead of one from before. Raises a sentence when it is none."""
	try:
		portrait = photos.portrait(content)
	except photos.Unusable as error:
		frappe.throw(unusable(error.code), title=_("Please correct"))
	drop_photo(member)
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{frappe.generate_hash(length=16)}.jpg",
			"attached_to_doctype": member.doctype,
			"attached_to_name": member.name,
			"attached_to_field": "photo",
			"is_private": 1,
			"content": portrait,
		}
	)
	with host.as_system():  # see above; it hangs on the member: who reads the member sees it
		file.insert(ignore_permissions=True)
	member.db_set("photo", file.file_url)


def unusable(code: str) -> str:
	"""Why a photo is not taken, and what to do."""
	if code == "too_large":
		return _("This photo is too large. Please send one of at most {0} MB.").format(photos.MEGABYTES)
	if code == "empty":
		return _("Please choose a photo first.")
	return _("This photo can't be read. Please send a JPEG, PNG or WebP.")


def drop_photo(member: Member) -> None:
	"""Forget the photo of a Member. A second call does no harm."""
	mine = {
		"attached_to_doctype": member.doctype,
		"attached_to_name": member.name,
		"attached_to_field": "photo",
	}
	for name in frappe.get_all("File", mine, pluck="name"):
		frappe.delete_doc("File", name, ignore_permissions=True, delete_permanently=True)  # see above
	if member.photo:
		member.db_set("photo", None)


def photo_of(member: Member) -> bytes | None:
	"""The photo as a JPEG; None when there is none."""
	if not member.photo:
		return None
	mine = {"attached_to_doctype": member.doctype, "attached_to_name": member.name, "file_url": member.photo}
	name = frappe.db.get_value("File", mine)
	try:
		return frappe.get_doc("File", name).get_content() if name else None
	except OSError:  # gone from disk
		return None


def choose_mails(member: Member, unwanted: list[str]) -> None:
	"""Say which of the mails that one may do without a Member does not want. Others go on, whatever is said."""
	kept = [event for event in mail.optional() if event in unwanted]
	member.db_set("unwanted_mails", "\n".join(kept) or None)


# --- what waits ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
	"""A change that was asked for and does not count yet. `until`: the day on which its link ends; None of a name."""

	value: str
	since: datetime.datetime
	until: datetime.datetime | None = None

	@property
	def is_over(self) -> bool:
		return bool(self.until) and self.until < now_datetime()


def waiting(member: Member, field: str) -> Waiting | None:
	"""The change of a mailbox, an account or a name (EMAIL, IBAN, NAME) that waits; None when there is none.

	A name waits as long as the managers' task about it is open.
	"""
	value = private.proposed(member, field)
	if not value or (field == NAME and not tasks.is_asked(member.doctype, member.name, _wish(member, value))):
		return None
	since = private.proposed_on(member, field)
	return Waiting(value, since, None if field == NAME else since + datetime.timedelta(days=VALID_DAYS))


def take_back(member: Member, field: str) -> None:
	"""Think better of a change that waits: its link is closed, its task as well. A second call does no harm."""
	host.lock(member)
	if field == NAME:
		_drop_name(member)
	elif private.proposed(member, field):
		private.propose(member, field, None)


# --- a new mailbox -------------------------------------------------------------------------------


def propose_email(member: Member, email: str | None) -> str:
	"""Send a link to a new mailbox, and tell the old one; nothing changes yet. Returns the address as it is read.

	Alike whether somebody has that address already. Raises a sentence when it can't be read.
	"""
	new = _read(lambda: mailboxes.email(email), _("E-mail"))
	old = (member.email or "").lower()
	if not new or new.lower() == old:
		frappe.throw(_("Write the new e-mail address."))
	private.propose(member, EMAIL, new)
	key = signing.sign(EMAIL_PURPOSE, f"{member.name}|{old}|{new.lower()}", VALID_DAYS)
	values = {"link": get_url(f"/confirm-address?key={key}"), "days": VALID_DAYS, "new_email": new}
	if not mail.send(NEW_ADDRESS, member, values, resend=True, to=new):
		frappe.throw(_("The mail could not be sent. Please try again later, or write to us."))
	if old:
		mail.send(OLD_ADDRESS, member, {"new_email": new, "is_done": False}, resend=True, to=old)
	return new


def proposed_email(key: str | None) -> tuple[Member, str, str]:
	"""(the Member, the mailbox it had, the one that was proposed) of a link. Raises signing.BadKey."""
	parts = signing.read(EMAIL_PURPOSE, key).split("|")
	if len(parts) != 3 or not frappe.db.exists("Member", parts[0]):
		raise signing.BadKey
	return frappe.get_doc("Member", parts[0]), parts[1], parts[2]


def email_is_open(member: Member, old: str, new: str) -> bool:
	"""True while a proposal stands: nothing else came in between, and it is the one that was made last."""
	if member.merged_into or member.reduced_on or (member.email or "").lower() != old:
		return False
	return private.proposed(member, EMAIL).lower() == new


def confirm_email(member: Member, old: str, new: str) -> str:
	"""The link that went to the new mailbox was opened, which proves it: the address counts, and so does the login.

	Returns CONFIRMED, or CLOSED when something else came in between. The key decided who may.
	"""
	with host.as_system():  # the key went to the mailbox alone
		host.lock(member)
		if not email_is_open(member, old, new):
			return CLOSED
		private.propose(member, EMAIL, None)
		accounts.carry_login(old, new)
		member.email = new
		member.save()
		accounts.prove(new)
	if old:
		mail.send(OLD_ADDRESS, member, {"new_email": new, "is_done": True}, resend=True, to=old)
	return CONFIRMED


# --- a new account -------------------------------------------------------------------------------


def propose_iban(member: Member, iban: str | None) -> None:
	"""Keep a new account of a Member apart and send a link to the member's mailbox; it counts once that was opened.

	Raises a sentence for an IBAN that can't be read.
	"""
	written = _read(lambda: bank.iban(iban), _("IBAN"))
	if not written or written == private.of(member).iban:
		frappe.throw(_("Write the new account: an IBAN that is not the one we know."))
	if not member.email:
		frappe.throw(
			_(
				"We know no e-mail address to send the link to. Give us one first, under Change e-mail address."
			)
		)
	private.propose(member, IBAN, written)
	key = signing.sign(IBAN_PURPOSE, f"{member.name}|{_mark(member, written)}", VALID_DAYS)
	values = {
		"link": get_url(f"/confirm-account?key={key}"),
		"days": VALID_DAYS,
		"iban": bank.masked(written),
	}
	if not mail.send(NEW_ACCOUNT, member, values, resend=True, to=member.email):
		frappe.throw(_("The mail could not be sent. Please try again later, or write to us."))


def proposed_iban(key: str | None) -> tuple[Member, str]:
	"""(the Member, the mark of the account that was proposed) of a link. Raises signing.BadKey."""
	name, _bar, mark = signing.read(IBAN_PURPOSE, key).partition("|")
	if not mark or not frappe.db.exists("Member", name):
		raise signing.BadKey
	return frappe.get_doc("Member", name), mark


def iban_is_open(member: Member, mark: str) -> bool:
	"""True while this account is the one that was proposed last, and the mailbox still the member's."""
	proposed = private.proposed(member, IBAN)
	return bool(proposed) and _mark(member, proposed) == mark


def confirm_iban(member: Member, mark: str) -> str:
	"""The link was opened: the new account counts, and the one from before is kept. The key decided who may."""
	host.lock(member)
	if not iban_is_open(member, mark):
		return CLOSED
	private.take_proposed_iban(member)
	timeline.note(member, _("The account for payments was changed, and confirmed by e-mail."))
	return CONFIRMED


def _mark(member: Member, iban: str) -> str:
	"""Says which account a link is about, and to which mailbox it went, without telling either."""
	return hashlib.sha256(f"{iban}|{(member.email or '').lower()}".encode()).hexdigest()[:24]
