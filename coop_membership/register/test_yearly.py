"""Year-end certificates: made once for each member and year, told as it is wanted."""

import io
from unittest.mock import patch

from pypdf import PdfReader

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.desk import certificates as desk
from coop_membership.register import certificates, ledger, yearly
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class TestYearly(FrappeTestCase):
	def setUp(self):
		"""Anna joins in 2024, Ben in 2025 and sells all in 2026, Carla in 2026; Anna has no address."""
		self.cooperative = factories.a_cooperative(ELSEWHERE)
		self.anna, self.ben, self.carla = (
			factories.a_member(self.cooperative, quantity=4, on=day, first_name=name)
			for name, day in (("Anna", "2024-03-01"), ("Ben", "2025-03-01"), ("Carla", "2026-03-01"))
		)
		sold = {"effective_date": "2026-02-01", "from_member": self.ben.name}
		ledger.post(self.cooperative.name, "Sell Back", factories.class_of(self.cooperative), 4, 25, **sold)
		frappe.db.set_value("Member", self.anna.name, {"email": None, "contact": None})

	def tearDown(self):
		frappe.db.rollback()

	def run_(self, delivery: str, year: int = 2025) -> dict:
		return yearly.run(self.cooperative.name, year, delivery)

	def made(self, year: int = 2025) -> dict:
		found = frappe.get_all(
			yearly.DOCTYPE,
			{"cooperative": self.cooperative.name, "year": year},
			["member", "total_shares", "total_value", "sent_on", "to_print", "printed_on"],
		)
		return {row.member: row for row in found}

	def mails(self) -> int:
		names = frappe.get_all(yearly.DOCTYPE, {"cooperative": self.cooperative.name}, pluck="name")
		about = {"reference_doctype": yearly.DOCTYPE, "reference_name": ["in", names]}
		return frappe.db.count("Email Queue", about)

	def test_who_held_shares_at_the_end_of_the_year(self):
		"""2025: Anna and Ben, though Ben has left since; Carla came later. 2024: Anna alone."""
		self.run_(yearly.NOTHING)
		self.run_(yearly.NOTHING, 2024)
		self.assertEqual(self.made().keys(), {self.anna.name, self.ben.name})
		self.assertEqual(self.made(2024).keys(), {self.anna.name})
		row = self.made()[self.ben.name]
		self.assertEqual((row.total_shares, row.total_value, row.sent_on, row.to_print), (4, 100, None, 0))
		self.assertEqual(self.mails(), 0)

	def test_by_mail_and_letters_for_the_others(self):
		"""Ben gets a mail that promises the PDF, Anna a letter in one private file of who started it. A second start does
		nothing at all."""
		done = self.run_(yearly.BY_MAIL)
		self.assertEqual((done["made"], done["mailed"], done["printed"], done["failed"]), (2, 1, 1, {}))
		[name] = done["files"]
		file = frappe.get_doc("File", name)
		self.assertEqual((file.is_private, file.owner, file.attached_to_name), (1, frappe.session.user, None))
		pages = PdfReader(io.BytesIO(file.get_content())).pages
		self.assertEqual(len(pages), 1)
		self.assertIn("Anna", pages[0].extract_text())
		again = self.run_(yearly.BY_MAIL)
		self.assertEqual((again["made"], again["printed"], again["files"], self.mails()), (0, 0, [], 1))

	def test_made_first_and_told_later(self):
		"""Without a word in January, by mail in February: each member has one certificate and one mail."""
		self.run_(yearly.NOTHING)
		self.assertEqual(yearly.plan(self.cooperative.name, 2025, yearly.BY_MAIL), yearly.Plan(2, 2, 2))
		self.run_(yearly.BY_MAIL)
		self.assertEqual((len(self.made()), self.mails()), (2, 1))
		self.assertEqual(yearly.plan(self.cooperative.name, 2025, yearly.LETTERS).left, 0)

	def test_one_that_fails_is_made_by_the_next_start(self):
		"""The job breaks at Ben: Anna's is made, Ben is named with the reason. Started again, only Ben's is left."""
		make = yearly.make

		def breaks(member, *args):
			if member == self.ben.name:
				raise frappe.ValidationError("no ink")
			return make(member, *args)

		with patch.object(yearly, "make", breaks):
			done = self.run_(yearly.NOTHING)
		self.assertEqual((done["made"], done["failed"]), (1, {self.ben.name: "no ink"}))
		self.assertEqual(self.run_(yearly.NOTHING)["made"], 1)
		self.assertEqual(len(self.made()), 2)

	def test_never_twice(self):
		"""Two at once: the second finds the name taken."""
		first = yearly.make(self.anna.name, 2025, yearly.NOTHING)
		self.assertEqual(yearly.make(self.anna.name, 2025, yearly.NOTHING).name, first.name)
		frappe.db.savepoint("twice")
		with self.assertRaises(frappe.DuplicateEntryError):
			yearly._new(self.anna.name, 2025)
		frappe.db.rollback(save_point="twice")
		with self.assertRaises(frappe.ValidationError):
			first.delete()

	def test_a_year_that_is_over(self):
		for year in (frappe.utils.getdate().year, 2999, "", "x", None):
			with self.subTest(year), self.assertRaises(frappe.ValidationError):
				yearly.plan(self.cooperative.name, year, yearly.NOTHING)

	def test_from_the_desk(self):
		"""The manager sees who will be reached, starts, and is told; others may not. Nobody left: a sentence."""
		with factories.as_user(factories.a_user("Membership Manager")):
			wanted = {"cooperative": self.cooperative.name, "year": "2025", "delivery": yearly.NOTHING}
			self.assertEqual(desk.preview(**wanted), {"members": 2, "made": 0, "left": 2})
			self.assertEqual(desk.start(**wanted), 2)
			desk.make_all(self.cooperative.name, 2025, yearly.NOTHING, frappe.session.user)
			told = frappe.get_all("Notification Log", {"for_user": frappe.session.user}, pluck="subject")
			self.assertIn("2 made", told[0])
			for wrong in ({"delivery": yearly.NOTHING}, {"delivery": "Pigeon"}):
				with self.assertRaises(frappe.ValidationError):
					desk.start(**wanted | wrong)
		for role in ("Membership User", "Membership Board"):
			with factories.as_user(factories.a_user(role)), self.assertRaises(frappe.PermissionError):
				desk.start(**wanted)


class TestCertificateOfADay(FrappeTestCase):
	def test_any_day_but_a_later_one(self):
		"""4 shares since March, 6 since June: on 1 May 4, in the member's French. Tomorrow can't be certified."""
		cooperative = factories.a_cooperative(ELSEWHERE)
		member = factories.a_member(cooperative, quantity=4, on="2026-03-14", language="fr")
		factories.more_shares(member, 2, on="2026-06-02")
		member = frappe.get_doc("Member", member.name)
		text = PdfReader(io.BytesIO(certificates.pdf(member, "2026-05-01"))).pages[0].extract_text()
		text = " ".join(text.split())
		self.assertIn("1er mai 2026", text)
		self.assertIn("100,00", text)
		self.assertNotIn("150,00", text)
		tomorrow = frappe.utils.add_days(frappe.utils.today(), 1)
		with self.assertRaises(frappe.ValidationError):
			certificates.pdf(member, tomorrow)
