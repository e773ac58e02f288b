"""The public form. What it offers comes from `portal/offer.py`, what it refuses from `joining/rules.py`."""

import frappe
from frappe import _

from coop_membership.joining.problems import MESSAGES
from coop_membership.portal import step, visitor
from coop_membership.portal.offer import offered as what_is_offered
from coop_membership.prints.wording import picture

PAGE_LANGUAGES = {"en": "English", "fr": "Français"}
CHECKED_BEFORE_SENDING = (
	"missing",
	"birth_date_unreadable",
	"iban_missing",
	"no_shares",
	"no_plan",
	"nothing_asked",
	"quantity_wrong",
	"below_minimum",
	"above_maximum",
	"amount_too_high",
	"needs_proof",
	"too_low",
	"consent_missing",
)


def get_context(context):
	asked, member = frappe.form_dict.cooperative, frappe.form_dict.member
	if member and frappe.session.user == "Guest":
		step.log_in()
	known = asked if asked and frappe.db.exists("Cooperative", asked) else None
	offered = what_is_offered(known)
	known_visitor = visitor.prefill(offered["cooperative"], member)
	context.no_cache = 1
	context.title = title_of(offered, bool(known_visitor))
	context.web_form_doc.update(
		{
			"offer": offered,
			"visitor": known_visitor,
			"unknown_cooperative": bool(asked and not known),
			"texts": texts(known_visitor),
			"page_language": frappe.local.lang,
			"page_languages": PAGE_LANGUAGES,
			"logo": logo_of(offered["cooperative"]),
		}
	)


def title_of(offered: dict, is_member: bool) -> str:
	"""On the page and on the browser's tab: a member joins nothing."""
	if not offered["cooperative"]:
		return _("Become a member")
	more = _("More shares of {0}") if offered["share_classes"] else _("Dues of {0}")
	return (more if is_member else _("Join {0}")).format(offered["title"])


def logo_of(cooperative: str | None) -> str:
	return picture(frappe.get_cached_value("Cooperative", cooperative, "logo")) if cooperative else ""


def texts(known_visitor: dict) -> dict[str, str]:
	"""What join.js writes. Translated here, because v15 hands only a form's labels to its script."""
	name = known_visitor.get("name")
	return {
		**{code: MESSAGES[code]() for code in CHECKED_BEFORE_SENDING},
		"label_birth_date": _("Birth date"),
		"label_iban": _("IBAN"),
		"introduction": _("For {0}. You pay nothing now.").format(name)
		if name
		else _("It takes about five minutes. You pay nothing now."),
		"choose_cooperative": _("Which cooperative would you like to join?"),
		"unknown": _("The cooperative of this address is not known. Choose one, or open its website again."),
		"unknown_but_one": _("The cooperative of this address is not known. This is the form of {title}."),
		"nobody": _("Nobody can join here online at the moment. Please come back later."),
		"Individual": _("As an individual"),
		"Organisation": _("For an organisation"),
		"your_representative": _("The person who represents the organisation"),
		"address_of_organisation": _("Address of the organisation"),
		"optional": _("optional"),
		"help": _("Help with this page"),
		"choose": _("Please choose"),
		"one_share": _("{price} per share"),
		"at_least": _("at least {minimum}"),
		"at_most": _("at most {maximum}"),
		"how_many": _("How many shares?"),
		"fewer": _("One share fewer"),
		"more": _("One share more"),
		"total": _("Total"),
		"dues": _("Would you also like to pay dues?"),
		"no_dues": _("No dues"),
		"no_class": _("No shares"),
		"your_dues": _("Your dues"),
		"shares_and_dues": _("Your shares, your dues"),
		"dues_asked": _("{title}, {amount}"),
		"next_card": _("When your payment has arrived, you are a member and receive your membership card."),
		"per_year": _("{price} per year"),
		"per_years": _("{price} for {count} years"),
		"per_month": _("{price} per month"),
		"per_months": _("{price} for {count} months"),
		"first_period": _("{price} until {date}"),
		"entry_fee": _("entry fee {price}"),
		"tariff": _("Tariff"),
		"full_price": _("Full price"),
		"proof": _("How do you show the proof?"),
		"proof_online": _("I send it by a link in your message"),
		"proof_at_office": _("I show it at the office"),
		"own_amount": _("Your amount"),
		"least_amount": _("Give what you can, at least {minimum}."),
		"amount_unreadable": _("The amount can't be read. Please write it as 45,50."),
		"covers": _("for up to {count} people"),
		"next_proof": _("You send us your proof by the link in our message."),
		"next_show": _("You show us your proof at the office."),
		"and_dues": _("{shares}, and dues of {amount}"),
		"iban_help": _("Your own account, for example to pay your shares back to you one day."),
		"iban_help_of_organisation": _("Account of the organisation, to pay it back one day."),
		"iban_help_of_dues": _("Your own account, for example to pay you back what you paid too much."),
		"read_text": _("Read the text"),
		"please_correct": _("Please correct"),
		"too_many": _("Too many attempts. Please wait a minute and send your request again."),
		"failed": _("Your request could not be sent. Please check your connection and try again."),
		"sending": _("Sending…"),
		"thank_you": _("Thank you, {name}!"),
		"received": _("We have received your request for {shares}."),
		"received_of": _("We have received the request of {organisation} for {shares}."),
		"each_class": _("{quantity} × {title}"),
		"shares": _("{shares}, {amount} in total"),
		"several": _("Another kind of shares too"),
		"change_details": _("Change my details"),
		"counts_once": _("If you sent the same request before and it still waits, it counts once."),
		"next": _("What happens next?"),
		"next_mail": _("You receive a message at {email} that confirms your request."),
		"next_confirm": _("You receive a message at {email}. Press its button: we begin when you have."),
		"next_document": _("You send us a copy of your identity document by the link in our message."),
		"next_pay_online": _("In a few minutes a message brings you the link to pay online."),
		"next_decision": _("We look at your request."),
		"next_payment": _(
			"Once it is approved, we send you the amount, our bank account and a code for your bank app."
		),
		"next_certificate": _(
			"When your payment has arrived, you are a member and receive your share certificate."
		),
		"nothing_to_do": _("Please look into your mailbox: all that follows comes by message."),
		"statutes": _("Read the statutes"),
		"questions": _("Any questions? Write to {email}."),
	}
