"""Membership applications: what is checked and computed when one is written, and what one may do with it.

One function per intention; desk buttons, the public form, portal, API and import all call these.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate, today

from coop_membership import actions, doors, server_owned, shapes
from coop_membership.doctypes import Cooperative, MembershipApplication
from coop_membership.dues import dues, household
from coop_membership.joining import consents
from coop_membership.joining.problems import refuse
from coop_membership.joining.repeats import earlier, too_many_open
from coop_membership.joining.rules import OF_ORGANISATIONS, ClassTerms, Problem, Request, Terms, check
from coop_membership.people import matching, private, representatives
from coop_membership.prints.wording import money
from coop_membership.register import ledger, standing
from coop_membership.states import applications as states
from coop_membership.states.members import INDIVIDUAL, ORGANISATION
from coop_membership.values import Wrong, amounts
from coop_membership.values.person_fields import ADDRESS, ORGANISATION_FIELDS, PERSON, PRIVATE

# what a visitor may write; all else on the document is the cooperative's own
PUBLIC_FIELDS = (
	"applicant_type",
	*PERSON,
	*PRIVATE,
	*ADDRESS,
	*ORGANISATION_FIELDS,
	"representative_function",
	"referral_source",
)
OWN_FIELDS = {
	"status": states.PENDING,
	"status_reason": None,
	"requested_on": None,
	"waiting_since": None,
	"member": None,
	"contact": None,
	"is_increase": 0,
	"id_document": None,
	"id_document_since": None,
}


def prepare(application: MembershipApplication) -> None:
	"""Before the first save: server-owned values are set here, whatever the sender wrote into them."""
	for fieldname, value in OWN_FIELDS.items():
		application.set(fieldname, value)
	application.requested_on = today()
	if application.flags.source:
		application.source = application.flags.source
	elif is_public():
		application.source = "Website"
	elif application.source not in ("Contact", "Import", "API", "Portal"):
		application.source = "Desk"
	if not application.shares:
		chosen = {"share_class": application.share_class, "quantity": application.quantity}
		wanted = parsed(application.wanted_shares) if application.wanted_shares else [chosen]
		application.extend("shares", [line for line in lines_of(wanted) if line["share_class"]])
	application.update({"share_class": None, "quantity": 0, "wanted_shares": None})
	application.chosen_amount = doors.price(application.chosen_amount or 0)
	if not application.plan:
		application.update({"tariff": None, "tariff_proof": None, "chosen_amount": 0})
	cooperative = cooperative_of(application)
	application.flags.accepted = consents.parse(application.accepted_consents)
	consents.record(application, cooperative, application.flags.accepted)
	application.accepted_consents = None
	clean(application, cooperative)
	if application.flags.by_head:  # whose dues cover the person asked, and the person has to say yes
		application.status = states.TO_CONFIRM
	elif is_public(application):
		application.covered_by = None
		application.flags.of_visitor = True
		same = earlier(application, cooperative, PUBLIC_FIELDS)
		application.flags.repeats = next((name for name, more in same.items() if not more), None)
		if not application.flags.repeats and (reason := _why_blocked(application, cooperative, same)):
			application.update({"status": states.BLOCKED, "status_reason": reason})
		_know_visitor(application, cooperative)
	server_owned.by_service(application)


def _why_blocked(
	application: MembershipApplication, cooperative: Cooperative, same: dict[str, list[str]]
) -> str | None:
	"""Why a visitor's request waits until a manager has looked, None when it needn't.

	Who asks again and says more is not believed at once, anybody can write in a mailbox's name; nor is it thrown away.
	"""
	for name, more in same.items():
		labels = ", ".join(dict.fromkeys(doors.label(application, field) for field in more))
		return _("The request {0} asks for the same; this one says something else: {1}.").format(name, labels)
	if too_many_open(application, cooperative):
		return _("Too many open requests of this person.")
	return None


def _know_visitor(application: MembershipApplication, cooperative: Cooperative) -> None:
	"""A member who is logged in asks for more shares; anybody else confirms the address first, if so set."""

	if application.source != "API" and (member := representatives.member_of(application)):
		application.update({"member": member, "source": "Portal"})
	elif cooperative.confirm_email and application.status == states.PENDING:
		application.status = states.TO_CONFIRM


def clean(application: MembershipApplication, cooperative: Cooperative) -> list[Problem]:
	"""Every value in its one form, so that equal things are equal later; returns what has none."""
	refuse(_problem(field, wrong) for field, wrong in doors.put_text_in_order(application, "Link", "Select"))
	application.applicant_type = application.applicant_type or INDIVIDUAL
	if application.applicant_type == INDIVIDUAL:
		application.update(dict.fromkeys((*OF_ORGANISATIONS, "representative_function")))
	if cooperative.uppercase_last_name:
		application.last_name = (application.last_name or "").upper()
	application.language = application.language or cooperative.language
	application.country = application.country or (None if is_public(application) else cooperative.country)
	wrongs = doors.put_in_order(application, doors.place(application.country, cooperative))
	person = " ".join(filter(None, [application.first_name, application.last_name]))
	is_organisation = application.applicant_type == ORGANISATION
	application.applicant_name = (is_organisation and application.organisation_name) or person
	return [_problem(field, wrong) for field, wrong in wrongs]


def _problem(field: str, wrong: Wrong) -> Problem:
	return Problem(wrong.code, field, wrong.values)


def validate(application: MembershipApplication) -> None:
	"""On each save while the request is open: prices from the classes, amounts, and every rule."""
	cooperative = cooperative_of(application)
	if not application.is_new():
		_keep_decided(application)
		before = application.get_doc_before_save() or {}
		wrong = clean(application, cooperative)
		if application.status not in states.OPEN:
			refuse(one for one in wrong if before.get(one.field) != application.get(one.field))
	if application.status not in states.OPEN:
		return
	prices = _price_lines(application, cooperative)
	kept = private.of(application)
	refuse(_problems(application, cooperative, prices, kept), cooperative.currency)
	matching.explain(application, kept)


def parsed(text: object) -> object:
	"""A list as JSON bodies have it, or as text in a form."""
	if isinstance(text, str):
		try:
			return json.loads(text)
		except ValueError:
			return text.split(",")
		except RecursionError:
			frappe.throw(actions.SENTENCES[shapes.TOO_DEEP]())
	return text


def lines_of(shares: object) -> list[dict]:
	"""Classes and quantities as a visitor sent them, one line each; what is no list of such names a class that there is not."""
	if not isinstance(shares, list):
		shares = [{"share_class": str(shares)}] if shares else []
	actions.refuse_shape(shares, **shapes.VISITOR)
	return [
		{"share_class": str(row.get("share_class") or ""), "quantity": whole(row.get("quantity"))}
		for row in shares
		if isinstance(row, dict)
	]


def whole(quantity) -> int:
	"""A number of shares as a visitor may have written it; 0 when it is none, or has two readings as 1.000 has."""
	try:
		number = amounts.whole(quantity) if isinstance(quantity, str) and quantity else float(quantity or 0)
	except (TypeError, ValueError, Wrong):
		return 0
	return int(number) if math.isfinite(number) and number == int(number) else 0


def is_public(application: MembershipApplication = None) -> bool:
	"""True when somebody without a desk writes: a visitor, a member on the website, or a website through the API."""
	by_api = application is not None and application.flags.source == "API"
	return by_api or bool(frappe.flags.in_web_form) or frappe.session.user == "Guest"


def cooperative_of(application: MembershipApplication):
	"""The Cooperative document of an application. Raises a sentence when it names none."""
	if not application.cooperative:
		only = frappe.get_all("Cooperative", pluck="name", limit=2)
		if len(only) != 1:
			frappe.throw(_("Please choose the cooperative."))
		application.cooperative = only[0]
	try:
		return frappe.get_cached_doc("Cooperative", str(application.cooperative))
	except frappe.DoesNotExistError:
		frappe.clear_messages()
		frappe.throw(_("This cooperative is not known. Please open the form from its website again."))


def _keep_decided(application: MembershipApplication) -> None:
	"""Once decided, who asked for what does not change any more."""
	before = application.get_doc_before_save()
	if not before:
		return
	if before.status in states.OPEN:
		return
	for field in ("amount", "total_shares", "match_choice", "matched_member", "match_reason"):
		application.set(field, before.get(field))
	same_lines = [_line(row) for row in application.shares] == [_line(row) for row in before.shares]
	same_person = all(
		(application.get(f) or None) == (before.get(f) or None)
		for f in ("cooperative", "member", "plan", "tariff", "chosen_amount", "covered_by")
	)
	if not (same_lines and same_person):
		frappe.throw(_("This request is decided. Its shares can't be changed any more; make a new request."))


def _line(row) -> tuple:
	return row.share_class, cint(row.quantity), flt(row.unit_price, 2), flt(row.amount, 2)


def _price_lines(application: MembershipApplication, cooperative: Cooperative) -> dict[str, ClassTerms]:
	"""Unit prices come from the class and stay as they were asked; the sender's figures are ignored."""
	before = application.get_doc_before_save() or (None if application.is_new() else application)
	asked = {row.share_class: row.unit_price for row in before.shares} if before else {}
	classes = {}
	for row in application.shares:
		row.quantity = cint(row.quantity)
		if terms := class_terms(row.share_class):
			row.unit_price = flt(asked.get(row.share_class) or terms.unit_price, 2)
			row.amount = flt(row.quantity * row.unit_price, 2)
			classes[row.share_class] = terms
	application.total_shares = sum(row.quantity for row in application.shares)
	application.amount = flt(sum(flt(row.amount) for row in application.shares), 2)
	if not application.shares:
		application.amount = dues.price_today(
			application.plan, cooperative.name, application.tariff, application.chosen_amount
		)
	return classes


def class_terms(share_class: str | None) -> ClassTerms | None:
	"""The rules of a Share Class, or None when there is no such class."""
	if not share_class:
		return None
	try:
		doc = frappe.get_cached_doc("Share Class", share_class)
	except frappe.DoesNotExistError:
		frappe.clear_messages()
		return None
	return ClassTerms(
		title=doc.title,
		unit_price=flt(doc.unit_price, 2),
		cooperative=doc.cooperative,
		minimum_quantity=cint(doc.minimum_quantity),
		enforce_minimum=bool(doc.enforce_minimum),
		maximum_quantity=cint(doc.maximum_quantity),
		for_individuals=bool(doc.for_individuals),
		for_organisations=bool(doc.for_organisations),
		on_website=bool(doc.on_website),
		disabled=bool(doc.disabled),
	)


def _problems(
	application: MembershipApplication,
	cooperative: Cooperative,
	classes: dict[str, ClassTerms],
	kept: Mapping[str, object],
) -> list[Problem]:
	by_head = application.flags.by_head
	public = application.source in ("Website", "API", "Portal") and application.is_new() and not by_head
	held = {}
	# what somebody holds is no visitor's business: a refusal would tell that the address is known
	if member := application.member or (not public and application.matched_member):
		held = {c: (h.quantity, float(h.value)) for c, h in ledger.positions(member).items()}
	terms = Terms(
		cooperative=cooperative.name,
		minimum_age=cint(cooperative.minimum_age),
		maximum_amount=flt(cooperative.maximum_amount),
		single_share_class=bool(cooperative.single_share_class),
		has_shares=standing.has_shares(cooperative.name)
		if not application.shares
		else cooperative.kind != standing.WITH_DUES,
		dues_suffice=not application.shares and standing.counts_dues(cooperative.name),
		require_iban=bool(cooperative.require_iban),
		classes=classes,
		consents={}  # not the giver's to give
		if application.flags.by_transfer
		else consents.terms(cooperative, consents.given_by(cooperative, application.member)),
		held=held,
	)
	request = Request(
		values={**application.as_dict(no_default_fields=True), **kept},
		lines=[(row.share_class, cint(row.quantity)) for row in application.shares],
		consents=application.flags.accepted or [],
		plan=application.plan or "",
		covered=bool(application.covered_by),
		public=public,
		place=doors.place(application.country, cooperative),
	)
	problems = list(check(request, terms, getdate()))
	for fieldname, doctype, code in (
		("language", "Language", "language_unknown"),
		("country", "Country", "country_unknown"),
		("legal_form", "Legal Form", "legal_form_unknown"),
		("referral_source", "Referral Source", "referral_unknown"),
	):
		value = application.get(fieldname)
		if value and not frappe.db.exists(doctype, value, cache=True):
			problems.append(Problem(code, fieldname))
	if application.plan and not dues.is_offered(application.plan, cooperative.name, public):
		problems.append(Problem("plan_unknown", "plan"))
	elif application.plan and (refused := dues.refused(application, public)):
		problems.append(Problem(refused.code, "plan", refused.values))
	if application.covered_by:
		head = frappe.get_doc("Member", application.covered_by)
		if head.cooperative != application.cooperative:
			problems.append(Problem("head_unknown", "covered_by"))
		else:
			household.check(head, application.name)
	return problems


def in_mail(application: MembershipApplication) -> dict:
	"""What a mail says of what is asked for, in the session's language: `shares`, quantity, title and amount of each class;
	title of the `plan` and its price `dues`; the name of who pays, `covered_by`; the `total` of it all; `organisation`,
	its name when one asks.
	"""
	currency = frappe.get_cached_value("Cooperative", application.cooperative, "currency")
	plan, dues_price = application.plan, 0
	if plan:
		dues_price = dues.price_today(
			plan, application.cooperative, application.tariff, application.chosen_amount
		)
	return {
		"shares": [
			{
				"quantity": row.quantity,
				"title": _(frappe.get_cached_value("Share Class", row.share_class, "title")),
				"amount": money(row.amount, currency),
			}
			for row in application.shares
		],
		"plan": plan and _(frappe.get_cached_value("Membership Plan", plan, "title")),
		"dues": money(dues_price, currency),
		"sends_proof": application.tariff_proof == dues.ONLINE and dues.needs_proof(application),
		"covered_by": application.covered_by
		and frappe.db.get_value("Member", application.covered_by, "display_name"),
		"total": money(application.amount + (dues_price if application.shares else 0), currency),
		"organisation": application.organisation_name if application.applicant_type == ORGANISATION else "",
	}
