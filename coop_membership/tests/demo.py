"""A French cooperative with some forty people in every state of the flow, made by the same services as real ones.

Deterministic and idempotent. Dates are counted back from today, so that the chart and the overdue requests always
look the same. Only the dates of requests are set afterwards: a service can't approve in the past.
"""

from __future__ import annotations

from pathlib import Path

import frappe
from frappe.utils import add_days, today
from frappe.utils.password import update_password

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.dues import dues
from coop_membership.joining import decisions
from coop_membership.messages import mail
from coop_membership.payments import settlement
from coop_membership.people import accounts, representatives
from coop_membership.setup import dunning_policies
from coop_membership.shares import confirmations
from coop_membership.tests import demo_activities

COOPERATIVE = "La Coop des Lilas"
STATUTES = Path(__file__).with_name("statuts.pdf")
IBAN = "FR14 2004 1010 0505 0001 3M02 606"
PASSWORD = "lilas-demo-2026"
MANAGER, BOARD, MEMBER = "gestion@lilas.example", "bureau@lilas.example", "camille.moreau@lilas.example"
TREASURER, REPRESENTATIVE = "tresorerie@lilas.example", "solene.jouan@lilas.example"

# first name, last name, gender, born, town, days ago of the payment, shares of A, shares of B
MEMBERS = (
	("Camille", "Moreau", "Female", "1984-03-12", "Rennes", 728, 2, 0),
	("Lucas", "Bernard", "Male", "1979-11-02", "Rennes", 721, 4, 0),
	("Manon", "Petit", "Female", "1991-06-24", "Cesson-Sévigné", 709, 1, 0),
	("Étienne", "Leroy", "Male", "1968-01-30", "Rennes", 695, 10, 1),
	("Inès", "Rousseau", "Female", "1995-09-08", "Betton", 672, 2, 0),
	("Hugo", "Garnier", "Male", "1988-05-17", "Rennes", 650, 3, 0),
	("Aïcha", "Benali", "Female", "1976-12-05", "Rennes", 633, 2, 0),
	("Paul", "Le Goff", "Male", "1959-07-21", "Vezin-le-Coquet", 601, 20, 2),
	("Chloé", "Fontaine", "Female", "1993-02-14", "Rennes", 577, 1, 0),
	("Noé", "Chevalier", "Male", "1999-10-01", "Bruz", 540, 1, 0),
	("Sylvie", "Kervella", "Female", "1965-04-09", "Rennes", 512, 5, 0),
	("Mathis", "Robin", "Male", "1986-08-28", "Rennes", 480, 2, 0),
	("Zoé", "Guérin", "Female", "1997-03-03", "Saint-Grégoire", 455, 2, 0),
	("Jean-Baptiste", "Marchand", "Male", "1972-06-11", "Rennes", 430, 8, 0),
	("Yasmine", "Haddad", "Female", "1990-01-19", "Rennes", 398, 2, 0),
	("Théo", "Lemoine", "Male", "1994-11-27", "Chantepie", 365, 1, 0),
	("Élodie", "Perrin", "Female", "1982-09-15", "Rennes", 331, 4, 1),
	("Gabriel", "Da Silva", "Male", "1978-05-05", "Rennes", 300, 2, 0),
	("Nolwenn", "Tanguy", "Female", "1987-12-30", "Pacé", 262, 3, 0),
	("Antoine", "Vasseur", "Male", "1963-02-22", "Rennes", 230, 40, 5),
	("Léa", "Colin", "Female", "2001-07-07", "Rennes", 190, 1, 0),
	("Mamadou", "Diallo", "Male", "1981-10-10", "Rennes", 150, 2, 0),
	("Clémence", "Renaud", "Female", "1975-04-01", "Acigné", 110, 6, 0),
	("Arthur", "Briand", "Male", "1992-08-08", "Rennes", 60, 2, 0),
	("Margaux", "Schmitt", "Female", "1989-06-06", "Rennes", 21, 2, 1),
)
ORGANISATIONS = (
	("Association Terres Vives", "Association", "W353004211", "Solène", "Jouan", "Présidente", 520, 10, 0),
	("Boulangerie du Mail", "SARL", "812345676", "Karim", "Amrani", "Gérant", 240, 4, 2),
)
# first name, last name, what happens to the request, days ago, shares of A
REQUESTS = (
	("Baptiste", "Morvan", "open", 45, 2),
	("Fatima", "Zaoui", "open", 38, 4),
	("Quentin", "Aubert", "open", 9, 1),
	("Louise", "Dupuis", "partly", 50, 8),
	("Romain", "Gicquel", "partly", 20, 4),
	("Émilie", "Caradec", "reversed", 75, 2),
	("Victor", "Hamon", "Waiting List", 31, 40),
	("Anaïs", "Texier", "Waiting List", 12, 20),
	("Maxime", "Poirier", "Blocked", 27, 2),
	("Test", "Robot", "Refused", 90, 1),
	("Stéphane", "Allain", "Expired", 200, 2),
	("Julie", "Besnard", "Cancelled", 66, 1),
	("Nina", "Legrand", "pending", 6, 2),
	("Oscar", "Pichon", "pending", 4, 1),
	("Awa", "Traoré", "pending", 3, 4),
	("Simon", "Le Bihan", "pending", 1, 2),
	("Jeanne", "Rolland", "pending", 0, 10),
)
CONSENTS = (
	("statuts", "J'ai lu et j'accepte les statuts", 1, "Les statuts s'ouvrent avec le lien ci-dessus."),
	(
		"risque",
		"J'ai compris qu'une part sociale peut perdre de sa valeur",
		1,
		"Une part est remboursée à sa valeur au moment du départ, qui peut être plus basse que son prix.",
	),
	(
		"lettre",
		"Je souhaite recevoir la lettre d'information",
		0,
		"Une lettre par mois, que l'on arrête quand on veut.",
	),
)
REASONS = {
	"Blocked": "L'adresse e-mail est celle d'une autre personne.",
	"Refused": "Demande envoyée deux fois.",
}


def load() -> list[tuple[str, str, str]]:
	"""Make the sample cooperative when it is missing; returns (who, login, password) of the people to try it as."""
	if not frappe.db.exists("Cooperative", COOPERATIVE):
		muted, frappe.flags.mute_member_mails = frappe.flags.mute_member_mails, True
		try:
			_load()
		finally:
			frappe.flags.mute_member_mails = muted
		_some_mails()
	return [
		("Gestionnaire", MANAGER, PASSWORD),
		("Conseil d'administration", BOARD, PASSWORD),
		("Trésorerie", TREASURER, PASSWORD),
		("Coopératrice", MEMBER, PASSWORD),
		("Représentante d'une association", REPRESENTATIVE, PASSWORD),
	]


def _load() -> None:
	_speak_french()
	_policies()
	cooperative = _cooperative()
	paid = [
		(days, _person(first, last, gender, born, town, a, b))
		for first, last, gender, born, town, days, a, b in MEMBERS
	] + [(days, _organisation(*who, a, b)) for *who, days, a, b in ORGANISATIONS]
	paid += _more_of(
		"Paul", "Le Goff", (560, 500, 420, 370, 290, 210, 140, 80, 30)
	)  # with the first one, ten lines
	paid += _more_of("Inès", "Rousseau", (200,))
	for days, values in sorted(
		paid, key=lambda pair: -pair[0]
	):  # the register is numbered in order of payment
		_pay(_approved(values, days + 6), days)
	_users()
	_movements(cooperative)
	for first, last, state, days, shares in REQUESTS:
		_request(_person(first, last, "", "1990-01-01", "Rennes", shares, 0), state, days)
	_dues(cooperative)
	people = {(first, last): _member(first, last) for first, last, *_more in MEMBERS}
	gone = ("Noé", "Chevalier")  # has sold back
	known = {name: member for name, member in people.items() if name != gone}
	demo_activities.load(cooperative, known, MEMBERS[0][:2])


def _speak_french() -> None:
	"""Set the site up as a French cooperative has it: language, dates 25/11/2026, amounts 5 025,00 €."""
	settings = frappe.get_doc("System Settings")
	settings.update({"language": "fr", "date_format": "dd/mm/yyyy", "number_format": "# ###,##"})
	settings.flags.ignore_mandatory = True
	settings.save()
	frappe.db.set_value("Currency", "EUR", {"symbol_on_right": 1, "number_format": "# ###,##"})
	frappe.db.set_value("User", {"name": ["in", ["Administrator", "Guest"]]}, "language", "fr")
	frappe.local.lang = "fr"
	frappe.clear_cache()


def _policies() -> None:
	"""The default policies again, in the site's language now that it has one: they were made with the empty site."""
	for name in frappe.get_all("Dunning Policy", pluck="name"):
		frappe.delete_doc("Dunning Policy", name)
	dunning_policies.add()


def _dues(cooperative) -> None:
	"""A plan on the website; eight members pay dues, of whom two have not paid yet."""
	plan = frappe.get_doc(
		{
			"doctype": "Membership Plan",
			"cooperative": cooperative.name,
			"title": "Cotisation de soutien",
			"price": 24,
			"prorate": 1,
		}
	).insert()
	active = {"cooperative": cooperative.name, "status": "Active", "member_type": "Individual"}
	for index, name in enumerate(frappe.get_all("Member", active, pluck="name", order_by="name", limit=8)):
		membership = dues.create(frappe.get_doc("Member", name), plan.name)
		if index % 4:
			membership.record_payment(membership.amount)


def _cooperative():
	for title in ("Bouche à oreille", "Marché", "Presse", "Réseaux sociaux"):
		if not frappe.db.exists("Referral Source", title):
			frappe.get_doc({"doctype": "Referral Source", "title": title}).insert()
	cooperative = frappe.get_doc(
		{
			"doctype": "Cooperative",
			"title": COOPERATIVE,
			"country": "France",
			"language": "fr",
			"currency": "EUR",
			"contact_email": "bonjour@lilas.example",
			"postal_address": "12 rue des Lilas\n35000 Rennes",
			"board_representative": "Sylvie Kervella",
			"iban": IBAN,
			"bic": "PSSTFRPPPAR",
			"accounting": ELSEWHERE,
			"portal_account": "On payment",
			"maximum_amount": 10000,
			"consents": [
				{"key": key, "title": title, "version": 1, "shown": 1, "required": required, "text": text}
				for key, title, required, text in CONSENTS
			],
		}
	).insert()
	file = {"doctype": "File", "file_name": STATUTES.name, "content": STATUTES.read_bytes(), "is_private": 1}
	cooperative.statutes = frappe.get_doc(file).insert().file_url
	cooperative.save()
	for code, title, price, default in (
		("A", "Part sociale", 25, 1),
		("B", "Part de soutien", 100, 0),
	):
		frappe.get_doc(
			{
				"doctype": "Share Class",
				"cooperative": cooperative.name,
				"code": code,
				"title": title,
				"unit_price": price,
				"is_default": default,
			}
		).insert()
	return cooperative


def _person(first: str, last: str, gender: str, born: str, town: str, a: int, b: int = 0) -> dict:
	number = sum(map(ord, first + last)) % 90 + 1  # the same person lives at the same place every time
	return {
		"applicant_type": "Individual",
		"first_name": first,
		"last_name": last,
		"gender": gender,
		"birth_date": born,
		"email": _email(first, last),
		"phone": f"+33 6 12 34 {number:02d} {99 - number:02d}",
		"address_line1": f"{number} rue de la Paix",
		"postcode": "35000",
		"city": town,
		"shares": _lines(a, b),
	}


def _organisation(name, legal_form, number, first, last, function, a, b) -> dict:
	return _person(first, last, "", "1980-01-01", "Rennes", a, b) | {
		"applicant_type": "Organisation",
		"organisation_name": name,
		"legal_form": frappe.db.get_value("Legal Form", {"title": legal_form, "country": "France"}),
		"registration_number": number,
		"representative_function": function,
		"organisation_email": f"contact@{frappe.scrub(name).replace('_', '-')}.example",
	}


def _more_of(first: str, last: str, days: tuple[int, ...]) -> list[tuple[int, dict]]:
	"""Increases of a member, one share each."""
	row = next(member for member in MEMBERS if member[:2] == (first, last))
	return [(day, _person(*row[:5], 1)) for day in days]


def _lines(a: int, b: int) -> list[dict]:
	wanted = ((f"{COOPERATIVE}-A", a), (f"{COOPERATIVE}-B", b))
	return [{"share_class": name, "quantity": quantity} for name, quantity in wanted if quantity]


def _email(first: str, last: str) -> str:
	plain = frappe.scrub(f"{first} {last}").replace("_", ".")
	for letters, ascii_letter in (
		("éèê", "e"),
		("ïî", "i"),
		("ëÉ", "e"),
		("àâ", "a"),
		("ô", "o"),
		("ç", "c"),
	):
		for letter in letters:
			plain = plain.replace(letter, ascii_letter)
	return f"{plain}@lilas.example"


def _application(values: dict, days: int):
	"""A request as it was written some days ago."""
	application = frappe.get_doc(
		{
			"doctype": "Membership Application",
			"cooperative": COOPERATIVE,
			"language": "fr",
			"country": "France",
			"referral_source": "Bouche à oreille" if days % 3 else "Marché",
			"accepted_consents": "statuts,risque" if days % 2 else "statuts,risque,lettre",
			**values,
		}
	)
	application.flags.source = "Website" if days % 4 else "Desk"
	application.insert()
	_backdate(application, {"creation": f"{_ago(days)} 10:{days % 60:02d}:00", "requested_on": _ago(days)})
	return application


def _approved(values: dict, days: int):
	"""The open capital release request of such a request, as old as it."""
	application = _application(values, days)
	application.approve()
	subscription = frappe.get_doc("Share Subscription", {"application": application.name})
	_backdate(subscription, {"posting_date": _ago(days), "due_date": _ago(days - 30)})
	return subscription


def _pay(subscription, days: int, amount: float | None = None) -> str:
	return subscription.record_payment(
		amount or subscription.amount, _ago(days), "Virement", f"VIR {_ago(days)} {subscription.name}"
	)


def _request(values: dict, state: str, days: int) -> None:
	if state in ("open", "partly", "reversed"):
		subscription = _approved(values, days)
		if state == "partly":
			_pay(subscription, days - 5, subscription.amount / 2)
		if state == "reversed":
			payment = frappe.get_doc("Member Payment", _pay(subscription, days - 5))
			payment.flags.settles_itself = True
			payment.cancel()
			settlement.settle(subscription)
		return
	application = _application(values, days)
	if state == "Waiting List":
		application.put_on_waiting_list()
	elif state == "Blocked":
		application.block(REASONS[state])
	elif state == "Refused":
		application.refuse(REASONS[state])
	elif state in ("Expired", "Cancelled"):
		decisions.move(application, state)


def _movements(cooperative) -> None:
	"""A member has given shares to another and one has left; three requests wait at different points."""
	transfer = _asked("Transfer", ("Lucas", "Bernard"), 1, receiver=_member("Manon", "Petit"))
	_executed(transfer, 18)
	_executed(_asked("Sell Back", ("Noé", "Chevalier"), 1, reason="Déménagement à Nantes"), 10)
	_asked("Sell Back", ("Paul", "Le Goff"), 5, reason="Besoin de trésorerie")
	_approved_by_board(
		_asked("Conversion", ("Antoine", "Vasseur"), 4, to_share_class=f"{cooperative.name}-B")
	)
	waiting = _asked("Transfer", ("Étienne", "Leroy"), 2, receiver=_member("Inès", "Rousseau"))
	confirmations.confirm(waiting, confirmations.GIVER)


def _member(*name: str) -> str:
	return frappe.db.get_value("Member", {"email": _email(*name), "cooperative": COOPERATIVE})


def _asked(kind: str, name: tuple[str, str], quantity: int, **values):
	transaction = frappe.get_doc(
		{
			"doctype": "Share Transaction",
			"transaction_type": kind,
			"member": _member(*name),
			"share_class": f"{COOPERATIVE}-A",
			"quantity": quantity,
			"iban": IBAN if kind == "Sell Back" else None,
			**values,
		}
	)
	transaction.insert()
	transaction.submit()
	return transaction


def _approved_by_board(transaction):
	user = frappe.session.user
	frappe.set_user(BOARD)
	try:
		frappe.get_doc(transaction.doctype, transaction.name).approve()
	finally:
		frappe.set_user(user)
	transaction.reload()
	return transaction


def _executed(transaction, days: int) -> None:
	_approved_by_board(transaction)
	if transaction.transaction_type == "Transfer":
		for side in (confirmations.GIVER, confirmations.RECEIVER):
			confirmations.confirm(transaction, side)
	transaction.execute(_ago(days))


def _users() -> None:
	for email, first_name, last_name, roles, kind in (
		(MANAGER, "Gaëlle", "Gestion", ("Membership Manager",), "System User"),
		(BOARD, "Sylvie", "Kervella", ("Membership Board",), "System User"),
		(TREASURER, "Théo", "Trésor", ("Membership User", "Dunning Manager"), "System User"),
		(MEMBER, "Camille", "Moreau", ("Member",), "Website User"),
		(REPRESENTATIVE, "Solène", "Jouan", ("Member",), "Website User"),
	):
		if not frappe.db.exists("User", email):
			frappe.get_doc(
				{
					"doctype": "User",
					"email": email,
					"first_name": first_name,
					"last_name": last_name,
					"language": "fr",
					"user_type": kind,
					"send_welcome_email": 0,
					"roles": [{"role": role} for role in roles],
				}
			).insert(ignore_permissions=True)  # sample data
		update_password(email, PASSWORD)
	member = frappe.get_doc("Member", {"email": MEMBER, "cooperative": COOPERATIVE})
	_backdate(member, {"user": MEMBER})
	frappe.db.set_value("Contact", member.contact, "user", MEMBER)
	association = frappe.get_doc("Member", {"display_name": ORGANISATIONS[0][0], "cooperative": COOPERATIVE})
	accounts.write_proven(association, association.representatives[0], REPRESENTATIVE)
	representatives.represent(association, member.contact, "Trésorière")
	association.save()
	accounts.write_proven(association, association.representatives[-1], MEMBER)  # opened at her next log-in


def _some_mails() -> None:
	"""A confirmation, a capital release request and a certificate wait in the mail queue, to look at."""
	newest = {"cooperative": COOPERATIVE}
	for event, doctype, status in (
		("Application Received", "Membership Application", "Pending"),
		("Capital Release Request", "Share Subscription", "Open"),
		("Certificate", "Share Subscription", "Paid"),
	):
		name = frappe.get_all(
			doctype, {**newest, "status": status}, pluck="name", order_by="creation desc", limit=1
		)
		mail.send(event, frappe.get_doc(doctype, name[0]))


def _backdate(document, values: dict) -> None:
	frappe.db.set_value(document.doctype, document.name, values, update_modified=False)
	document.reload()


def _ago(days: int) -> str:
	return add_days(today(), -max(days, 0))
