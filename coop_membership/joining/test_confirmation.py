"""Double opt-in, and members who ask for more shares while they are logged in."""

from __future__ import annotations

import json
from unittest.mock import patch

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

import frappe

from coop_membership import signing
from coop_membership.joining import automatic, confirmation, identity_documents, reception
from coop_membership.portal import visitor
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.www import confirm_membership


def open_page(page, key: str, method: str = "GET", **query):
	"""The text of one of our pages, opened or sent with a key."""
	context, before = frappe._dict(), frappe.local.form_dict
	frappe.local.form_dict = frappe._dict(key=key, **query)
	try:
		with patch.object(
			frappe.local,
			"request",
			Request(EnvironBuilder("/page", method=method).get_environ()),
			create=True,
		):
			page.get_context(context)
	finally:
		frappe.local.form_dict = before
	return context.step


def by_a_visitor(cooperative, user: str = "Guest", **values):
	"""An application that the public form sends."""
	values = {
		"first_name": "Nadia",
		"last_name": "Petit",
		"birth_date": "1990-02-03",
		"email": f"nadia.{factories.unique()}@example.com",
		"address_line1": "1 place de la Mairie",
		"postcode": "35000",
		"city": "Rennes",
		"country": "France",
		"cooperative": cooperative.name,
		"share_class": factories.class_of(cooperative),
		"quantity": 2,
		**values,
	}
	application = frappe.get_doc({"doctype": "Membership Application", **values})
	with factories.as_user(user):
		frappe.flags.in_web_form = True
		try:
			application.insert(ignore_permissions=True)  # as the host's web form does
		finally:
			frappe.flags.in_web_form = False
	first = application.status == "Pending" and not application.flags.repeats
	if first and automatic.applies_to(application):
		reception.go_on(application)  # as the worker does once it is saved
	return application


class TestConfirmation(FrappeTestCase):
	"""Nadia asks to join; the cooperative waits until she has opened its mail and pressed the button."""

	def setUp(self):
		self.cooperative = factories.a_cooperative(confirm_email=1)
		self.application = by_a_visitor(self.cooperative)
		self.key = confirmation.link(self.application).partition("key=")[2]

	def mails(self) -> list[str]:
		rows = frappe.get_all("Email Queue", {"reference_name": self.application.name}, pluck="message")
		return ["".join(row.replace("=\n", "").replace("=\r\n", "")) for row in rows]

	def status(self) -> str:
		return frappe.db.get_value("Membership Application", self.application.name, "status")

	def test_looking_confirms_nothing(self):
		"""A mail program opens every link: the request still waits."""
		self.assertEqual(self.status(), "To Confirm")
		self.assertEqual(len(self.mails()), 1)
		self.assertIn("confirm-membership", self.mails()[0])
		with factories.as_user("Guest"):
			self.assertTrue(open_page(confirm_membership, self.key).button)
		self.assertEqual(self.status(), "To Confirm")

	def test_the_button_confirms_once(self):
		"""She presses, and presses again: one mail that it was received."""
		with factories.as_user("Guest"):
			first = open_page(confirm_membership, self.key, "POST")
			again = open_page(confirm_membership, self.key, "POST")
		self.assertEqual(self.status(), "Pending")
		self.assertEqual(len(self.mails()), 2)
		self.assertNotEqual(first.title, again.title)
		self.assertFalse(again.button)

	def test_bad_links(self):
		"""A cut link, one of another purpose, one that is too old: a sentence, and nothing happens."""
		for key in ("", "abc", self.key[:-2], signing.sign("pay", self.application.name, 1), "é" * 9):
			self.assertIn("not complete", open_page(confirm_membership, key, "POST").title)
		old = signing.sign(confirmation.PURPOSE, self.application.name, -1)
		self.assertIn("expired", open_page(confirm_membership, old, "POST").title)
		self.assertEqual(self.status(), "To Confirm")

	def recipients(self, application, event: str) -> set[str]:
		"""The addresses to which a mail with this page's link went."""
		mails = frappe.get_all("Email Queue", {"reference_name": application.name}, ["name", "message"])
		names = [row.name for row in mails if event in row.message]
		return set(frappe.get_all("Email Queue Recipient", {"parent": ["in", names]}, pluck="recipient"))

	def test_only_to_the_address_it_proves(self):
		"""Nadia writes a victim's address and, as her "organisation's", her own: the link goes to the first alone; of an
		association too, and so does the one for the identity document, sent by itself or by hand.
		"""
		self.cooperative.db_set("collect_id_document", 1)
		frappe.clear_document_cache("Cooperative", self.cooperative.name)
		for kind in ("Individual", "Organisation"):
			with self.subTest(kind):
				own = f"nadia.{factories.unique()}@example.com"
				application = by_a_visitor(
					self.cooperative,
					applicant_type=kind,
					organisation_name="Le Potager",
					registration_number=factories.a_siren(),
					organisation_email=own,
				)
				frappe.set_user("Administrator")
				application.reload()
				self.assertEqual(
					application.organisation_email or None, own if kind != "Individual" else None
				)
				application.resend(confirmation.EVENT)
				self.assertEqual(self.recipients(application, "confirm-membership"), {application.email})
				reception.confirm(application)
				application.resend(identity_documents.EVENT)
				self.assertEqual(self.recipients(application, "membership-document"), {application.email})

	def test_the_address_was_changed_meanwhile(self):
		"""The desk gives the request another address: the link that went to the first proves nothing any more."""
		self.application.reload()
		self.application.email = f"other.{factories.unique()}@example.com"
		self.application.save()
		self.assertIn("expired", open_page(confirm_membership, self.key, "POST").title)
		self.assertEqual(self.status(), "To Confirm")

	def test_closed_meanwhile(self):
		"""A manager has withdrawn the request: the link says so."""
		self.application.reload()
		self.application.withdraw()
		self.assertIn("closed", open_page(confirm_membership, self.key, "POST").title)
		self.assertEqual(self.status(), "Cancelled")

	def test_desk_needs_no_confirmation(self):
		"""A manager types a paper form in: nobody has to confirm it."""
		self.assertEqual(factories.an_application(self.cooperative).status, "Pending")


class TestVisitor(FrappeTestCase):
	"""A member opens the public form while logged in."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(portal_account="On payment", confirm_email=1)
		cls.member = factories.a_member(cls.cooperative)
		cls.user = frappe.db.get_value("Member", cls.member.name, "user")

	def as_the_member(self, **values):
		person = factories.the_same(self.member)
		return by_a_visitor(self.cooperative, self.user, **{**person, **values})

	def test_prefilled(self):
		"""She finds her own data there; a guest and another cooperative's page show nothing."""
		elsewhere = factories.a_cooperative()
		with factories.as_user(self.user):
			shown = visitor.prefill(self.cooperative.name)
			self.assertEqual(visitor.prefill(elsewhere.name), {})
		self.assertEqual(shown["values"]["email"], self.member.email)
		self.assertNotIn("national_number", shown["values"])
		with factories.as_user("Guest"):
			self.assertEqual(visitor.prefill(self.cooperative.name), {})

	def test_increase(self):
		"""Her request is an increase: known by the session, so without confirmation."""
		application = self.as_the_member()
		self.assertEqual(
			(application.member, application.source, application.status),
			(self.member.name, "Portal", "Pending"),
		)
		frappe.set_user("Administrator")
		application = frappe.get_doc("Membership Application", application.name)
		application.approve()
		self.assertEqual(application.is_increase, 1)

	def test_for_somebody_else(self):
		"""She fills it in for her neighbour: that is no increase of hers, and the address is confirmed first."""
		application = self.as_the_member(first_name="Paul", last_name="Voisin", email="paul@example.com")
		self.assertEqual((application.member, application.status), (None, "To Confirm"))

	def test_browser_names_no_member(self):
		"""What the browser writes into the field is ignored."""
		application = by_a_visitor(self.cooperative, member=self.member.name, source="Portal")
		self.assertEqual((application.member, application.source), (None, "Website"))

	def test_limit_counts_what_is_held(self):
		"""The class allows four shares; with three she may ask for one more, not for two."""
		share_class = factories.class_of(self.cooperative)
		frappe.db.set_value("Share Class", share_class, "maximum_quantity", 4)
		frappe.clear_document_cache("Share Class", share_class)
		self.addCleanup(frappe.db.set_value, "Share Class", share_class, "maximum_quantity", 0)
		self.addCleanup(frappe.clear_document_cache, "Share Class", share_class)
		self.assertRaises(frappe.ValidationError, self.as_the_member, quantity=2)
		self.assertEqual(self.as_the_member(quantity=1).member, self.member.name)

	def test_representative(self):
		"""She represents an association too: its request is the association's increase, once she is in office."""
		organisation = factories.an_organisation(
			self.cooperative,
			email=self.member.email,
			registration_number=None,
			**factories.the_same(self.member, "first_name", "last_name", "birth_date"),
		)
		organisation.approve()
		factories.pay(frappe.get_doc("Share Subscription", {"application": organisation.name}))
		name = organisation.member
		known = json.loads(
			frappe.as_json(
				{
					field: organisation.get(field)
					for field in (
						"applicant_type",
						"organisation_name",
						"registration_number",
						"organisation_email",
					)
				}
			)
		)
		self.assertEqual(self.as_the_member(**known).member, name)
		frappe.db.set_value("Member Representative", {"parent": name}, "to_date", "2020-01-01")
		self.assertIsNone(self.as_the_member(quantity=3, **known).member)
