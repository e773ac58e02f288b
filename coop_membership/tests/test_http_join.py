"""The public form over HTTP, as anybody may post to it: what is refused, with which sentence, and what is stored."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import requests

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.people import private
from coop_membership.tests import factories
from coop_membership.tests.web import ACCEPT, PERSON, WebCase

APPLICATION = "Membership Application"
CONSENTS = [
	{"key": "rules", "title": "I accept the rules", "version": 2, "text": "<p>Be kind.</p>"},
	{"key": "news", "title": "Send me news", "required": 0},
	{"key": "old", "title": "An older text", "shown": 0},
]
LONG = "x" * 141
MISSING = "{} is missing. Please fill it in."
NO_LINKS = "{} may not contain a web address or angle brackets. Please write plain text."
TOO_LONG = "{} is too long. Please use at most 140 characters."
NO_SHARES = "Please choose a class of shares and how many you want."
QUANTITY = "Please enter how many shares of Part A you want: a whole number, at least 1."
CLASS_UNKNOWN = "This class of shares does not exist here. Please choose one of the list."
BIRTH_DATE = "The birth date cannot be read. Please choose a date."
EMAIL = "{} is not an e-mail address. Please correct it."
PHONE = "The phone number cannot be read. Please use digits, for example +32 470 12 34 56."
IBAN = "This is not a valid IBAN. Please check the account number."
NAME = "{} must contain letters. Please write your real name."
CONSENT = "Please read and accept: I accept the rules."
CONSENT_UNKNOWN = "One of the accepted texts is not known. Please reload the page."
PLAN = "These dues can't be chosen here. Please choose one of the list, or none."
COUNTRY = "This country is not known. Please choose one of the list."
COOPERATIVE = "This cooperative is not known. Please open the form from its website again."

# what is wrong, and the sentence that says so
WRONG_FORMS = [
	*(
		({field: ""}, MISSING.format(label))
		for field, label in (
			("first_name", "First name"),
			("last_name", "Last name"),
			("email", "E-mail"),
			("birth_date", "Birth date"),
			("address_line1", "Street and number"),
			("postcode", "Postcode"),
			("city", "City"),
			("country", "Country"),
		)
	),
	({"city": None}, MISSING.format("City")),
	({"birth_date": None}, MISSING.format("Birth date")),
	({"first_name": "   "}, MISSING.format("First name")),
	({"first_name": LONG}, TOO_LONG.format("First name")),
	({"last_name": LONG}, TOO_LONG.format("Last name")),
	({"city": LONG}, TOO_LONG.format("City")),
	({"address_line2": LONG}, TOO_LONG.format("Address supplement")),
	({"first_name": "Win at https://casino.example"}, NO_LINKS.format("First name")),
	({"last_name": "www.casino.example"}, NO_LINKS.format("Last name")),
	({"city": "<script>alert(1)</script>"}, NO_LINKS.format("City")),
	({"postcode": "<b>35000"}, NO_LINKS.format("Postcode")),
	({"first_name": "12345"}, NAME.format("First name")),
	({"last_name": "---"}, NAME.format("Last name")),
	({"first_name": {"a": 1}}, "First name has to be a text, not a list."),
	({"birth_date": "2999-01-01"}, "The birth date lies in the future. Please correct it."),
	({"birth_date": "1066-10-14"}, "The birth date lies before 1900. Please correct it."),
	({"birth_date": "2020-01-01"}, "You must be at least 18 years old to become a member."),
	({"birth_date": "yesterday-ish"}, BIRTH_DATE),
	({"birth_date": "1985-02-31"}, BIRTH_DATE),
	({"birth_date": ["1985-02-03"]}, "irth date"),  # unreadable or missing, as the host hands it on
	({"email": "camille"}, EMAIL.format("camille")),
	({"email": "camille@"}, EMAIL.format("camille@")),
	({"email": "a@b.example, c@d.example"}, EMAIL.format("a@b.example, c@d.example")),
	({"email": "Camille <camille@example.com>"}, EMAIL.format("camille <camille@example.com>")),
	({"email": ["camille@example.com"]}, "E-mail has to be a text, not a list."),
	({"phone": "call me"}, PHONE),
	({"phone": "12"}, PHONE),
	({"iban": "FR14 2004 1010 0505 0001 3M02 607"}, IBAN),
	({"iban": "my account"}, IBAN),
	({"language": "xx-klingon"}, "This language is not available. Please choose one of the list."),
	({"country": "Atlantis"}, COUNTRY),
	({"country": {"name": ["like", "%"]}}, "Country has to be a text, not a list."),
	({"referral_source": "The moon"}, "Please choose one of the listed answers to how you heard of us."),
	({"legal_form": "Guild"}, "Please choose one of the listed legal forms."),
	({"applicant_type": "Robot"}, "Please say whether you apply as an individual or as an organisation."),
	({"share_class": ""}, NO_SHARES),
	({"share_class": "No such class"}, CLASS_UNKNOWN),
	({"share_class": ["A"]}, CLASS_UNKNOWN),
	({"share_class": "{other}"}, CLASS_UNKNOWN),
	(
		{"share_class": "{hidden}"},
		"Part H can't be subscribed at the moment. Please choose another class of shares.",
	),
	(
		{"share_class": "{closed}"},
		"Part Z can't be subscribed at the moment. Please choose another class of shares.",
	),
	(
		{"share_class": "{organisations}"},
		"Part O is reserved for organisations. Please choose another class.",
	),
	({"quantity": 0}, QUANTITY),
	({"quantity": -3}, QUANTITY),
	({"quantity": ""}, QUANTITY),
	({"quantity": "many"}, QUANTITY),
	({"quantity": 2.5}, QUANTITY),
	({"quantity": "1.000"}, QUANTITY),
	({"quantity": [2]}, QUANTITY),
	({"quantity": 1}, "The least number of shares of Part A is 2."),
	({"quantity": 41}, "The largest number of shares of Part A is 40."),
	({"quantity": 10**12}, "The largest number of shares of Part A is 40."),
	({"share_class": "{dear}", "quantity": 3}, "One member can subscribe at most"),
	({"plan": "Nothing"}, PLAN),
	({"plan": "{desk_plan}"}, PLAN),
	({"plan": "{other_plan}"}, PLAN),
	({"plan": ["Cotisation"]}, "Dues has to be a text, not a list."),
	({"accepted_consents": ""}, CONSENT),
	({"accepted_consents": "[]"}, CONSENT),
	({"accepted_consents": '["news"]'}, CONSENT),
	({"accepted_consents": '["rules"'}, CONSENT_UNKNOWN),
	({"accepted_consents": '["rules", "unheard of"]'}, CONSENT_UNKNOWN),
	({"accepted_consents": '["rules", "old"]'}, CONSENT_UNKNOWN),
	({"accepted_consents": {"rules": 1}}, CONSENT_UNKNOWN),
	({"cooperative": "No such cooperative"}, COOPERATIVE),
	({"cooperative": {"name": ["like", "%"]}}, COOPERATIVE),
	({"website": "https://casino.example"}, "Please leave the field Website empty."),
	({"name": "APP-2026-00001"}, "You are not allowed to update this Web Form Document"),
]


class TestJoin(WebCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(
			ELSEWHERE, maximum_amount=2500, contact_email="hello@jardins.example", consents=CONSENTS
		)
		cls.elsewhere = cls.a_cooperative(ELSEWHERE)
		new = factories.a_share_class
		cls.classes = {
			"A": new(cls.cooperative, "A", minimum_quantity=2, enforce_minimum=1, maximum_quantity=40).name,
			"dear": new(cls.cooperative, "D", unit_price=1000).name,
			"hidden": new(cls.cooperative, "H", on_website=0).name,
			"closed": new(cls.cooperative, "Z", disabled=1).name,
			"organisations": new(cls.cooperative, "O", for_individuals=0).name,
			"other": new(cls.elsewhere, "A").name,
			"desk_plan": factories.a_plan(cls.cooperative, on_website=0).name,
			"other_plan": factories.a_plan(cls.elsewhere).name,
		}
		cls.commit()

	def setUp(self):
		self.email = f"camille.{factories.unique()}@example.com"

	def form(self, **changes) -> dict:
		return {
			"doctype": APPLICATION,
			"web_form_name": "join",
			"cooperative": self.cooperative.name,
			"applicant_type": "Individual",
			**PERSON,
			"email": self.email,
			"phone": "+33 6 12 34 56 78",
			"language": "en",
			"share_class": self.classes["A"],
			"quantity": 3,
			"iban": "",
			"accepted_consents": json.dumps(["rules"]),
			"website": "",
			**changes,
		}

	def post(self, page_language: str = "en", visitor: str | None = None, **changes) -> requests.Response:
		data = {"web_form": "join", "data": json.dumps(self.form(**changes)), "_lang": page_language}
		return self.send("POST", ACCEPT, visitor, data=data)

	def applications(self, **filters) -> list:
		self.look_again()
		filters = {"cooperative": self.cooperative.name, **filters}
		return [
			frappe.get_doc(APPLICATION, name) for name in frappe.get_all(APPLICATION, filters, pluck="name")
		]

	def said(self, answer: requests.Response) -> str:
		body = answer.json()
		if body.get("problems"):
			return " ".join(problem["message"] for problem in body["problems"])
		return " ".join(json.loads(message)["message"] for message in json.loads(body["_server_messages"]))

	def test_wrong_forms(self):
		self.assertGreaterEqual(len(WRONG_FORMS), 40)
		self.look_again()
		before = frappe.db.count(APPLICATION)
		accepted = []
		for changes, sentence in WRONG_FORMS:
			for field in ("share_class", "plan"):
				if isinstance(changes.get(field), str):
					changes = {**changes, field: changes[field].format(**self.classes)}
			answer = self.post(**changes)
			refused = answer.status_code in (403, 417) and sentence in self.said(answer)
			if not refused:
				accepted.append((changes, sentence, answer.status_code, answer.text[:300]))
		self.assertFalse(accepted)
		self.look_again()
		self.assertEqual(frappe.db.count(APPLICATION), before)

	def test_all_that_is_wrong_is_said_at_once_and_by_field(self):
		body = self.post(first_name="", birth_date="2020-01-01", accepted_consents="[]").json()
		self.assertEqual(
			[(problem["code"], problem["field"]) for problem in body["problems"]],
			[("missing", "first_name"), ("too_young", "birth_date"), ("consent_missing", "consents")],
		)

	def test_sentences_in_french(self):
		self.assertEqual(
			self.said(self.post("fr", city="")), "Le champ «\xa0Ville\xa0» est vide. Remplissez-le."
		)

	def test_iban_when_required(self):
		self.cooperative.reload()
		self.cooperative.db_set("require_iban", 1)
		self.commit()
		self.addCleanup(self.commit)
		self.addCleanup(self.cooperative.db_set, "require_iban", 0)
		self.assertIn("The IBAN of your bank account is missing. Please fill it in.", self.said(self.post()))
		self.assertFalse(self.applications(email=self.email))

	def test_a_right_form_is_stored_as_it_was_meant(self):
		answer = self.post(
			iban="fr1420041010050500013m02606", first_name="  Camille ", email=self.email.upper(), phone=""
		)
		self.assertEqual(answer.status_code, 200, answer.text[:300])
		(application,) = self.applications(email=self.email)
		self.assertEqual(application.source, "Website")
		self.assertEqual(application.status, "Pending")
		self.assertEqual(application.applicant_name, "Camille Durand")
		self.assertEqual(private.of(application).iban, "FR14 2004 1010 0505 0001 3M02 606")
		self.assertEqual(
			[(row.share_class, row.quantity) for row in application.shares], [(self.classes["A"], 3)]
		)
		self.assertEqual(application.amount, 75)
		(consent,) = application.consents
		self.assertEqual((consent.key, consent.version), ("rules", 2))
		self.assertTrue(consent.ip and consent.given_on and consent.text_hash)
		mails = {"reference_doctype": APPLICATION, "reference_name": application.name}
		self.assertEqual(frappe.db.count("Email Queue", mails), 1)

	def test_a_guest_sets_nothing_else(self):
		answer = self.post(
			status="Paid",
			status_reason="because",
			source="Desk",
			member="MEM-00001",
			contact="somebody",
			is_increase=1,
			amount=1,
			unit_price=1,
			docstatus=1,
			owner="Administrator",
			applicant_name="The King",
			national_number="1",
			shares=[{"share_class": self.classes["dear"], "quantity": 9, "unit_price": 1, "amount": 1}],
			consents=[{"key": "news", "version": 99}],
		)
		self.assertEqual(answer.status_code, 200, answer.text[:300])
		(application,) = self.applications(email=self.email)
		self.assertEqual((application.status, application.source), ("Pending", "Website"))
		self.assertFalse(application.member or application.contact or application.is_increase)
		self.assertFalse(
			application.status_reason or private.of(application).national_number or application.docstatus
		)
		self.assertEqual((application.amount, application.owner), (75, "Guest"))
		self.assertEqual(application.applicant_name, "Camille Durand")
		self.assertEqual([row.share_class for row in application.shares], [self.classes["A"]])
		self.assertEqual([row.unit_price for row in application.shares], [25])
		self.assertEqual([row.key for row in application.consents], ["rules"])

	def test_a_guest_makes_no_other_document(self):
		users = frappe.db.count("User")
		answer = self.post(doctype="User", first_name="Mallory")
		# refused where an app could believe it, else not looked at
		self.assertIn(answer.status_code, (200, 403))
		self.look_again()
		self.assertEqual(frappe.db.count("User"), users)

	def test_a_repeat_makes_one(self):
		with ThreadPoolExecutor(3) as pool:
			answers = list(pool.map(lambda _n: self.post(), range(3)))
		answers.append(self.post(email=self.email.upper(), first_name=" Camille  "))
		self.assertEqual({answer.status_code for answer in answers}, {200})
		(application,) = self.applications(email=self.email)
		self.assertEqual((len(application.shares), len(application.consents)), (1, 1))
		mails = {"reference_doctype": APPLICATION, "reference_name": application.name}
		self.assertEqual(frappe.db.count("Email Queue", mails), 1)

	def test_other_shares_or_somebody_else_are_a_request_of_their_own(self):
		for changes in ({}, {"quantity": 4}, {"first_name": "Dominique"}):
			self.assertEqual(self.post(**changes).status_code, 200)
		self.assertEqual(len(self.applications(email=self.email)), 3)

	def test_the_answer_does_not_tell_who_is_known(self):
		member = factories.a_member(self.elsewhere)
		self.commit()
		known = self.post(email=member.email).json()["message"]
		unknown = self.post().json()["message"]
		self.assertEqual(known.keys(), unknown.keys())
		differing = {field for field in known if known[field] != unknown[field]}
		# the second is told apart by its own address, its number and its time, and by nothing else
		self.assertLessEqual(differing, {"name", "email", "creation", "modified", "shares", "consents"})

	def test_too_many_from_one_address(self):
		answers = [self.post(visitor="192.0.2.77", city="") for _n in range(12)]
		self.assertNotIn(200, {answer.status_code for answer in answers})
		# status 429 on Frappe, 417 on Dodock, and its own sentence on both
		self.assertNotIn(MISSING.format("City"), self.said(answers[-1]))

	def get_offer(self, **parameters) -> requests.Response:
		return requests.get(
			f"{self.url}/api/method/coop_membership.portal.offer.offer",
			params=parameters,
			timeout=60,
		)

	def test_offer(self):
		offer = self.get_offer(cooperative=self.cooperative.name, _lang="fr").json()["message"]
		self.assertEqual(offer["title"], self.cooperative.title)
		self.assertEqual(
			{one["name"] for one in offer["share_classes"]},
			{self.classes[n] for n in ("A", "dear", "organisations")},
		)
		self.assertEqual([one["key"] for one in offer["consents"]], ["rules", "news"])
		self.assertIn({"value": "Belgium", "label": "Belgique"}, offer["countries"])
		self.assertIn({"value": "fr", "label": "Français"}, offer["languages"])
		self.assertEqual(offer["applicant_types"], ["Individual", "Organisation"])

	def test_offer_with_several_cooperatives_is_the_choice(self):
		offer = self.get_offer().json()["message"]
		self.assertIsNone(offer["cooperative"])
		names = {one["name"] for one in offer["cooperatives"]}
		self.assertLessEqual({self.cooperative.name, self.elsewhere.name}, names)
		self.assertNotIn("share_classes", offer)
		self.assertEqual(self.get_offer(cooperative="Nobody").status_code, 417)

	def test_the_address_keeps_what_follows_the_question_mark(self):
		answer = requests.get(
			f"{self.url}/join",
			params={"cooperative": self.cooperative.name, "_lang": "fr"},
			timeout=60,
		)
		self.assertEqual(answer.status_code, 200)
		self.assertIn("/join/new?cooperative=", answer.url)
		self.assertIn(f"Rejoindre {self.cooperative.title}", answer.text)
