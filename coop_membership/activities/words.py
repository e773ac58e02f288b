"""What mails and pages say of an activity, in the session's language."""

from __future__ import annotations

import datetime

from babel.dates import format_skeleton

import frappe
from frappe import _
from frappe.utils import get_datetime, get_url

from coop_membership.activities import eligibility
from coop_membership.activities.fees import FEE
from coop_membership.doctypes import Activity, ActivityRegistration
from coop_membership.payments import instructions
from coop_membership.prints import models
from coop_membership.prints.wording import locale, long_date, money
from coop_membership.values.text import is_web_address

AGENDA = "/membership/agenda"


def when(starts_on: datetime.datetime | str, ends_on: datetime.datetime | str) -> str:
	"""The days and hours of an activity: "5 décembre 2026, 18:00–20:00"."""
	begins, ends = get_datetime(starts_on), get_datetime(ends_on)
	if begins.date() == ends.date():
		return f"{long_date(begins)}, {hour(begins)}–{hour(ends)}"
	return f"{long_date(begins)}, {hour(begins)} – {long_date(ends)}, {hour(ends)}"


def hour(moment: datetime.datetime) -> str:
	return format_skeleton("Hm", moment, locale=locale())


def online_link(activity: Activity) -> str:
	"""Where to take part from afar; nothing that is no address of the web, whenever it was written."""
	return activity.online_link if is_web_address(activity.online_link) else ""


def of_registration(registration: ActivityRegistration) -> dict:
	"""What its mails say: title, when, place, online_link, guests, amount, agenda, position, text of the price."""
	activity = frappe.get_doc("Activity", registration.activity)
	currency = frappe.get_cached_value("Cooperative", activity.cooperative, "currency")
	return {
		"title": _(activity.title),
		"when": when(activity.starts_on, activity.ends_on),
		"place": _(activity.place or ""),
		"online_link": online_link(activity),
		"guests": registration.guests or 0,
		"on_the_spot": money(registration.amount, currency)
		if registration.amount and not registration.member
		else "",
		"until": long_date(eligibility.deadline(activity)),
		"agenda": get_url(AGENDA) if registration.member else "",
		"reason": _(registration.status_reason or ""),
	}


def payment(registration: ActivityRegistration) -> dict | None:
	"""How to pay the fee; None when there is none, or nothing is to be paid."""
	if not registration.fee:
		return None
	details = instructions.details(frappe.get_doc(FEE, registration.fee))
	return models.plain(details) if details.is_open else None


def price(activity: Activity, amount: float) -> str:
	"""The price in words: an amount, or that it is free."""
	currency = frappe.get_cached_value("Cooperative", activity.cooperative, "currency")
	return money(amount, currency) if amount else _("Free")
