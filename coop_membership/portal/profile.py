"""What members change about themselves on the website. The Member comes from `visitor`, never from an address."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit
from frappe.utils import cint

from coop_membership import actions, host
from coop_membership.doctypes import Member
from coop_membership.joining import consents
from coop_membership.people import own_changes, photos
from coop_membership.portal import sections, visitor
from coop_membership.portal.pages.profile import is_person_of
from coop_membership.privacy import export, requests
from coop_membership.states.members import ORGANISATION
from coop_membership.values.person_fields import ADDRESS

MAILS_PER_HOUR = 6  # of one address: a form that sends mails to whoever it names


@visitor.action()
def change(
	member: str | None = None,
	phone: str | None = None,
	language: str | None = None,
	address_line1: str | None = None,
	address_line2: str | None = None,
	postcode: str | None = None,
	city: str | None = None,
	country: str | None = None,
) -> None:
	"""Change address, phone or language of one of the session's members; what is not sent stays.

	Raises a sentence for each value that can't be read, and as visitor.choose.
	"""
	chosen = visitor.own(member)
	sent = (address_line1, address_line2, postcode, city, country)
	values = dict(zip(ADDRESS, sent, strict=True)) | {"phone": phone, "language": language}
	if not is_person_of(chosen):
		values.pop("phone")  # another's
	own_changes.write(chosen, {field: value for field, value in values.items() if value is not None})


@visitor.action()
def ask_name(first_name: str, last_name: str, member: str | None = None) -> None:
	"""Ask for another name of the person; a manager looks at it. Raises as visitor.choose."""
	own_changes.ask_name(_own_person(member), first_name, last_name)


@visitor.action()
def set_photo(member: str | None = None) -> None:
	"""Keep the photo that was sent as `photo`. Raises a sentence when it is none, and as visitor.choose."""
	chosen = visitor.own(member)
	request = getattr(frappe.local, "request", None)
	file = request.files.get("photo") if request else None
	own_changes.set_photo(chosen, file.stream.read(photos.LIMIT + 1) if file else b"")


@visitor.action()
def drop_photo(member: str | None = None) -> None:
	"""Forget the photo. Raises as visitor.choose."""
	own_changes.drop_photo(visitor.own(member))


@visitor.action(changes=False, looks=True)
def photo(member: str | None = None, of: str | None = None):
	"""The photo of one of the session's members. Raises as visitor.choose."""
	chosen = visitor.shown(member)
	with host.as_system():  # one of the session's own members
		content = own_changes.photo_of(chosen)
	if not content:
		actions.deny()
	frappe.local.response.update({"filename": "photo.jpg", "filecontent": content, "type": "download"})
	return host.as_it_is()


@visitor.action()
def change_email(email: str, member: str | None = None) -> dict:
	"""Send a link to a new mailbox, which counts once that was opened. Raises a sentence, and as visitor.choose."""
	chosen = _own_person(member)
	_not_too_often()
	new = own_changes.propose_email(chosen, email)
	return {"said": _("Open the link that we have sent to {0}; until then nothing changes.").format(new)}


@visitor.action()
def change_iban(iban: str, member: str | None = None) -> dict:
	"""Send a link to the member's mailbox; the new account counts once that was opened. Raises as visitor.choose."""
	chosen = visitor.own(member)
	visitor.may_sign(chosen)
	_not_too_often()
	own_changes.propose_iban(chosen, iban)
	return {
		"said": _("Open the link that we have sent you by e-mail; until then the account stays as it is.")
	}


@visitor.action()
def take_back(change: str, member: str | None = None) -> None:
	"""Think better of a new mailbox, account or name that does not count yet. Raises as visitor.choose."""
	if change not in own_changes.CHANGES:
		actions.deny()
	chosen = visitor.own(member) if change == own_changes.IBAN else _own_person(member)
	if change == own_changes.IBAN:
		visitor.may_sign(chosen)
	own_changes.take_back(chosen, change)


@visitor.action()
def consent(key: str, agrees: int = 0, member: str | None = None) -> None:
	"""Agree to a text, or no longer. Raises a sentence for a text that nobody can do without, and as visitor.choose."""
	consents.say(_own_person(member), key, bool(cint(agrees)))


@visitor.action()
def choose_mails(unwanted: list | str | None = None, member: str | None = None) -> None:
	"""Say which mails are not wanted. Raises as visitor.choose."""
	own_changes.choose_mails(visitor.own(member), actions.names_of(unwanted or []))


@visitor.action(changes=False, looks=True)
def download(member: str | None = None, file_type: str = "JSON"):
	"""All that is known of oneself, as a file: JSON, or HTML to read. Raises as visitor.choose."""
	chosen = _own_person(member)
	if chosen.member_type == ORGANISATION:
		actions.deny()  # what is known of an organisation is about other people too
	page = str(file_type).upper() == "HTML"
	with host.as_system():  # one's own
		exported = export.of_member(chosen)
	content = export.as_html(exported) if page else export.as_json(exported)
	name = f"{chosen.name}.{'html' if page else 'json'}"
	frappe.local.response.update({"filename": name, "filecontent": content, "type": "download"})
	return host.as_it_is()


@visitor.action()
def ask_deletion(member: str | None = None) -> dict:
	"""Ask for one's data to be deleted; the host mails a link to confirm it. Raises as visitor.choose."""
	_own_person(member)
	_not_too_often()
	requests.ask(frappe.session.user)
	return {"next": sections.address("profile", member)}


def _own_person(member: str | None) -> Member:
	"""The session's member, whose person is who is logged in."""
	chosen = visitor.own(member)
	if not is_person_of(chosen):
		actions.deny()
	return chosen


@rate_limit(limit=MAILS_PER_HOUR, seconds=3600)
def _count() -> None:
	"""Counts; raises frappe.ValidationError."""


def _not_too_often() -> None:
	if getattr(frappe.local, "request", None):
		_count()
