"""What somebody who wants to join is offered: share classes, texts to accept, lists to choose from.

Everything here is printed on the public form: no name, number or address of a member is read.
"""

from __future__ import annotations

import unicodedata

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from coop_membership import actions, host, localisation
from coop_membership.doctypes import Cooperative
from coop_membership.dues.periods import period, price_of
from coop_membership.joining import automatic
from coop_membership.joining.rules import APPLICANT_TYPES
from coop_membership.prints.letterhead import statutes_url
from coop_membership.prints.wording import file_of, locale, locale_of
from coop_membership.register import standing
from coop_membership.states.members import INDIVIDUAL, ORGANISATION

READS = 120  # per minute and address


@actions.for_anybody(READS, 60)
def offer(cooperative: str | None = None) -> dict:
	"""`offered`, for websites of one's own."""
	return offered(cooperative)


@actions.for_anybody(READS, 60)
def statutes(cooperative: str):
	"""The statutes of a Cooperative as a file: what its managers have put there is for everybody to read."""
	url = frappe.db.get_value("Cooperative", str(cooperative), "statutes")
	content, name = file_of(url)
	if not content:
		raise frappe.DoesNotExistError
	kind = "pdf" if content.startswith(b"%PDF") else "download"
	frappe.local.response.update({"filename": name, "filecontent": content, "type": kind})
	return host.as_it_is()


def offered(cooperative: str | None = None) -> dict:
	"""What the public form of a cooperative shows, in the session's language. For guests.

	Without a name: of the only cooperative that takes members on its website; with several, the choice among them
	and nothing else. Raises a sentence when there is no such cooperative.
	"""
	open_ones = cooperatives()
	if not cooperative and len(open_ones) == 1:
		cooperative = open_ones[0]["name"]
	if not cooperative:
		return {"cooperative": None, "cooperatives": open_ones}
	if cooperative not in [one["name"] for one in open_ones]:
		frappe.throw(_("This cooperative is not known. Please open the form from its website again."))
	doc = frappe.get_cached_doc("Cooperative", cooperative)
	classes = share_classes(doc.name) if doc.kind != standing.WITH_DUES else []
	alone = standing.counts_dues(doc.name)
	return {
		"cooperative": doc.name,
		"title": doc.title,
		"cooperatives": open_ones,
		"contact_email": doc.contact_email,
		"statutes": statutes_url(doc),
		"currency": doc.currency,
		"country": doc.country,
		"language": doc.language,
		"require_iban": bool(doc.require_iban),
		"minimum_age": cint(doc.minimum_age),
		"maximum_amount": flt(doc.maximum_amount),
		"confirms_email": bool(doc.confirm_email),
		"asks_document": bool(doc.collect_id_document),
		"pays_at_once": automatic.is_set(doc),
		"applicant_types": list(APPLICANT_TYPES) if alone else applicant_types(classes),
		"share_classes": classes,
		"several_classes": not doc.single_share_class,
		"dues_alone": alone,
		"plans": plans(doc.name),
		"consents": consents(doc),
		"languages": languages(doc),
		"countries": countries(),
		"legal_forms": legal_forms(doc.country),
		"referral_sources": referral_sources(),
	}


def cooperatives() -> list[dict]:
	"""The cooperatives that one can join on their website, with shares or with dues: name and title."""
	offered = {"on_website": 1, "disabled": 0}
	names = set(frappe.get_all("Share Class", offered, pluck="cooperative"))
	with_plans = set(frappe.get_all("Membership Plan", offered, pluck="cooperative")) - names
	names |= {name for name in with_plans if standing.counts_dues(name)}
	rows = frappe.get_all("Cooperative", {"name": ["in", list(names) or [host.NOTHING]]}, ["name", "title"])
	return sorted(({"name": row.name, "title": row.title} for row in rows), key=lambda row: row["title"])


def share_classes(cooperative: str) -> list[dict]:
	"""The classes on the website, the proposed one first. A maximum of 0 means no limit."""
	rows = frappe.get_all(
		"Share Class",
		{"cooperative": cooperative, "on_website": 1, "disabled": 0},
		[
			"name",
			"title",
			"unit_price",
			"minimum_quantity",
			"enforce_minimum",
			"maximum_quantity",
			"for_individuals",
			"for_organisations",
		],
		order_by="is_default desc, unit_price asc, name asc",
	)
	return [
		{
			"name": row.name,
			"title": _(row.title),
			"unit_price": flt(row.unit_price, 2),
			"minimum": max(cint(row.minimum_quantity), 1) if row.enforce_minimum else 1,
			"suggested": max(cint(row.minimum_quantity), 1),
			"maximum": cint(row.maximum_quantity),
			"applicant_types": [
				kind
				for kind, allowed in (
					(INDIVIDUAL, row.for_individuals),
					(ORGANISATION, row.for_organisations),
				)
				if allowed
			],
		}
		for row in rows
	]


def plans(cooperative: str) -> list[dict]:
	"""The dues on the website, the cheapest first. `price_now` is what a period that begins today costs, of the
	plan and of each of its tariffs.
	"""
	names = frappe.get_all(
		"Membership Plan",
		{"cooperative": cooperative, "on_website": 1, "disabled": 0},
		pluck="name",
		order_by="price asc, name asc",
	)
	rows = [frappe.get_cached_doc("Membership Plan", name) for name in names]
	today = getdate()

	def now(row, price: float) -> float:
		return price_of(flt(price, 2), row.period, today, cint(row.interval), bool(row.prorate))

	return [
		{
			"name": row.name,
			"title": _(row.title),
			"price": flt(row.price, 2),
			"price_now": now(row, row.price),
			"entry_fee": flt(row.entry_fee, 2),
			"period": row.period,
			"interval": row.interval,
			"interval_unit": row.interval_unit,
			"valid_until": str(period(row.period, today, cint(row.interval), row.interval_unit).to_date),
			"covers": max(cint(row.covers), 1),
			"free_amount": bool(row.free_amount),
			"minimum_amount": flt(row.minimum_amount, 2),
			"tariffs": [
				{
					"name": tariff.title,
					"title": _(tariff.title),
					"price": flt(tariff.price, 2),
					"price_now": now(row, tariff.price),
					"needs_proof": bool(tariff.needs_proof),
				}
				for tariff in row.tariffs
			],
		}
		for row in rows
	]


def applicant_types(classes: list[dict]) -> list[str]:
	"""Who finds a class here: individuals, organisations or both."""
	found = {kind for share_class in classes for kind in share_class["applicant_types"]}
	return [kind for kind in (INDIVIDUAL, ORGANISATION) if kind in found]


def consents(cooperative: Cooperative) -> list[dict]:
	"""The texts to accept, as the cooperative wrote them."""
	return [
		{
			"key": row.key,
			"title": _(row.title),
			"text": frappe.utils.sanitize_html(_(row.text)) if row.text else "",
			"version": row.version,
			"required": bool(row.required),
		}
		for row in cooperative.consents
		if row.shown
	]


def languages(cooperative: Cooperative) -> list[dict]:
	"""Languages in which one may ask to be written to, each by its own name: the country's, the page's, English."""
	codes = dict.fromkeys(
		[
			cooperative.language,
			*localisation.languages_of(cooperative.country),
			frappe.local.lang.split("-")[0],
			"en",
		]
	)
	known = set(frappe.get_all("Language", {"name": ["in", list(codes)]}, pluck="name"))
	return [{"value": code, "label": _own_name(code)} for code in codes if code in known]


def countries() -> list[dict]:
	"""All countries, named and sorted in the session's language."""
	names = locale().territories
	options = [
		{"value": row.name, "label": names.get((row.code or "").upper()) or _(row.name)}
		for row in frappe.get_all("Country", fields=["name", "code"])
	]
	return sorted(options, key=lambda option: _plain(option["label"]))


def legal_forms(country: str | None) -> list[dict]:
	"""Legal forms of organisations in a country, or all when it has none of its own."""
	rows = frappe.get_all("Legal Form", {"disabled": 0}, ["name", "title", "country"], order_by="title asc")
	own = [row for row in rows if row.country == country] or rows
	return [{"value": row.name, "label": _(row.title)} for row in own]


def referral_sources() -> list[dict]:
	"""Answers to "How did you hear of us?"."""
	rows = frappe.get_all("Referral Source", {"disabled": 0}, ["name", "title"], order_by="title asc")
	return [{"value": row.name, "label": _(row.title)} for row in rows]


def _own_name(code: str) -> str:
	name = locale_of(code).get_display_name() or code
	return name[:1].upper() + name[1:]


def _plain(text: str) -> str:
	"""Without accents, so that Égypte stands under E."""
	return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
