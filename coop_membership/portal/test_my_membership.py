"""What a member sees on the website: her own membership and those of the organisations she represents, nothing else."""

from __future__ import annotations

import time
from unittest.mock import patch

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

import frappe
from frappe.utils import add_days, getdate, today

from coop_membership import host
from coop_membership.people import representatives
from coop_membership.portal import dues as portal_dues
from coop_membership.portal import my_membership, receipts, sections, share_requests, viewing, visitor
from coop_membership.portal.pages import card, documents
from coop_membership.register import cards
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.www import membership as page

FRAME = "templates/includes/portal/frame.html"


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

	def test_what_only_we_can_put_right(self):
		"""The plan has no income account: Inès reads that something is not ready on our side and where to write, nothing of
		accounts; who works here reads what to choose. Who has no desk is never sent to a manager for more rights.
		"""
		said = "Choose the income account of the plan Cotisation first."
		with (
			factories.as_user(self.user),
			patch("coop_membership.dues.renewal.go_on", side_effect=host.ForStaff(said)),
			self.assertRaisesRegex(frappe.ValidationError, self.cooperative.contact_email) as refused,
		):
			portal_dues.renew(sure=1)
		self.assertNotIn("account", str(refused.exception))
		self.assertIn(said, frappe.get_last_doc("Error Log").error)
		self.assertEqual(
			visitor.in_their_words(frappe.ValidationError("Choose a day."), None), "Choose a day."
		)
		with factories.as_user(self.user):
			self.assertIn("write to us", host.not_permitted())
		self.assertIn("manager", host.not_permitted())

	def open(self, user: str | None = None, member: str | None = None, section: str = ""):
		"""A page as somebody sees it; `html` is what stands on it."""
		query = f"member={member}" if member else ""
		path = f"/membership/{section}".rstrip("/")
		request = Request(EnvironBuilder(path, query_string=query).get_environ())
		context, before = frappe._dict(), frappe.local.form_dict
		with (
			factories.as_user(user or self.user),
			patch.object(frappe.local, "request", request, create=True),
		):
			asked = {"member": member, "section": section}
			frappe.local.form_dict = frappe._dict({key: value for key, value in asked.items() if value})
			try:
				page.get_context(context)
				context.html = frappe.render_template(FRAME, dict(context))
			finally:
				frappe.local.form_dict = before
		return context

	def test_her_credit(self):
		"""15 more than was asked: the page says so, and nothing to somebody who has none."""
		self.assertNotIn("Your credit", self.open(section="payments").html)
		subscription = frappe.get_doc("Share Subscription", {"member": self.ines.name})
		subscription.record_payment(15, today())
		said = self.open(section="payments").html.split("Your credit")[1]
		self.assertIn("15.00", said[:40].replace(",", "."))

	def test_her_own_first_and_each_of_hers(self):
		"""Unasked she sees herself; she chooses among three, in two cooperatives, and stays on the page she is on."""
		seen = self.open()
		self.assertEqual(
			[one.display_name for one in seen.portal.persons], ["Inès Ménard", "Le Potager", "La Chorale"]
		)
		self.assertEqual(seen.portal.member, self.ines.name)
		for words in ("Inès Ménard", f"Member no. {self.ines.member_number}", "3 shares, worth €75.00"):
			self.assertIn(words, seen.html)
		for member in (self.garden, self.choir):
			self.assertEqual(self.open(member=member.name).portal.display_name, member.display_name)
		there = self.open(section="shares").portal.persons[1].link
		self.assertEqual(there, f"/membership/shares?member={self.garden.name}")

	def test_her_shares(self):
		"""Three, with the line of the register that brought them and a certificate; then she asks to sell one back."""
		seen = self.open(section="shares").html
		for words in ("€75.00", "+3 × Part A", "Share certificate (PDF)", "Sell shares back"):
			self.assertIn(words, seen)
		with factories.as_user(self.user):
			share_requests.ask(
				"Sell Back", factories.class_of(self.cooperative), 1, self.ines.name, iban=factories.IBAN
			)
		self.assertIn("1 × Part A", self.open(section="shares").html)
		self.assertIn("1 request is being looked at", self.open().html)

	def test_every_page_of_hers_opens(self):
		"""Each with its own heading, in the menu of each; one that there is not leads to the first."""
		for member in (self.ines, self.garden, self.choir):
			for section in sections.for_member(member):
				seen = self.open(member=member.name, section=section.name)
				self.assertIn('aria-current="page"' if section.in_menu else "<h1>", seen.html, section.name)
		self.assertRaises(frappe.Redirect, self.open, section="no-such-page")

	def test_what_is_to_be_paid(self):
		"""The garden's three shares are not paid: amount, reference, account and code, and no way to pay online here."""
		seen = self.open(member=self.garden.name, section="payments")
		subscription = frappe.get_doc("Share Subscription", {"member": self.garden.name})
		for words in ("€75.00", subscription.payment_reference, "FR14", "3 × Part A", "data:image"):
			self.assertIn(words, seen.html)
		self.assertNotIn("Pay online", seen.html)
		self.assertIn("To pay", self.open(member=self.garden.name).html)
		self.assertIn("Nothing is to be paid", self.open(section="payments").html)

	def test_receipts(self):
		"""What she paid, one by one and as a year; not what is unpaid, nor another's."""
		paid = frappe.get_doc("Share Subscription", {"member": self.ines.name})
		unpaid = frappe.get_doc("Share Subscription", {"member": self.garden.name})
		with factories.as_user(self.user):
			receipts.receipt("Share Subscription", paid.name, self.ines.name)
			self.assertTrue(frappe.local.response.filecontent.startswith(b"%PDF"))
			receipts.of_year(getdate().year, self.ines.name)
			self.assertTrue(frappe.local.response.filecontent.startswith(b"%PDF"))
			for name, member in ((unpaid.name, self.garden.name), (paid.name, self.garden.name)):
				with self.assertRaises((frappe.ValidationError, frappe.PermissionError)):
					receipts.receipt("Share Subscription", name, member)
			self.assertRaises(frappe.PermissionError, receipts.receipt, "User", self.user, self.ines.name)

	def test_documents(self):
		"""Statutes for all, a letter for the garden alone: each sees what is meant for them, and opens it."""
		for title, member in (("Statuts", None), ("Lettre au Potager", self.garden.name)):
			file = frappe.get_doc(
				{"doctype": "File", "file_name": f"{factories.unique()}.txt", "content": title}
			).insert()
			frappe.get_doc(
				{
					"doctype": "Shared Document",
					"cooperative": self.cooperative.name,
					"title": title,
					"file": file.file_url,
					"member": member,
				}
			).insert()
		letter = frappe.get_doc("Shared Document", {"title": "Lettre au Potager", "member": self.garden.name})
		self.assertTrue(letter.file.startswith("/private/"))
		hers, gardens = (
			self.open(member=one.name, section="documents").html for one in (self.ines, self.garden)
		)
		self.assertIn("Statuts", hers)
		self.assertNotIn("Lettre au Potager", hers)
		self.assertIn("Lettre au Potager", gardens)
		with factories.as_user(self.user):
			documents.show(letter.name, self.garden.name)
			self.assertEqual(frappe.local.response.filecontent, b"Lettre au Potager")
			self.assertRaises(frappe.PermissionError, documents.show, letter.name, self.ines.name)

	def test_card(self):
		"""On the phone and as PDF, with a code that says valid or not, and not whose it is; no longer once she has left."""
		seen = self.open(section="card")
		for words in ("Inès Ménard", "data:image/png"):
			self.assertIn(words, seen.html)
		key = cards.check_link(self.ines).partition("key=")[2]
		self.assertTrue(cards.is_valid(key))
		self.addCleanup(self.ines.db_set, "status", "Active")
		self.ines.db_set("status", "Former")
		for wrong in (key, key[:-1], "", None, cards.signing.sign("pay", self.ines.name, 1)):
			self.assertFalse(cards.is_valid(wrong))
		with factories.as_user(self.user):
			self.assertRaises(frappe.PermissionError, card.pdf, self.ines.name)
		self.ines.db_set("status", "Active")
		with factories.as_user(self.user):
			card.pdf(self.ines.name)
		self.assertTrue(frappe.local.response.filecontent.startswith(b"%PDF"))

	def test_a_manager_looks(self):
		"""At her pages as she sees them, read only, for six hours; a line says so. Nobody else may."""
		manager, user = factories.a_user("Membership Manager"), factories.a_user("Membership User")
		with factories.as_user(user):
			self.assertRaises(frappe.PermissionError, viewing.start, self.ines.name)
		with factories.as_user(manager):
			page = viewing.start(self.ines.name)
		self.assertIn(self.ines.name, page, "the address says whose pages they are")
		seen = self.open(manager, section="shares")
		self.assertTrue(all(self.ines.name in one.link for one in seen.portal.menu))
		self.assertIn("Nothing can be changed here", seen.html)
		self.assertNotIn("Sell shares back", seen.html)
		with factories.as_user(manager):
			self.assertRaises(
				frappe.PermissionError,
				share_requests.ask,
				"Sell Back",
				factories.class_of(self.cooperative),
				1,
				self.ines.name,
			)
		self.assertTrue(
			frappe.db.exists("Access Log", {"user": manager, "reference_document": self.ines.name})
		)
		with patch("time.time", return_value=time.time() + 6 * 3600 + 1):
			self.assertIsNone(self.open(manager).portal.member)
		own = factories.a_member(self.cooperative, first_name="Manuela")
		own.db_set("user", manager)
		self.assertEqual(self.open(manager).portal.member, own.name)
		with self.assertRaises(frappe.PermissionError):
			self.open(manager, member=self.ines.name)  # the look is over: no own page in its place
		own.db_set("user", None)
		with factories.as_user(manager):
			viewing.start(self.ines.name)
			viewing.stop()
		self.assertIsNone(self.open(manager).portal.member)

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
		self.assertEqual(self.names(), [self.ines.name])
		for member in (self.choir, self.garden):
			self.assertRaises(frappe.PermissionError, self.open, member=member.name)
		self.set_dates(self.choir, from_date="2020-01-01", to_date=today())  # the last day counts
		self.assertEqual(self.open(member=self.choir.name).portal.member, self.choir.name)

	def names(self) -> list[str]:
		"""Whose pages she may open."""
		with factories.as_user(self.user):
			return [one.name for one in visitor.visit(None).members]

	def set_dates(self, member, **dates):
		frappe.db.set_value("Member Representative", {"parent": member.name}, dates)

	def test_guests_log_in_first(self):
		"""And come back to where they wanted to go."""
		self.assertRaises(frappe.Redirect, self.open, "Guest", self.garden.name)
		self.assertEqual(
			frappe.local.flags.redirect_location.partition("#")[0],
			f"/login?redirect-to=%2Fmembership%3Fmember%3D{self.garden.name}",
		)
		with patch.object(host, "signs_in_by_mail", return_value=True):
			self.assertRaises(frappe.Redirect, self.open, "Guest")
		self.assertIn("#login-with-email-link", frappe.local.flags.redirect_location)
		with factories.as_user("Guest"):
			self.assertEqual(representatives.members(), [])

	def test_no_member_at_all(self):
		"""Somebody who has a login for other reasons is led to the form."""
		self.assertIn('href="/join"', self.open(factories.a_user("Member")).html)

	def test_more_shares_for_the_chosen_one(self):
		"""The link leads to the form, filled in for the garden and not for her."""
		link = self.open(member=self.garden.name, section="shares").portal.my.more_shares
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
		routes = [route for route, _title in self.open(section="payments").portal.my.pages]
		self.assertEqual(routes, ["/invoices"] if host.has_erpnext() else [])
