"""The sentence for each problem that `rules.py` may find, in the language of the person who reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

import frappe
from frappe import _
from frappe.utils import fmt_money

from coop_membership import doors
from coop_membership.joining.rules import Problem

LISTED = 20  # problems of one answer: who reads more, and who would wait for them
FIELD_LABELS: dict[str, Callable[[], str]] = {
	"first_name": lambda: _("First name"),
	"last_name": lambda: _("Last name"),
	"email": lambda: _("E-mail"),
	"birth_date": lambda: _("Birth date"),
	"phone": lambda: _("Phone"),
	"iban": lambda: _("IBAN"),
	"national_number": lambda: _("National number"),
	"address_line1": lambda: _("Street and number"),
	"address_line2": lambda: _("Address supplement"),
	"postcode": lambda: _("Postcode"),
	"city": lambda: _("City"),
	"country": lambda: _("Country"),
	"plan": lambda: _("Dues"),
	"organisation_name": lambda: _("Organisation name"),
	"organisation_email": lambda: _("Organisation e-mail"),
	"registration_number": lambda: _("Registration number"),
	"representative_function": lambda: _("Function of the representative"),
}

MESSAGES: dict[str, Callable[[], str]] = {
	**doors.MESSAGES,
	"missing": lambda: _("{field} is missing. Please fill it in."),
	"applicant_type_unknown": lambda: _(
		"Please say whether you apply as an individual or as an organisation."
	),
	"gender_unknown": lambda: _("Please choose one of the listed genders, or leave the field empty."),
	"too_young": lambda: _("You must be at least {age} years old to become a member."),
	"birth_date_unreadable": lambda: _("The birth date cannot be read. Please choose a date."),
	"iban_missing": lambda: _("The IBAN of your bank account is missing. Please fill it in."),
	"language_unknown": lambda: _("This language is not available. Please choose one of the list."),
	"country_unknown": lambda: _("This country is not known. Please choose one of the list."),
	"legal_form_unknown": lambda: _("Please choose one of the listed legal forms."),
	"referral_unknown": lambda: _("Please choose one of the listed answers to how you heard of us."),
	"field_unknown": lambda: _("The field {field} is not known here. Please leave it out."),
	"no_shares": lambda: _("Please choose a class of shares and how many you want."),
	"no_plan": lambda: _("Please choose your dues."),
	"nothing_asked": lambda: _("Please choose shares, or dues, or both."),
	"shares_unknown": lambda: _("There are no shares here. Please choose dues and leave the shares out."),
	"class_twice": lambda: _("The same class of shares is listed twice. Please put it in one line."),
	"class_unknown": lambda: _("This class of shares does not exist here. Please choose one of the list."),
	"class_closed": lambda: _(
		"{title} can't be subscribed at the moment. Please choose another class of shares."
	),
	"not_for_individuals": lambda: _("{title} is reserved for organisations. Please choose another class."),
	"not_for_organisations": lambda: _("{title} is reserved for individuals. Please choose another class."),
	"quantity_wrong": lambda: _(
		"Please enter how many shares of {title} you want: a whole number, at least 1."
	),
	"below_minimum": lambda: _("The least number of shares of {title} is {minimum}."),
	"above_maximum": lambda: _("The largest number of shares of {title} is {maximum}."),
	"amount_too_high": lambda: _("One member can subscribe at most {maximum}; this would make {amount}."),
	"one_class_only": lambda: _("One member holds shares of one class only. Please choose a single class."),
	"plan_unknown": lambda: _("These dues can't be chosen here. Please choose one of the list, or none."),
	"no_tariff": lambda: _("This tariff can't be chosen here. Please choose one of the list."),
	"needs_proof": lambda: _("This tariff needs a proof. Please say how you show it to us."),
	"not_free": lambda: _("The amount of these dues is fixed."),
	"too_low": lambda: _("The amount is too low. Please give at least {minimum}."),
	"too_high": lambda: _("The amount is very high. Please check it; if it is right, write to us."),
	"proof_unknown": lambda: _("Please say how you show the proof: sent online, or shown at the office."),
	"head_unknown": lambda: _("Who pays is no member of this cooperative. Please choose somebody else."),
	"covered_alone": lambda: _(
		"Who is covered by the dues of somebody else asks for no dues and no shares with the same request."
	),
	"consent_unknown": lambda: _("One of the accepted texts is not known. Please reload the page."),
	"consent_missing": lambda: _("Please read and accept: {title}."),
}


def sentence(problem: Problem, currency: str | None = None) -> str:
	"""The problem in the session's language; amounts in `currency`."""
	values = doors.in_words(problem.values)
	for name in values.keys() & {"maximum", "amount", "minimum"}:
		if problem.code in ("amount_too_high", "too_low"):
			values[name] = fmt_money(values[name], currency=currency)
	label = FIELD_LABELS.get(problem.field)
	return MESSAGES[problem.code]().format(field=label() if label else problem.field, **values)


def refuse(problems: Iterable[Problem], currency: str | None = None) -> None:
	"""Raise frappe.ValidationError with all sentences, when there is any problem.

	The answer to a web request also carries them one by one under `problems`, so that a form can show each beside
	its field and a program need not read prose.
	"""
	problems = list(islice(problems, LISTED))
	sentences = [sentence(problem, currency) for problem in problems]
	if sentences:
		frappe.local.response["problems"] = [
			{"code": problem.code, "field": problem.field, "message": text}
			for problem, text in zip(problems, sentences, strict=True)
		]
		frappe.throw(
			"<br>".join(dict.fromkeys(map(frappe.utils.escape_html, sentences))), title=_("Please correct")
		)
