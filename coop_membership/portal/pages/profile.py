"""Who a member is and how to reach them: shown, and changed by the forms of `portal/profile.py`."""

from __future__ import annotations

from urllib.parse import urlencode

import frappe
from frappe import _

from coop_membership.doctypes import Member
from coop_membership.joining import consents
from coop_membership.messages import mail
from coop_membership.people import own_changes, photos, private
from coop_membership.people.representatives import mandate_of
from coop_membership.portal import offer, sections
from coop_membership.prints.wording import long_date
from coop_membership.privacy import erasure, requests
from coop_membership.states.members import ORGANISATION
from coop_membership.values import bank, phones
from coop_membership.values.person_fields import ADDRESS

PHOTO = "/api/method/coop_membership.portal.profile.photo?"
DATA = "/api/method/coop_membership.portal.profile.download?"
STATES = {
	"Pending Verification": lambda: _(
		"You have asked for deletion. Open the link in the mail to confirm it."
	),
	requests.CONFIRMED: lambda: _("You have asked for deletion. We are looking at it."),
	requests.HELD: lambda: _("You have asked for deletion. It waits for what is listed here."),
}


class Profile(sections.Section):
	name = "profile"
	template = "templates/includes/portal/profile.html"

	def title(self) -> str:
		return _("Profile")

	def words(self, member: Member) -> dict:
		cooperative = frappe.get_cached_doc("Cooperative", member.cooperative)
		details = private.of(member)
		theirs = is_person_of(member)
		return {
			"is_person": member.member_type != ORGANISATION,
			"is_theirs": theirs,
			"first_name": member.first_name if theirs else "",
			"last_name": member.last_name if theirs else "",
			"email": member.email if theirs else "",
			"phone": phones.shown(member.phone) if theirs else "",
			"language": member.language,
			"languages": offer.languages(cooperative),
			"address": {field: member.get(field) or "" for field in ADDRESS},
			"countries": offer.countries(),
			"photo": photo_of(member),
			"photo_limit": photos.LIMIT,
			"photo_too_large": _("This photo is too large. Please send one of at most {0} MB.").format(
				photos.MEGABYTES
			),
			"iban": bank.masked(details.iban),
			"waits": {change: _waits(member, change) for change in own_changes.CHANGES},
			"consents": [
				{
					**row,
					"title": _(row.title),
					"text": frappe.utils.sanitize_html(_(row.text)) if row.text else "",
					"given_on": long_date(row.given_on),
				}
				for row in consents.of_member(member)
			],
			"mails": [
				{"event": event, "title": _(event, context="Cooperative Email")} for event in mail.optional()
			],
			"unwanted": (member.unwanted_mails or "").splitlines(),
			"data_to_read": DATA + urlencode({"member": member.name, "file_type": "HTML"}),
			"data": DATA + urlencode({"member": member.name, "file_type": "JSON"}),
			"deletion": _deletion(member),
			"obstacles": erasure.obstacles(member),
			"kept_until": long_date(erasure.kept_until(member)),
		}


def is_person_of(member: Member) -> bool:
	"""True when the person on a Member is who is logged in; of an organisation, one of several may represent it first."""
	if member.member_type != ORGANISATION:
		return True
	mandate = mandate_of(member, frappe.session.user)
	return bool(mandate and mandate.contact == member.contact)


def photo_of(member: Member) -> str | None:
	"""Address of the photo, a new one for each photo."""
	if not member.photo:
		return None
	return PHOTO + urlencode({"member": member.name, "of": member.photo.rsplit("/", 1)[-1][:8]})


def _waits(member: Member, change: str) -> dict | None:
	"""A change that does not count yet: what is asked, since when, and what the member has to do. A new mailbox and a
	new name are shown to the person whose they are.
	"""
	found, theirs = own_changes.waiting(member, change), is_person_of(member)
	if not found or (change != own_changes.IBAN and not theirs):
		return None
	value = bank.masked(found.value) if change == own_changes.IBAN else found.value
	if change == own_changes.NAME:
		to_do = _("We look at it. You have nothing to do.")
	elif found.is_over:
		to_do = _("The link in our mail has expired. Ask for the change again below, or take it back.")
	else:
		mailbox = found.value
		if change == own_changes.IBAN:
			mailbox = member.email if theirs else member.display_name
		to_do = _("Open the link that we have sent to {0}, by {1}. Until then nothing changes.").format(
			mailbox, long_date(found.until)
		)
	asked = _("To be changed into {0}, asked for on {1}.").format(value, long_date(found.since))
	return {"asked": asked, "to_do": to_do}


def _deletion(member: Member) -> str:
	state = requests.state_of(frappe.session.user)
	return STATES[state]() if state in STATES else ""
