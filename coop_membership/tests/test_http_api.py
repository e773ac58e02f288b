"""The API over HTTP, as a website that is not on Frappe uses it: as a guest, and with an API key."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor

import requests

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.accounting.choice import books_of
from coop_membership.dues.periods import ROLLING
from coop_membership.people import private
from coop_membership.portal import api
from coop_membership.tests import factories
from coop_membership.tests.web import PERSON, WebCase

APPLICATION = "Membership Application"
REFUSED = (403, 417)


class TestApi(WebCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(
			ELSEWHERE,
			consents=[
				{"key": "rules", "title": "I accept the rules", "version": 2, "text": "<p>Be kind.</p>"}
			],
		)
		cls.share_class = factories.a_share_class(cls.cooperative, minimum_quantity=2, enforce_minimum=1).name
		cls.user = cls.a_user("Membership User")
		cls.key = cls.a_key(cls.user)
		cls.commit()

	@staticmethod
	def a_key(user: str) -> str:
		doc = frappe.get_doc("User", user)
		doc.api_key, doc.api_secret = factories.unique(), "api-secret-1234"
		doc.save()
		return f"token {doc.api_key}:api-secret-1234"

	def setUp(self):
		self.email = f"camille.{factories.unique()}@example.com"

	def values(self, **changes) -> dict:
		return {
			**PERSON,
			"cooperative": self.cooperative.name,
			"applicant_type": "Individual",
			"email": self.email,
			"language": "en",
			"shares": [{"share_class": self.share_class, "quantity": 3}],
			"consents": ["rules"],
			**changes,
		}

	def call(
		self, method: str, key: str | None = None, visitor: str | None = None, verb: str = "POST", **sent
	):
		headers = {"Authorization": key} if key else {}
		return self.send(verb, f"/api/method/coop_membership.portal.api.{method}", visitor, headers, **sent)

	def post(self, key: str | None = None, visitor: str | None = None, **changes) -> requests.Response:
		return self.call("apply", key, visitor, json=self.values(**changes))

	def applications(self) -> list:
		self.look_again()
		names = frappe.get_all(APPLICATION, {"email": self.email.lower()}, pluck="name")
		return [frappe.get_doc(APPLICATION, name) for name in names]

	def problems(self, answer: requests.Response) -> list[tuple[str, str]]:
		self.assertIn(answer.status_code, REFUSED, answer.text[:300])
		return [(problem["code"], problem["field"]) for problem in answer.json()["problems"]]

	def test_a_website_reads_what_is_offered(self):
		"""Classes, consents, lists to choose from, and which fields an application takes."""
		for key in (None, self.key):
			answer = self.call("offer", key, verb="GET", params={"cooperative": self.cooperative.name})
			self.assertEqual(answer.status_code, 200, answer.text[:300])
			offer = answer.json()["message"]
			self.assertEqual([one["name"] for one in offer["share_classes"]], [self.share_class])
			self.assertEqual([one["key"] for one in offer["consents"]], ["rules"])
			self.assertIn("email", offer["required_fields"])
			self.assertLessEqual(set(offer["required_fields"]), set(offer["fields"]))

	def test_a_guest_and_a_key_apply_alike(self):
		"""Same answer, same rules, same stored request; it is marked as come by the API."""
		answers = []
		for key in (None, self.key):
			self.email = f"camille.{factories.unique()}@example.com"
			answer = self.post(key)
			self.assertEqual(answer.status_code, 200, answer.text[:300])
			answers.append(answer.json()["message"])
			(application,) = self.applications()
			self.assertEqual((application.source, application.status), ("API", "Pending"))
			self.assertEqual(
				(application.amount, str(private.of(application).birth_date)), (75, "1985-04-12")
			)
			self.assertEqual([(row.key, row.version) for row in application.consents], [("rules", 2)])
			mails = {"reference_doctype": APPLICATION, "reference_name": application.name}
			self.assertEqual(frappe.db.count("Email Queue", mails), 1)
		self.assertEqual(answers[0], answers[1])
		self.assertTrue(answers[0]["received"])

	def test_an_html_form_may_post_as_well(self):
		"""Fields as a browser's form sends them, lists as JSON."""
		values = self.values()
		values |= {"shares": json.dumps(values["shares"]), "consents": json.dumps(values["consents"])}
		answer = self.call("apply", data=values)
		self.assertEqual(answer.status_code, 200, answer.text[:300])
		self.assertEqual(len(self.applications()), 1)

	def test_a_repeat_makes_one(self):
		for key in (None, self.key):
			self.email = f"camille.{factories.unique()}@example.com"
			with ThreadPoolExecutor(2) as pool:
				answers = list(pool.map(lambda _n, key=key: self.post(key), range(2)))
			answers.append(self.post(key, email=self.email.upper()))
			self.assertEqual({answer.status_code for answer in answers}, {200})
			self.assertEqual(len(self.applications()), 1)

	def test_what_is_wrong_is_said_by_field(self):
		for changes, expected in (
			({"first_name": ""}, [("missing", "first_name")]),
			({"email": "nobody"}, [("email_wrong", "email")]),
			({"birth_date": {"$gt": ""}}, [("no_text", "birth_date")]),
			({"plan": {"$gt": ""}}, [("no_text", "plan")]),
			({"shares": []}, [("no_shares", "shares")]),
			({"shares": "many"}, [("no_shares", "shares")]),
			({"shares": [{"share_class": self.share_class, "quantity": 1}]}, [("below_minimum", "shares")]),
			(
				{"shares": [{"share_class": self.share_class, "quantity": "2.5"}]},
				[("quantity_wrong", "shares")],
			),
			({"shares": [{"share_class": "Nothing", "quantity": 1}]}, [("class_unknown", "shares")]),
			({"consents": []}, [("consent_missing", "consents")]),
			({"consents": ["soul"]}, [("consent_unknown", "consents"), ("consent_missing", "consents")]),
			({"country": "Atlantis"}, [("country_unknown", "country")]),
			({"status": "Paid"}, [("field_unknown", "status")]),
			(
				{"member": "MEM-00001", "colour": "red"},
				[("field_unknown", "member"), ("field_unknown", "colour")],
			),
		):
			for key in (None, self.key):
				with self.subTest(changes, key=bool(key)):
					self.assertCountEqual(self.problems(self.post(key, **changes)), expected)
		self.assertEqual(self.applications(), [])

	def test_dues(self):
		"""The offer has the plans of the website, and a request may name one; no other."""
		plan = factories.a_plan(self.cooperative, f"Cotisation {factories.unique()}", price=60, entry_fee=10)
		desk = factories.a_plan(self.cooperative, f"Bureau {factories.unique()}", on_website=0)
		self.commit()
		for key in (None, self.key):
			with self.subTest(key=bool(key)):
				asked = {"cooperative": self.cooperative.name}
				offer = self.call("offer", key, verb="GET", params=asked).json()["message"]
				[found] = [one for one in offer["plans"] if one["name"] in (plan.name, desk.name)]
				terms = (found["name"], found["price"], found["entry_fee"], found["period"])
				self.assertEqual(terms, (plan.name, 60, 10, "Calendar year"))
				self.assertIn("plan", offer["fields"])
				for wrong in (desk.name, "Nothing"):
					self.assertEqual(self.problems(self.post(key, plan=wrong)), [("plan_unknown", "plan")])
		self.assertEqual(self.post(plan=plan.name).status_code, 200)
		self.assertEqual([one.plan for one in self.applications()], [plan.name])

	def test_sentences_in_french(self):
		"""A program asks for a language in the body of its post."""
		[problem] = self.post(city="", _lang="fr").json()["problems"]
		self.assertEqual(problem["message"], "Le champ «\xa0Ville\xa0» est vide. Remplissez-le.")

	def test_a_line_of_shares_sets_nothing_else(self):
		"""Price and amount come from the class, whatever a website sends with the line."""
		line = {"share_class": self.share_class, "quantity": 2, "unit_price": 1, "amount": 2, "parent": "x"}
		self.assertEqual(self.post(shares=[line]).status_code, 200)
		(application,) = self.applications()
		self.assertEqual((application.amount, application.shares[0].unit_price), (50, 25))

	def test_a_robot_fills_the_trap(self):
		answer = self.post(website="https://casino.example")
		self.assertIn(answer.status_code, REFUSED)
		self.assertEqual(self.applications(), [])

	def test_reading_is_reading_and_posting_is_posting(self):
		self.assertIn(self.call("apply", verb="GET", params=self.values()).status_code, (403, 405))
		self.assertIn(self.call("offer", verb="POST", json={}).status_code, (403, 405))
		self.assertEqual(self.applications(), [])

	def test_the_answer_does_not_tell_who_is_known(self):
		member = factories.a_member(self.cooperative)
		self.commit()
		unknown = self.post()
		known = self.post(email=member.email, last_name="Other")
		self.assertEqual((known.status_code, known.json()), (unknown.status_code, unknown.json()))

	def test_too_many_from_one_address(self):
		"""A guest's twenty-first post in an hour is refused; a website with a key goes on."""
		visitor = f"192.0.2.{os.getpid() % 250}"
		codes = [self.post(visitor=visitor, city="").status_code for _n in range(api.GUEST_POSTS + 1)]
		self.assertEqual(set(codes[:-1]), {417})
		last = self.post(visitor=visitor)
		self.assertIn(last.status_code, (417, 429))
		self.assertNotIn("problems", last.json())
		self.assertEqual(self.applications(), [])
		self.assertEqual(self.post(self.key, visitor=visitor).status_code, 200)

	def test_a_wrong_key_is_no_guest(self):
		self.assertEqual(self.post("token nobody:nothing").status_code, 401)

	def test_one_transfer_for_shares_and_dues(self):
		"""A bank program with the key of who records payments enters 135 on the shares of 75: the dues of 60 are paid as
		well, there is no credit. Sent again with its reference, it is the same payment."""
		plan = factories.a_plan(self.cooperative, factories.unique(), period=ROLLING)
		application = factories.an_approved_application(
			self.cooperative, shares={self.share_class: 3}, plan=plan.name
		)
		of_it = {"application": application.name}
		shares, membership = (
			frappe.db.get_value(kind, of_it) for kind in ("Share Subscription", "Membership")
		)
		self.commit()
		payments = []
		for _again in range(2):
			answer = self.send(
				"POST",
				"/api/method/coop_membership.desk.buttons.press",
				None,
				{"Authorization": self.key},
				json={
					"doctype": "Share Subscription",
					"name": shares,
					"action": "record_payment",
					"values": {"amount": 135, "reference": "BANK-135"},
				},
			)
			self.assertEqual(answer.status_code, 200, answer.text[:300])
			payments.append(answer.json()["message"])
		self.assertEqual(len(set(payments)), 1)
		self.look_again()
		for kind, name in (("Share Subscription", shares), ("Membership", membership)):
			self.assertEqual(frappe.db.get_value(kind, name, ["status", "outstanding_amount"]), ("Paid", 0))
		member = frappe.get_doc("Member", application.member)
		self.assertEqual(books_of(member).credit(member), 0)
