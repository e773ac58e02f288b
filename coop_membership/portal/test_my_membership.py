"""What a member sees on the website: her own membership and those of the organisations she represents, nothing else."""

from __future__ import annotations

from unittest.mock import patch

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

import frappe
from frappe.utils import add_days, today

from coop_membership import host
from coop_membership.people import representatives
from coop_membership.portal import my_membership, visitor
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.www import my_membership as page


class TestMyMembership(FrappeTestCase):
	"""Inès holds three shares at 25, and represents an association here and one in another cooperative."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = factories.a_cooperative(portal_account="On approval")
		cls.elsewhere = factories.a_cooperative(portal_account="On approval")
		cls.ines = factories.a_member(cls.cooperative, first_name="Inès", last_name="Ménard")
		cls.garden = cls.represented(cls.cooperative, organisation_name="Le Potager")
		cls.choir = cls.represented(cls.elsewhere, organisation_name="La Chorale")
		cls.user = cls.ines.email

	@classmethod
	def represented(cls, cooperative, **values):
		"""An organisation that Inès has joined for."""
		person = factories.the_same(cls.ines)
		application = factories.an_organisation(cooperative, **person, **values)
		application.approve()
		return frappe.get_doc("Member", application.member)

	def open(self, user: str | None = None, member: str | None = None):
		"""The page as somebody sees it."""
		query = f"member={member}" if member else ""
		request = Request(EnvironBuilder("/my-membership", query_string=query).get_environ())
		context, before = frappe._dict(), frappe.local.form_dict
		with (
			factories.as_user(user or self.user),
			patch.object(frappe.local, "request", request, create=True),
		):
			frappe.local.form_dict = frappe._dict(member=member) if member else frappe._dict()
			try:
				page.get_context(context)
				context.html = frappe.render_template("templates/includes/my_membership.html", dict(context))
			finally:
				frappe.local.form_dict = before
		return context

	def test_her_credit(self):
		"""15 more than was asked: the page says so, and nothing to somebody who has none."""
		self.assertNotIn("Your credit", self.open().html)
		subscription = frappe.get_doc("Share Subscription", {"member": self.ines.name})
		subscription.record_payment(15, today())
		self.assertIn("15.00", self.open().html.split("Your credit")[1][:40].replace(",", "."))

	def test_her_own_first_and_each_of_hers(self):
		"""Unasked she sees herself; she chooses among three, in two cooperatives."""
		seen = self.open()
		self.assertEqual(
			[one.display_name for one in seen.members], ["Inès Ménard", "Le Potager", "La Chorale"]
		)
		self.assertEqual(seen.chosen.name, self.ines.name)
		for words in ("Inès Ménard", f"Member no. {self.ines.member_number}", "Part A", "€75.00"):
			self.assertIn(words, seen.html)
		for member in (self.garden, self.choir):
			self.assertEqual(self.open(member=member.name).membership.name, member.display_name)

	def test_what_is_to_be_paid(self):
		"""The garden's three shares are not paid: amount, reference and account, and no way to pay online here."""
		seen = self.open(member=self.garden.name)
		subscription = frappe.get_doc("Share Subscription", {"member": self.garden.name})
		for words in ("€75.00", subscription.payment_reference, "FR14", "3 × Part A"):
			self.assertIn(words, seen.html)
		self.assertNotIn("Pay online", seen.html)
		self.assertNotIn("PDF", seen.html)
		self.assertFalse(self.open().membership.requests)

	def test_nobody_elses(self):
		"""Another member's name, or one that does not exist, gives the same refusal."""
		stranger = factories.a_member(self.cooperative)
		said = set()
		for name in (stranger.name, "MEM-99999", "%", "' or 1=1"):
			with self.assertRaises(frappe.PermissionError) as refused:
				self.open(member=name)
			said.add(str(refused.exception))
			with factories.as_user(self.user):
				self.assertRaises(frappe.PermissionError, my_membership.certificate, name)
				self.assertRaises(frappe.PermissionError, visitor.prefill, self.cooperative.name, name)
		self.assertEqual(len(said), 1)

	def test_former_representative(self):
		"""Her mandate at the choir ended yesterday; the garden's begins tomorrow."""
		self.addCleanup(self.set_dates, self.choir, from_date=today(), to_date=None)
		self.addCleanup(self.set_dates, self.garden, from_date=today(), to_date=None)
		self.set_dates(self.choir, from_date="2020-01-01", to_date=add_days(today(), -1))
		self.set_dates(self.garden, from_date=add_days(today(), 1), to_date=None)
		self.assertEqual([one.name for one in self.open().members], [self.ines.name])
		for member in (self.choir, self.garden):
			self.assertRaises(frappe.PermissionError, self.open, member=member.name)
		self.set_dates(self.choir, from_date="2020-01-01", to_date=today())  # the last day counts
		self.assertEqual(self.open(member=self.choir.name).chosen.name, self.choir.name)

	def set_dates(self, member, **dates):
		frappe.db.set_value("Member Representative", {"parent": member.name}, dates)

	def test_guests_log_in_first(self):
		"""And come back to where they wanted to go."""
		self.assertRaises(frappe.Redirect, self.open, "Guest", self.garden.name)
		self.assertEqual(
			frappe.local.flags.redirect_location,
			f"/login?redirect-to=%2Fmy-membership%3Fmember%3D{self.garden.name}",
		)
		with factories.as_user("Guest"):
			self.assertEqual(representatives.members(), [])

	def test_no_member_at_all(self):
		"""Somebody who has a login for other reasons is led to the form."""
		self.assertIn('href="/join"', self.open(factories.a_user("Member")).html)

	def test_more_shares_for_the_chosen_one(self):
		"""The link leads to the form, filled in for the garden and not for her."""
		link = self.open(member=self.garden.name).membership.more_shares
		self.assertIn(f"member={self.garden.name}", link)
		with factories.as_user(self.user):
			shown = visitor.prefill(self.cooperative.name, self.garden.name)
			mine = visitor.prefill(self.cooperative.name)
		self.assertEqual((shown["applicant_type"], shown["name"]), ("Organisation", "Le Potager"))
		self.assertEqual(shown["values"]["birth_date"], "1985-04-12")
		self.assertEqual((mine["applicant_type"], mine["name"]), ("Individual", "Inès Ménard"))

	def test_a_second_representative_does_not_read_the_firsts_data(self):
		"""Omar represents the garden too: the form shows its name and address, and his own name, not Inès's birth date."""
		omar = factories.a_user("Member", email=f"omar.{factories.unique()}@example.com")
		contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Omar",
				"user": omar,
				"email_ids": [{"email_id": omar, "is_primary": 1}],
			}
		).insert()
		garden = frappe.get_doc("Member", self.garden.name)
		garden.append("representatives", {"contact": contact.name, "from_date": today()})
		garden.save()
		garden.give_access()
		with factories.as_user(omar):
			shown = visitor.prefill(self.cooperative.name, garden.name)["values"]
		self.assertEqual((shown["organisation_name"], shown["city"]), ("Le Potager", "Rennes"))
		self.assertEqual((shown["first_name"], shown["email"]), ("Omar", omar))
		for field in ("birth_date", "last_name", "phone", "iban"):
			self.assertNotIn(field, shown)

	def test_certificate(self):
		"""She downloads her own; the garden has none before it has paid."""
		with factories.as_user(self.user):
			my_membership.certificate(self.ines.name)
			self.assertTrue(frappe.local.response.filecontent.startswith(b"%PDF"))
			self.assertEqual(frappe.session.user, self.user)
			self.assertRaises(frappe.ValidationError, my_membership.certificate, self.garden.name)

	def test_the_hosts_own_pages(self):
		"""With books in ERPNext, her invoices are a click away; no link leads to an empty page."""
		routes = [route for route, _title in self.open().membership.pages]
		self.assertEqual(routes, ["/invoices"] if host.has_erpnext() else [])
