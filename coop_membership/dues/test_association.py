"""An association: members join with dues, hold no shares, and have a number, a card and an end, in both kinds of books."""

from __future__ import annotations

import unittest

import frappe
from frappe.utils import add_days, getdate, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.dues import dues
from coop_membership.joining import expiry
from coop_membership.messages import mail
from coop_membership.portal import api, offer, sections
from coop_membership.portal.pages import documents, home
from coop_membership.register import integrity, standing
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

PERSON = {
	"applicant_type": "Individual",
	"first_name": "Inès",
	"last_name": "Rousseau",
	"birth_date": "1991-06-24",
	"address_line1": "3 rue des Lilas",
	"postcode": "35000",
	"city": "Rennes",
	"country": "France",
}


class TestElsewhere(FrappeTestCase):
	"""Dues of 30 a year from the day of joining; what is set up is the form of the first minutes and nothing else."""

	accounting = ELSEWHERE

	def setUp(self):
		self.association = self.set_up(standing.WITH_DUES, first_dues=30, first_dues_period="Rolling")
		self.plan = frappe.db.get_value("Membership Plan", {"cooperative": self.association.name})

	def set_up(self, kind: str, **values):
		known = {"capital_account": None, "payout_account": None, "reserve_account": None}
		return factories.a_cooperative(self.accounting, kind=kind, **known, **values)

	def application(self, **values):
		values = {"email": f"ines.{factories.unique()}@example.com", "plan": self.plan, **PERSON, **values}
		asked = {"doctype": "Membership Application", "cooperative": self.association.name, **values}
		return frappe.get_doc(asked).insert()

	def dues_of(self, application):
		return frappe.get_doc("Membership", {"application": application.name})

	def a_member(self, **values):
		application = self.application(**values)
		application.approve()
		membership = self.dues_of(application)
		membership.record_payment(30, today())
		return frappe.get_doc("Member", application.member), membership

	def mails(self, document) -> str:
		about = {"reference_doctype": document.doctype, "reference_name": document.name}
		return "\n".join(frappe.get_all("Email Queue", about, pluck="message_id", order_by="creation"))

	def end(self, membership) -> None:
		"""The year was over yesterday."""
		days = {"from_date": add_days(today(), -365), "to_date": add_days(today(), -1)}
		frappe.db.set_value("Membership", membership.name, days)

	def test_mails_speak_of_no_shares(self):
		"""Dues that ended, an account that was opened: nothing about shares, which nobody has here."""
		member, membership = self.a_member()
		for event, document in (("Membership Expired", membership), ("Portal Invitation", member)):
			person = mail.recipient_of(document)
			template = f"Coop Membership: {event}"
			said = mail.written(
				event, document, self.association, template, person, {"link": "/", "days": 30}
			)
			self.assertNotIn("share", " ".join(said).lower(), event)

	def test_from_the_form_to_the_first_paid_member(self):
		"""Set up with a price; she asks for dues alone, is approved, pays 30: member number 1, a card, no register entry."""
		plan = frappe.get_doc("Membership Plan", self.plan)
		self.assertEqual((plan.price, plan.period, self.association.first_dues), (30, "Rolling", 0))
		application = self.application()
		self.assertEqual((application.status, application.amount), ("Pending", 30))
		self.assertIsNone(application.approve())
		membership = self.dues_of(application)
		self.assertEqual((membership.status, membership.amount), ("Open", 30))
		self.assertIsNone(application.approve())
		self.assertEqual(frappe.db.count("Membership", {"application": application.name}), 1)
		self.assertEqual(frappe.db.get_value("Member", application.member, "status"), "Candidate")
		membership.record_payment(30, today())
		member = frappe.get_doc("Member", application.member)
		self.assertEqual((member.status, member.member_number, member.total_shares), ("Active", 1, 0))
		self.assertEqual(getdate(member.joined_on), getdate())
		application.reload()
		self.assertEqual(application.status, "Paid")
		self.assertIn("membership_card", self.mails(membership))
		self.assertEqual(integrity.check(self.association.name), [])
		card = frappe.get_print("Member", member.name, "Membership Card", no_letterhead=1)
		for words in ("Inès Rousseau", "No. 1", "Certificate of membership"):
			self.assertIn(words, card)

	def test_what_she_reads(self):
		"""Three mails, none of which speaks of shares: the plan she asked for, what to pay, the card."""
		member, membership = self.a_member()
		application = frappe.get_doc("Membership Application", membership.application)
		title = frappe.db.get_value("Membership Plan", self.plan, "title")
		for event, document, words in (
			("Application Received", application, title),
			("Dues Request", membership, "Please pay your dues to become a member"),
			("Membership Card", membership, f"You are a member of {self.association.title} until"),
		):
			with self.subTest(event):
				template = "Coop Membership: " + event
				_subject, body = mail.written(event, document, self.association, template, member, None)
				self.assertIn(words, body)
				self.assertNotIn("your shares", body)

	def test_her_page(self):
		"""No word of shares: her dues, and the card to download."""
		member, _membership = self.a_member()
		member = frappe.get_doc("Member", member.name)
		pages = {one.name for one in sections.for_member(member)}
		self.assertNotIn("shares", pages)
		self.assertFalse(home.Home().words(member)["has_shares"])
		self.assertEqual(documents.Documents().words(member)["certificate_title"], "Membership card (PDF)")

	def test_what_the_form_offers(self):
		offered = offer.offered(self.association.name)
		self.assertEqual(offered["share_classes"], [])
		self.assertEqual([one["name"] for one in offered["plans"]], [self.plan])
		self.assertEqual(offered["applicant_types"], ["Individual", "Organisation"])
		self.assertTrue(offered["dues_alone"])

	def test_plans_and_no_type_of_shares(self):
		"""A structure that never said what it is, with a plan and without a type of shares, takes members too; when it has
		one, dues alone are not enough.
		"""
		plain = factories.a_cooperative(self.accounting)
		plan = factories.a_plan(plain).name
		self.assertIn(plain.name, [one["name"] for one in offer.cooperatives()])
		application = self.application(cooperative=plain.name, plan=plan)
		application.approve()
		self.assertEqual(self.dues_of(application).status, "Open")
		factories.a_share_class(plain)
		with self.assertRaisesRegex(frappe.ValidationError, "choose a class of shares"):
			self.application(cooperative=plain.name, plan=plan)

	def test_what_is_refused(self):
		both = self.set_up(standing.WITH_BOTH)
		share = factories.a_share_class(both).name
		for values, words in (
			({"plan": None}, "choose your dues"),
			({"shares": [{"share_class": share, "quantity": 1}]}, "no shares here"),
			({"cooperative": both.name, "plan": None}, "choose shares, or dues, or both"),
		):
			with self.subTest(words=words), self.assertRaisesRegex(frappe.ValidationError, words):
				self.application(**values)
		with self.assertRaisesRegex(frappe.ValidationError, "association without shares"):
			factories.a_share_class(self.association)
		both.kind = standing.WITH_DUES
		with self.assertRaisesRegex(frappe.ValidationError, "has types of shares"):
			both.save()

	def test_both(self):
		"""Where both are had, dues make a member, and shares another."""
		both = self.set_up(standing.WITH_BOTH, first_dues=20)
		self.association = both
		if self.accounting == IN_ERPNEXT:
			both.update(factories.accounts_of())
			both.save()
		plan = frappe.db.get_value("Membership Plan", {"cooperative": both.name})
		application = self.application(plan=plan)
		application.approve()
		price = self.dues_of(application)
		price.record_payment(price.amount, today())
		holder = factories.a_member(both)
		numbers = [frappe.db.get_value("Member", application.member, "member_number"), holder.member_number]
		self.assertEqual(numbers, [1, 2])
		self.assertEqual(integrity.check(both.name), [])

	def test_the_same_twice_by_the_api(self):
		"""A website posts dues alone; the same once more leaves one request."""
		values = {**PERSON, "email": f"ines.{factories.unique()}@example.com", "plan": self.plan}
		for _again in range(2):
			api.receive({**values, "cooperative": self.association.name})
		self.assertEqual(frappe.db.count("Membership Application", {"email": values["email"]}), 1)

	def test_who_does_not_renew_leaves(self):
		"""The year is over and nobody asked: former since its last day. She pays another: active, with the same number."""
		member, membership = self.a_member()
		self.end(membership)
		frappe.db.set_value("Membership Plan", self.plan, "renewal_notice_days", 0)
		dues.daily()
		member.reload()
		self.assertEqual((member.status, str(member.left_on)), ("Former", add_days(today(), -1)))
		self.assertEqual(integrity.check(self.association.name), [])
		following = dues.create(member, self.plan)
		following.record_payment(30, today())
		member.reload()
		self.assertEqual((member.status, member.left_on, member.member_number), ("Active", None, 1))

	def test_who_is_asked_to_renew_stays_until_the_grace_is_over(self):
		member, membership = self.a_member()
		following = frappe.get_doc("Membership", membership.renew())
		self.end(membership)
		dues.daily()
		self.assertEqual(frappe.db.get_value("Member", member.name, "status"), "Active")
		frappe.db.set_value("Membership", following.name, "due_date", add_days(today(), -40))
		dues.daily()
		self.assertEqual(frappe.db.get_value("Member", member.name, "status"), "Former")

	def test_unpaid_dues_end_the_request(self):
		"""Nobody pays within the grace of 30 days: dues and request have expired, and no number was given."""
		application = self.application()
		application.approve()
		late = {"due_date": add_days(today(), -31)}
		frappe.db.set_value("Membership", self.dues_of(application).name, late)
		dues.daily()
		expiry.expire_all()
		application.reload()
		self.assertEqual(application.status, "Expired")
		self.assertEqual(frappe.db.get_value("Member", application.member, "member_number"), 0)

	def test_a_payment_that_was_somebody_elses(self):
		"""Her payment was his: she is a candidate again and he becomes number 1, the number being the newest."""
		_member, hers = self.a_member()
		other = self.application(first_name="Paul", last_name="Le Goff")
		other.approve()
		his = self.dues_of(other)
		factories.a_correction(hers, his, take_numbers_back=1)
		standings = [
			frappe.db.get_value("Member", one.member, ["status", "member_number"]) for one in (hers, his)
		]
		self.assertEqual(standings, [("Candidate", 0), ("Active", 1)])
		self.assertEqual(integrity.check(self.association.name), [])

	def test_free_dues(self):
		"""An honorary member: nothing to pay, a member at once."""
		free = factories.a_plan(self.association, "Honneur", price=0).name
		application = self.application(plan=free)
		application.approve()
		application.reload()
		member = frappe.db.get_value("Member", application.member, ["status", "member_number"])
		self.assertEqual((application.status, member), ("Paid", ("Active", 1)))


@unittest.skipUnless(host.has_erpnext(), "needs ERPNext or Dokos")
class TestInErpnext(TestElsewhere):
	"""Without a capital account."""

	accounting = IN_ERPNEXT
