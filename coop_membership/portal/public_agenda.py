"""The public calendar, and a place for somebody who is no member: asked for on the page, taken by a link in a mail.

Nothing is stored before the link is opened, so that nobody fills an activity with addresses of others.
"""

from __future__ import annotations

import json

import frappe
from frappe import _
from frappe.utils import get_url

from coop_membership import actions, doors, host, signing
from coop_membership.activities import agenda, eligibility, registrations
from coop_membership.doctypes import Activity, ActivityRegistration
from coop_membership.messages import mail
from coop_membership.values import Wrong, mailboxes, names

PURPOSE, DAYS = "activity place", 2
ASKS = 10  # per hour and address
PAGE = "/activity-place"
LONGEST = 140


@actions.for_anybody(ASKS, 3600, changes=True)
def ask(activity: str, name: str, email: str, website: str | None = None) -> dict:
	"""Send the link to a place in a public activity. The answer is the same whoever asks, and whatever is known.

	`website` is a field that people don't see. Raises a sentence for a name or an address that can't be read.
	"""
	who, address = _read(name, email)
	found = _public(activity)
	if found and not website:
		key = signing.sign(PURPOSE, json.dumps([found.name, who, address]), DAYS)
		values = {"name": who, "link": get_url(f"{PAGE}?key={key}")}
		mail.send("Activity Link", found, values, to=address)
	return {
		"said": _(
			"Thank you. Please open the link in the e-mail that is on its way: then you have your place."
		)
	}


def _read(name: str, email: str) -> tuple[str, str]:
	wrongs: list[str] = []
	found: list[str] = []
	for label, rule, written in (
		(_("Name"), names.person, name),
		(_("E-mail address"), mailboxes.email, email),
	):
		try:
			found.append(rule(written))
		except Wrong as wrong:
			wrongs.append(doors.sentence(wrong, label))
	if wrongs:
		frappe.throw("<br>".join(frappe.utils.escape_html(one) for one in wrongs))
	if not all(found) or len(found[0]) > LONGEST:
		frappe.throw(_("Please write your name and your e-mail address."))
	return found[0], found[1]


def _public(activity: str) -> Activity | None:
	"""An activity of the public calendar that takes anybody now; None for any other name."""
	open_ones = {"name": activity, "on_website": 1, "open_to": eligibility.PUBLIC}
	if not frappe.db.exists(registrations.ACTIVITY, open_ones):
		return None
	found = frappe.get_doc(registrations.ACTIVITY, activity)
	return None if eligibility.closed(found) else found


def asked_by(key: str | None) -> tuple[Activity, str, str]:
	"""(activity, name, address) of a link. Raises signing.BadKey, or Expired."""
	activity, name, email = json.loads(signing.read(PURPOSE, key))
	return frappe.get_doc(registrations.ACTIVITY, activity), name, email


def take(activity: Activity, name: str, email: str) -> ActivityRegistration:
	"""Take the place that a link is for; who opens it twice has one place. Raises a sentence when it is too late."""
	return registrations.register(activity.name, guest_name=name, guest_email=email)


def shown(cooperative: str, first, last) -> list[frappe._dict]:
	"""What the public calendar of a cooperative shows between two days."""
	return agenda.between(cooperative, first, last, public=True)


def cooperatives() -> list[dict]:
	"""{name, title} of the cooperatives that have something in the public calendar."""
	names = frappe.get_all("Activity", {"on_website": 1}, pluck="cooperative", distinct=True)
	found = frappe.get_all(
		"Cooperative", {"name": ["in", names or [host.NOTHING]]}, ["name", "title"], order_by="title"
	)
	return [dict(row) for row in found]
