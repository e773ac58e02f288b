"""What is known is not asked again, and what is asked twice is said: consents, the same request, who somebody is."""

from __future__ import annotations

import json

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.joining import applications, consents
from coop_membership.joining.test_confirmation import by_a_visitor
from coop_membership.messages import frame, mail, samples
from coop_membership.people import private
from coop_membership.portal import offer
from coop_membership.prints import letterhead, wording
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

RULES = {
	"key": "rules",
	"title": "I accept the rules",
	"text": "Be kind.",
	"version": 1,
	"shown": 1,
	"required": 1,
}


class TestAskedOnce(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def opened(self, application):
		"""As a form shows it."""
		doc = frappe.get_doc(application.doctype, application.name)
		doc.run_method("onload")
		return doc

	def test_a_consent_is_given_once(self):
		"""Camille accepted the rules when she joined. When she asks for more they are not asked again, until their words
		change.
		"""
		cooperative = factories.a_cooperative(ELSEWHERE, consents=[RULES])
		member = factories.a_member(cooperative, accepted_consents="rules")
		self.assertEqual(consents.given_by(cooperative, member.name), {"rules"})
		self.assertFalse(consents.terms(cooperative, frozenset({"rules"}))["rules"].required)
		self.assertTrue(consents.terms(cooperative)["rules"].required)
		cooperative.consents[0].text = "Be very kind."
		self.assertEqual(consents.given_by(cooperative, member.name), frozenset())
		self.assertEqual(consents.given_by(cooperative, None), frozenset())

	def test_who_asks_again_and_says_more_is_heard(self):
		"""Nadia asks for two shares, and again with her phone and account, which she had forgotten. The second request is kept
		and waits for a manager, who reads on it what is new; the first stays as it is, because anybody may write in her name.
		What says no more than one of the two, or leaves something out, is a repeat.
		"""
		cooperative = factories.a_cooperative(ELSEWHERE)
		first = by_a_visitor(cooperative)
		again = {"email": first.email, "phone": "+33 6 12 34 56 78", "iban": factories.IBAN}
		second = by_a_visitor(cooperative, **again)
		self.assertEqual(second.status, "Blocked")
		for words in (first.name, "Phone", "IBAN"):
			self.assertIn(words, second.status_reason)
		self.assertNotIn("12 34", second.status_reason)
		self.assertEqual((second.phone, private.of(second).iban), ("+33612345678", factories.IBAN))
		self.assertEqual(
			(frappe.db.get_value(first.doctype, first.name, "phone"), private.of(first).iban), (None, None)
		)
		for values in ({"email": first.email}, again, {"email": first.email, "phone": "06 12 34 56 78"}):
			by_a_visitor(cooperative, **values)
		found = frappe.get_all(first.doctype, {"email": first.email}, pluck="status", order_by="creation asc")
		self.assertEqual(found, ["Pending", "Blocked"])
		self.assertEqual(self.opened(second).get("__onload").repeats, [first.name])
		corrected = by_a_visitor(cooperative, email=first.email, city="Fougères")
		self.assertIn("City", corrected.status_reason)

	def test_the_same_request_is_named(self):
		"""Typed twice at the desk, each of the two names the other; another number of shares is another request."""
		cooperative = factories.a_cooperative(ELSEWHERE)
		one = factories.an_application(cooperative, 2)
		same = factories.an_application(cooperative, 2, email=one.email)
		other = factories.an_application(cooperative, 3, email=one.email)
		self.assertEqual(self.opened(one).get("__onload").repeats, [same.name])
		self.assertEqual(self.opened(same).get("__onload").repeats, [one.name])
		self.assertEqual(self.opened(other).get("__onload").repeats, [])

	def test_who_it_is_is_looked_up_when_it_is_opened(self):
		"""The request came first, the member was made after it: opened, it names the member. A choice by hand stays."""
		cooperative = factories.a_cooperative(ELSEWHERE)
		request = factories.an_application(cooperative)
		chosen = factories.an_application(cooperative, email=request.email, match_choice="New member")
		self.assertIsNone(request.matched_member)
		member = factories.a_member(cooperative, email=request.email)
		self.assertEqual(self.opened(request).matched_member, member.name)
		self.assertIsNone(self.opened(chosen).matched_member)
		self.assertIsNone(
			frappe.db.get_value(request.doctype, request.name, "matched_member")
		)  # a look writes nothing

	def test_several_classes_from_the_form(self):
		"""Two of A and one of B in one request; what is no list of classes is one that there is not."""
		cooperative = factories.a_cooperative(ELSEWHERE)
		names = [
			factories.a_share_class(cooperative, code, price).name for code, price in (("C", 10), ("D", 50))
		]
		wanted = [
			{"share_class": name, "quantity": number} for name, number in zip(names, (2, 1), strict=True)
		]
		request = factories.an_application(cooperative, shares={names[0]: 1})
		again = frappe.copy_doc(request)
		again.update({"shares": [], "wanted_shares": json.dumps(wanted)})
		again.insert()
		self.assertEqual(
			[(row.share_class, row.quantity) for row in again.shares], [(names[0], 2), (names[1], 1)]
		)
		self.assertEqual((again.amount, again.wanted_shares), (70, None))
		self.assertEqual([row["share_class"] for row in applications.lines_of("A")], ["A"])
		self.assertEqual(applications.lines_of([{"share_class": ["A"], "quantity": "2.5"}])[0]["quantity"], 0)

	def test_the_mail_says_all_that_is_owed(self):
		"""The bakery asks for two shares at 25 € and dues of 4 €: its mail names the bakery, both parts, and 54 €; the mail that
		asks to confirm the address names it too.
		"""
		cooperative = factories.a_cooperative(ELSEWHERE, language="fr")
		plan = factories.a_plan(cooperative, "Cotisation", 4)
		request = factories.an_organisation(
			cooperative, organisation_name="Boulangerie Lenoir", quantity=2, plan=plan.name, language="fr"
		)
		person = mail.recipient_of(request)
		bodies = []
		with wording.language("fr"):
			for event in ("Application Received", "Confirm E-mail"):
				template = f"Coop Membership: {event}"
				body = mail.written(event, request, cooperative, template, person, None)[1]
				bodies.append(body.replace("\xa0", " "))
		for said in ("Boulangerie Lenoir", ": 50,00 €", "Cotisation : 4,00 €", "Total : 54,00 €"):
			self.assertIn(said, bodies[0])
		self.assertIn("Boulangerie Lenoir", bodies[1])

	def test_logo_and_statutes(self):
		"""The logo is taken into each mail and shown on its preview, the statutes are linked from mails and letters and
		open for a visitor.
		"""
		cooperative = factories.a_cooperative(ELSEWHERE)
		self.assertEqual(frame.around(cooperative, "Text"), "Text")
		files = {}
		for field, name, content in (
			("logo", "logo.png", b"\x89PNG"),
			("statutes", "statuts.odt", b"PK\x03\x04"),
		):
			file = {"doctype": "File", "file_name": name, "content": content, "is_private": 1}
			files[field] = frappe.get_doc(file).insert().file_url
		cooperative.update(files)
		cooperative.save()
		request = factories.an_application(cooperative)
		shown = samples.written(cooperative, "Application Received")["message"]
		self.assertIn('<img src="data:image/png;base64,', shown)
		_subject, body = mail.written(
			"Application Received",
			request,
			cooperative,
			"Coop Membership: Application Received",
			mail.recipient_of(request),
			None,
		)
		for words in (f'embed="{files["logo"]}"', "portal.offer.statutes?cooperative=", "Statutes of"):
			self.assertIn(words, body)
		self.assertIn("portal.offer.statutes", letterhead.letterhead(request))
		self.assertIn("portal.offer.statutes", offer.offered(cooperative.name)["statutes"])
		cooperative.logo = "/etc/passwd"
		self.assertEqual(frame.head(cooperative), "")
