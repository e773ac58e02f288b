"""A mail as its person would read it, about somebody and documents that there are not: to look at before anybody gets it,
and to send to oneself. Nothing of it is missing, whatever the cooperative has on the day.
"""

from __future__ import annotations

import datetime
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, get_url, getdate

from coop_membership import host
from coop_membership.doctypes import Cooperative
from coop_membership.messages import frame, mail
from coop_membership.messages.events import EVENTS, RESENDABLE
from coop_membership.prints import wording

LETTER = "Dunning Letter"  # written from a policy, see dunning/letters
OTHERS = {
	"Activity Link": "Activity",
	"Address Change": "Member",
	"Confirm New Account": "Member",
	"Confirm New Address": "Member",
	"Correction Notice": "Share Subscription",
	"Corrected Certificate": "Share Subscription",
	"Expired": "Membership Application",
	"Household Changed": "Member",
	"Portal Invitation": "Member",
	"Register State": "Share Register Entry",
	"Withdrawn": "Membership Application",
	"Yearly Certificate": "Yearly Certificate",
}
OF_TRANSACTIONS = "Share Transaction"
FIRST_NAME, LAST_NAME, OTHER_NAME = "Camille", "Martin", "Nadia Benali"
EMAIL = "camille.martin@example.org"
IBAN = "FR76 3000 6000 0112 3456 7890 189"
REFERENCE, BELGIAN_REFERENCE = "RF18539007547034", "+++090/9337/55493+++"
SHARES, SHARE_PRICE, DUES_PRICE, FEE = 2, 25, 24, 12
NO_SHARES = "Association (dues)"


def doctype_of(event: str) -> str:
	"""What a mail is about."""
	for doctype, by_state in RESENDABLE.items():
		if any(event in events for events in by_state.values()):
			return doctype
	return OTHERS[event]


def template_of(cooperative: Cooperative, event: str) -> str:
	"""Name of the Email Template of a mail. Raises a sentence for an unknown event, or when there is none."""
	if event not in EVENTS or event == LETTER:
		frappe.throw(_("This mail can't be shown here."))
	template = next((row.email_template for row in cooperative.emails if row.event == event), None)
	if not template:
		host.throw_missing(
			_("This mail has no template yet. Save the cooperative, then choose one."),
			cooperative.name,
			"cooperative",
			cooperative.name,
		)
	return template


def written(
	cooperative: Cooperative, event: str, embedded: bool = False, draft: tuple[str, str] | None = None
) -> dict[str, str]:
	"""{subject, message, template, about} of a mail as its person would read it today; nothing is sent. Pictures are in
	the text itself, or `embedded` as the host's mails have them. `draft`: (subject, body) in place of the template's own.

	Raises a sentence for an unknown event, and when the template holds a mistake.
	"""
	template = template_of(cooperative, event)
	person = sample_person(cooperative)
	with wording.language(person.language), mistakes_told(template):
		document, told = _document(cooperative, event), sample_values(cooperative, event)
		texts = draft or mail.texts_of(template)
		subject, message = mail.rendered(texts, document, cooperative, person, told)
		about = _("Example: {0}").format(person.name)
	return {
		"subject": subject,
		"message": message if embedded else wording.with_pictures(frame.for_the_eye(message)),
		"template": template,
		"about": about,
	}


@contextmanager
def mistakes_told(template: str):
	"""A template is anybody's text: whatever is wrong with it becomes a sentence."""
	try:
		yield
	except Exception as error:
		frappe.clear_messages()
		lines = frappe.utils.strip_html(str(error)).strip().splitlines() or [type(error).__name__]
		what = frappe.utils.escape_html(lines[-1][:200])
		frappe.throw(_("The template has a mistake: {0}").format(what), title=template)


def send_to(cooperative: Cooperative, event: str, address: str, draft: tuple[str, str] | None = None) -> None:
	"""Queue the mail of `written` to one address, marked as a test, about no document and with no attachment."""
	found = written(cooperative, event, embedded=True, draft=draft)
	queue(cooperative, address, found["subject"], found["message"])


def own_address() -> str:
	"""Where the session's user gets a test. Raises a sentence when there is no address."""
	if not (address := frappe.db.get_value("User", frappe.session.user, "email")):
		user = frappe.session.user
		host.throw_missing(_("Your account has no e-mail address."), _("User"), "user", user)
	return address


def queue(cooperative: Cooperative, address: str, subject: str, message: str, **more) -> None:
	"""Queue a mail that is marked as a test."""
	frappe.sendmail(
		recipients=[address],
		subject=_("[Test] {0}").format(subject),
		message=message,
		reply_to=cooperative.contact_email,
		delayed=True,
		add_unsubscribe_link=0,
		with_container=True,
		**more,
	)


def sample_person(cooperative: Cooperative) -> frappe._dict:
	"""Who is written to, as `mail.recipient_of` says it."""
	return frappe._dict(
		email=EMAIL,
		emails=[EMAIL],
		language=cooperative.language or frappe.local.lang,
		first_name=FIRST_NAME,
		name=f"{FIRST_NAME} {LAST_NAME}",
	)


def sample_values(cooperative: Cooperative, event: str) -> dict:
	"""What the mails say besides the fields of their document, in the session's language."""
	share, plan = _first_share(cooperative), _first_plan(cooperative)
	alone = cooperative.kind == NO_SHARES
	dues = plan.price if alone or plan.is_offered else 0
	until = datetime.date(getdate().year, 12, 31)
	worth = wording.money(SHARES * share.price, cooperative.currency)
	return {
		"link": get_url("/membership"),
		"days": 30,
		"reason": _("(the reason that you write)"),
		"change": _("From {0} on, {1} pays the dues instead of you.").format(
			wording.long_date(add_days(until, 1)), OTHER_NAME
		),
		"before": wording.long_date(add_days(getdate(), -1)),
		"after": wording.long_date(getdate()),
		"state": "0123-4567-89ab-cdef",
		"number": 128,
		"name": FIRST_NAME,
		"iban": IBAN,
		"new_email": EMAIL,
		"what": _("a copy of your identity card or passport"),
		"paid_back": True,
		"is_done": False,
		"amount": worth,
		"share_class": share.title,
		"how_many": wording.shares(SHARES),
		"transaction": _transaction(event),
		"activity": _activity(),
		"card": {"number": 42, "until": wording.long_date(until)},
		"payment": _payment(cooperative, doctype_of(event), share, plan, until),
		"renewal_page": get_url("/membership/dues"),
		"lapses": True,
		"dues_alone": alone,
		"without_shares": alone,
		"covered_by": "",
		"sends_proof": False,
		"organisation": "",
		"shares": [] if alone else [{"quantity": SHARES, "title": share.title, "amount": worth}],
		"plan": plan.title if dues else "",
		"dues": wording.money(dues, cooperative.currency),
		"total": wording.money(dues + (0 if alone else SHARES * share.price), cooperative.currency),
	}


def _first_share(cooperative: Cooperative) -> frappe._dict:
	"""The first class that the cooperative offers; one like many where there is none."""
	filters = {"cooperative": cooperative.name, "disabled": 0}
	found = frappe.get_all("Share Class", filters, ["title", "unit_price"], order_by="creation", limit=1)
	return frappe._dict(
		title=_(found[0].title) if found else _("Cooperative share"),
		price=(found and flt(found[0].unit_price)) or SHARE_PRICE,
	)


def _first_plan(cooperative: Cooperative) -> frappe._dict:
	"""The first dues that the cooperative offers, as `_first_share`."""
	filters = {"cooperative": cooperative.name, "disabled": 0}
	found = frappe.get_all("Membership Plan", filters, ["title", "price"], order_by="creation", limit=1)
	return frappe._dict(
		is_offered=bool(found),
		title=_(found[0].title) if found else _("Yearly dues"),
		price=(found and flt(found[0].price)) or DUES_PRICE,
	)


def _transaction(event: str) -> frappe._dict:
	is_transfer = event.startswith("Transfer")
	kind = "Transfer" if is_transfer else "Sell Back"
	return frappe._dict(
		name="ST-0012",
		transaction_type=kind,
		operation=_(kind, context="Share Transaction"),
		member_name=OTHER_NAME if is_transfer else f"{FIRST_NAME} {LAST_NAME}",
		receiver_name=f"{FIRST_NAME} {LAST_NAME}",
		quantity=SHARES,
		status_reason=_("(the reason that you write)"),
	)


def _activity() -> dict:
	day = add_days(getdate(), 14)
	return {
		"title": _("First steps in the workshop"),
		"when": f"{wording.long_date(day)}, 18:00–20:00",
		"place": _("Workshop"),
		"online_link": get_url("/online"),
		"guests": 1,
		"on_the_spot": "",  # it is paid as `payment` says
		"until": wording.long_date(add_days(day, -2)),
		"agenda": get_url("/membership/agenda"),
	}


def _reference(cooperative: Cooperative) -> str:
	return BELGIAN_REFERENCE if cooperative.country == "Belgium" else REFERENCE


def _payment(
	cooperative: Cooperative, doctype: str, share: frappe._dict, plan: frappe._dict, until: datetime.date
) -> dict:
	"""How to pay what a mail asks for, with the fields of `instructions.Sheet` that need no document."""
	title, quantity, price, days = {
		"Membership": (plan.title, 1, plan.price, _("from {0} to {1}")),
		"Activity Registration": (_activity()["title"], 1, FEE, ""),
	}.get(doctype, (share.title, SHARES, share.price, ""))
	total = wording.money(quantity * price, cooperative.currency)
	return {
		"name": "2026-0012",
		"date": wording.long_date(getdate()),
		"due_date": wording.long_date(add_days(getdate(), cint(cooperative.payment_days) or 30)),
		"total": total,
		"to_pay": total,
		"is_open": True,
		"beneficiary": cooperative.title,
		"iban": cooperative.iban or IBAN,
		"bic": cooperative.bic or "",
		"reference": _reference(cooperative),
		"contact_email": cooperative.contact_email or "",
		"lines": [
			{
				"title": title,
				"quantity": quantity,
				"unit_price": wording.money(price, cooperative.currency),
				"amount": total,
				"days": days.format(
					wording.long_date(until.replace(month=1, day=1)), wording.long_date(until)
				),
			}
		],
		"page": "",
	}


def _document(cooperative: Cooperative, event: str):
	"""What a mail is about, in memory only; with the fields that texts of a cooperative's own are likely to name."""
	doctype = doctype_of(event)
	document = frappe.new_doc("Member" if doctype == OF_TRANSACTIONS else doctype)
	person = {
		"first_name": FIRST_NAME,
		"last_name": LAST_NAME,
		"email": EMAIL,
		"display_name": f"{FIRST_NAME} {LAST_NAME}",
		"applicant_name": f"{FIRST_NAME} {LAST_NAME}",
		"member_name": f"{FIRST_NAME} {LAST_NAME}",
	}
	activity = _activity()["title"]
	document.update(
		person
		| {
			"cooperative": cooperative.name,
			"title": activity,
			"activity_title": activity,
			"year": getdate().year - 1,
			"amount": SHARES * _first_share(cooperative).price,
			"outstanding_amount": SHARES * _first_share(cooperative).price,
			"payment_reference": _reference(cooperative),
		}
	)
	document.name = "2026-0012"
	return document
