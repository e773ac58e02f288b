"""What anybody may post: the answer says nothing, sizes and shapes are looked at first, mailboxes are left in peace."""

from __future__ import annotations

import json
import re

import requests

import frappe

from coop_membership import signing
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.joining import identity_documents, repeats
from coop_membership.joining.test_confirmation import by_a_visitor
from coop_membership.joining.test_file_kinds import A_PDF
from coop_membership.shapes import HALF
from coop_membership.tests import factories
from coop_membership.tests.web import ACCEPT, PERSON, WebCase

APPLICATION = "Membership Application"
APPLY = "/api/method/coop_membership.portal.api.apply"
MANAGER = "Membership Manager"
TEXTS = (
	"first_name",
	"last_name",
	"address_line1",
	"address_line2",
	"postcode",
	"city",
	"organisation_name",
	"representative_function",
	"national_number",
	"registration_number",
	"phone",
	"email",
	"iban",
)
NOT_ON_THE_FORM = ("gender", "national_number")  # sent along they are not looked at
LINKS = ("https://casino.example", "www.casino.example", "<img src=x>", "<a href=x>y</a>")
DEEP = "[" * 5_000 + "]" * 5_000
LONG = "x" * 150_000
MANY = 100_000


class PublicCase(WebCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(ELSEWHERE, max_open_applications=3)
		cls.share_class = factories.a_share_class(cls.cooperative).name
		cls.commit()

	def setUp(self):
		self.email = f"camille.{factories.unique()}@example.com"

	def values(self, **changes) -> dict:
		return {
			"cooperative": self.cooperative.name,
			"applicant_type": "Individual",
			**PERSON,
			"email": self.email,
			"language": "en",
			**changes,
		}

	def form(self, **changes) -> requests.Response:
		"""By the host's own address for web forms, whoever has replaced what stands behind it."""
		chosen = {"doctype": APPLICATION, "share_class": self.share_class, "quantity": 1, **changes}
		return self.form_data(json.dumps(self.values(**chosen)))

	def form_data(self, data: str) -> requests.Response:
		return self.send("POST", ACCEPT, data={"web_form": "join", "data": data})

	def apply(self, **changes) -> requests.Response:
		return self.send("POST", APPLY, json=self.values(**{"shares": self.line(), **changes}))

	def line(self, quantity: int = 1) -> list[dict]:
		return [{"share_class": self.share_class, "quantity": quantity}]

	def stored(self, **filters) -> int:
		self.look_again()
		return frappe.db.count(APPLICATION, {"cooperative": self.cooperative.name, **filters})

	def mails(self) -> int:
		self.look_again()
		return frappe.db.count("Email Queue Recipient", {"recipient": self.email})


class TestAnswer(PublicCase):
	def test_whoever_sends_it_reads_the_same(self):
		"""Unknown, known as a member, sent twice, one too many: one answer, with nothing of any document in it."""
		member = factories.a_member(self.cooperative)
		self.commit()
		known = {field: member.get(field) for field in ("first_name", "last_name", "email")}
		for send in (self.form, self.apply):
			self.email = f"camille.{factories.unique()}@example.com"
			answers = {
				"unknown": send(),
				"sent again": send(),
				"known": send(**known),
				"same mailbox, another name": send(email=member.email),
				"second": send(first_name="Dominique"),
				"third": send(first_name="Alix"),
				"one too many": send(first_name="Noor"),
			}
			said = {who: (answer.status_code, answer.text) for who, answer in answers.items()}
			self.assertEqual(len(set(said.values())), 1, said)
			self.assertEqual(answers["unknown"].status_code, 200)
			self.assertLessEqual(
				set(answers["unknown"].json()), {"message", "home_page", "full_name"}, answers["unknown"].text
			)
			self.assertEqual(set(answers["unknown"].json()["message"]), {"received", "message"})
			self.assertEqual(self.stored(email=self.email), 4)
			self.assertEqual(self.stored(email=self.email, status="Blocked"), 1)

	def test_where_payment_decides(self):
		"""The link to pay comes by mail: whether somebody is approved at once is nobody's business."""
		self.cooperative.reload()
		before = self.form().text
		self.cooperative.db_set("approval", "Automatic when paid")
		self.commit()
		self.addCleanup(self.commit)
		self.addCleanup(self.cooperative.db_set, "approval", "Manual")
		self.email = f"camille.{factories.unique()}@example.com"
		self.assertEqual(self.form().text, before)

	def test_fifteen_requests_are_not_fifteen_mails(self):
		"""Somebody fills a stranger's mailbox: five messages in an hour, then silence, and the same answer."""
		cooperatives = [self.cooperative, self.a_cooperative(ELSEWHERE, max_open_applications=0)]
		classes = [self.share_class, factories.a_share_class(cooperatives[1]).name]
		self.commit()
		said = set()
		for number in range(15):
			which = number % 2
			answer = self.form(
				first_name=f"Camille {'abcdefghijklmnop'[number]}",
				cooperative=cooperatives[which].name,
				share_class=classes[which],
			)
			said.add((answer.status_code, answer.text))
		self.assertEqual(len(said), 1, said)
		self.assertEqual(self.mails(), repeats.MAILED_PER_HOUR)


class TestShapes(PublicCase):
	def refused(self, answer: requests.Response, what) -> None:
		self.assertLess(answer.status_code, 500, (what, answer.text[-400:]))
		self.assertGreaterEqual(answer.status_code, 400, (what, answer.text[:400]))
		self.assertLess(len(answer.text), 20_000, what)
		problems = answer.json().get("problems") or []
		self.assertLessEqual(len(problems), 20, what)

	def test_signs_that_no_honest_sender_has(self):
		"""Half characters and turned directions, in every text, by form and API; the next visitor is served."""
		for field in TEXTS:
			for sign in ("\ud800", "\udc00 x", "Du\u202emont", "a\u2066b"):
				kind = "Organisation" if field.startswith(("org", "rep", "reg")) else "Individual"
				changes = {"organisation_name": "Le Verger", "applicant_type": kind, field: f"Camille{sign}"}
				for send in (self.form, self.apply):
					if send == self.form and field in NOT_ON_THE_FORM and not HALF.search(sign):
						continue
					self.refused(send(**changes), (field, ascii(sign), send.__name__))
		self.assertEqual(self.stored(email=self.email), 0)
		self.assertEqual(self.form().status_code, 200)

	def test_a_phone_number_out_of_an_address_book(self):
		"""Address books put marks of direction around a number: the form and the API take them out, as import and desk do."""
		for send in (self.form, self.apply):
			self.email = f"camille.{factories.unique()}@example.com"
			for first_name, phone in (
				("Camille", "\u202a06 12 34 56 78\u202c"),
				("Noa", "\u206606 12 34 56 78\u2069"),
			):
				self.assertEqual(
					send(first_name=first_name, phone=phone).status_code, 200, (send.__name__, ascii(phone))
				)
			self.assertEqual(self.stored(email=self.email, phone="+33612345678"), 2)

	def test_what_is_no_text_is_no_name(self):
		"""A list, an object, true as a name, a town or a date: refused, by form and API, in a sentence that names the field."""
		for field in (*TEXTS, "birth_date", "language", "country", "gender", "referral_source"):
			for sent in (["Camille"], {"first": "Camille"}, True):
				kind = "Organisation" if field.startswith(("org", "rep", "reg")) else "Individual"
				changes = {"organisation_name": "Le Verger", "applicant_type": kind, field: sent}
				for send in (self.form, self.apply):
					if send == self.form and field in NOT_ON_THE_FORM:
						continue
					self.refused(send(**changes), (field, sent, send.__name__))
		self.assertEqual(self.stored(email=self.email), 0)

	def test_nothing_is_sent(self):
		"""The address of web forms is called without a form, without data, or with something else: sentences, no error."""
		for sent in (
			{},
			{"web_form": "join"},
			{"web_form": "join", "data": ""},
			{"data": "{}"},
			{"web_form": ["join"], "data": "{}"},
		):
			for verb in ("POST", "GET"):
				answer = self.send(verb, ACCEPT, json=sent)
				self.refused(answer, (verb, sent))
				self.assertNotIn("Traceback", answer.text)
			self.refused(self.send("POST", "/", data={"cmd": ACCEPT.rpartition("/")[2]}), sent)

	def test_half_a_character_at_other_doors(self):
		half = json.dumps({"doctype": APPLICATION, "name": "\ud800", "first_name": "\ud800"})
		for path, sent in (
			("/api/method/run_doc_method", {"docs": half, "method": "approve"}),
			("/api/method/frappe.desk.form.save.savedocs", {"doc": half, "action": "Save"}),
			("/api/method/coop_membership.desk.buttons.press", {"doctype": "Member", "name": "\ud800", "action": "x"}),
			("/membership", {"member": "\ud800"}),
			("/membership-payment", {"key": "\ud800"}),
		):  # fmt: skip
			answer = self.send(
				"POST", path, data=json.dumps(sent), headers={"Content-Type": "application/json"}
			)
			self.assertLess(answer.status_code, 500, (path, answer.text[-300:]))
		self.assertEqual(self.form().status_code, 200)

	def test_more_than_a_person_writes(self):
		"""100,000 lines, consents, unknown fields; lists in lists; a novel in a field. Nothing of it is kept."""
		line = self.line()[0]
		for what, answer in (
			("lines", self.apply(shares=[line] * MANY)),
			("lines as text", self.apply(shares=json.dumps([line] * MANY))),
			("consents", self.apply(consents=["x"] * MANY)),
			("consents as text", self.apply(consents=",".join("x" * MANY))),
			("unknown fields", self.apply(**{f"field_{n}": n for n in range(MANY)})),
			("some unknown fields", self.apply(**{f"field_{n}": n for n in range(100)})),
			("nested", self.apply(shares=DEEP)),
			("nested consents", self.apply(consents=DEEP)),
			("nested value", self.apply(city=[[[[[["x"]]]]]])),
			("long", self.apply(city=LONG)),
			("long name of a field", self.apply(**{LONG: 1})),
			("form: consents", self.form(accepted_consents=json.dumps(["x"] * MANY))),
			("form: nested consents", self.form(accepted_consents=DEEP)),
			("form: unknown fields", self.form(**{f"field_{n}": n for n in range(MANY)})),
			("form: nested", self.form_data('{"doctype": "Membership Application", "city": ' + DEEP + "}")),
			("form: long", self.form(city=LONG)),
			("form: rows", self.form(shares=[line] * MANY)),
			("form: no object", self.form_data("[1, 2]")),
			("form: no JSON", self.form_data("{")),
		):
			self.refused(answer, what)
		self.assertEqual(self.stored(email=self.email), 0)
		self.assertEqual(self.form().status_code, 200)

	def test_links_and_pictures_in_every_text(self):
		"""Whatever field a stranger writes, no mail, page or PDF of ours carries an address of theirs."""
		for field in TEXTS:
			kind = "Organisation" if field.startswith(("org", "rep", "reg")) else "Individual"
			for link in LINKS:
				changes = {"organisation_name": "Le Verger", "applicant_type": kind, field: link}
				for send in (self.form, self.apply):
					if send == self.form and field in NOT_ON_THE_FORM:
						continue
					self.refused(send(**changes), (field, link))
		self.assertEqual(self.stored(email=self.email), 0)


class TestDoors(PublicCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.collecting = cls.a_cooperative(ELSEWHERE, collect_id_document=1)
		cls.application = by_a_visitor(cls.collecting)
		cls.manager = cls.a_user(MANAGER)
		cls.member = cls.a_user("Member")
		owner = factories.a_member(cls.collecting)
		owner.db_set({"user": cls.member, "email": cls.member})
		cls.own = owner.name
		cls.commit()
		cls.key = identity_documents.link(cls.application).partition("key=")[2]

	def test_one_key_has_one_writing(self):
		"""Limits count by key: a sign more behind it is no second key."""
		self.assertEqual(signing.read("document", self.key).split()[0], self.application.name)
		for other in (
			self.key + "=",
			self.key + ".",
			self.key + "\n",
			" " + self.key,
			self.key[:-1] + "!" + self.key[-1],
		):
			with self.assertRaises(signing.BadKey, msg=other):
				signing.read("document", other)
		last = self.key[-1]
		for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
			if sign != last:
				with self.assertRaises(signing.BadKey, msg=sign):
					signing.read("document", self.key[:-1] + sign)

	def test_the_button_of_a_page_carries_the_token(self):
		"""She is logged in while she sends her document: the page's own post is taken, one without the token is not."""
		session = self.logged_in(self.member)
		session.headers.pop("X-Frappe-CSRF-Token")  # which the page's own form sends otherwise
		page = session.get(f"{self.url}/membership-document", params={"key": self.key}, timeout=60).text
		[token] = re.findall(r'name="csrf_token" value="([^"]*)"', page)
		files = {"document": ("x.pdf", A_PDF, "application/pdf")}
		address = f"{self.url}/membership-document"
		answer = session.post(address, data={"key": self.key}, files=files, timeout=60)
		self.assertNotIn("has arrived", answer.text)
		answer = session.post(address, data={"key": self.key, "csrf_token": token}, files=files, timeout=60)
		self.assertIn("your document has arrived", answer.text)

	def test_files_are_what_we_say(self):
		with factories.as_user("Administrator"):
			identity_documents.receive(frappe.get_doc(APPLICATION, self.application.name), A_PDF)
		self.commit()
		manager, member = self.logged_in(self.manager), self.logged_in(self.member)
		for session, path, params in (
			(manager, "joining.identity_documents.show", {"application": self.application.name}),
			(manager, "desk.moving_in.template", {"file_type": "CSV"}),
			(manager, "desk.moving_in.export", {"cooperative": self.cooperative.name}),
			(member, "portal.my_membership.certificate", {"member": self.own}),
		):
			answer = session.get(f"{self.url}/api/method/coop_membership.{path}", params=params, timeout=60)
			self.assertEqual(answer.status_code, 200, (path, answer.text[:300]))
			self.assertEqual(answer.headers.get("X-Content-Type-Options"), "nosniff", path)

	def test_what_is_not_there_is_a_sentence(self):
		"""A file that is gone, a payment where no gateway is: no error of the server."""
		subscription = factories.a_subscription(self.cooperative)
		self.commit()
		key = signing.sign("pay", subscription.name, 5)
		for verb, path, sent in (
			("GET", "/files/nothing.png", {}),
			("GET", "/private/files/nothing.png", {}),
			("GET", "/files/..%2f..%2fsite_config.json", {}),
			("GET", "/membership-payment", {"params": {"key": key}}),
			("POST", "/membership-payment", {"data": {"key": key}}),
			("GET", "/payment-success", {"params": {"redirect_to": "/membership-payment?key=x"}}),
			("GET", "/join", {"params": {"cooperative": "Nobody"}}),
			("GET", "/join/new", {"params": {"cooperative": "Nobody", "member": "Nobody"}}),
		):
			answer = self.send(verb, path, headers={"Accept": "text/html"}, **sent)
			self.assertLess(answer.status_code, 500, (path, answer.text[-300:]))
			self.assertNotIn("db_password", answer.text)
		# what is no address of ours is left to the page of the host or of its payments
		theirs, odd = (
			self.send("GET", "/payment-success", headers={"Accept": "text/html"}, params=sent).status_code
			for sent in ({}, {"redirect_to": "http://[x"})
		)
		self.assertEqual(odd, theirs)
