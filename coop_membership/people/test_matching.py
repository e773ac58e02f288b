"""Who is who: the users' documented cases of one person in many roles, each with its picture."""

from __future__ import annotations

import frappe

from coop_membership.people import matching, merging
from coop_membership.register import ledger
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

BCE = "0477472701"


class TestIdentity(FrappeTestCase):
	def setUp(self):
		self.cooperative = factories.a_cooperative()
		self.email = f"lea.{factories.unique()}@example.com"
		self.lea = {"first_name": "Léa", "last_name": "Martin", "email": self.email}

	def approved(self, **values):
		return factories.an_approved_application(self.cooperative, **{**self.lea, **values})

	def organisation(self, name: str, **values):
		application = factories.an_organisation(
			self.cooperative,
			**{**self.lea, "organisation_name": name, "registration_number": None, **values},
		)
		application.approve()
		return application

	def test_a_member_in_person_who_represents_two_organisations(self):
		"""Léa is a member, represents Le Potager and La Ruche, and asks for more shares: three Members, one Contact."""
		person = self.approved()
		potager = self.organisation("Le Potager")
		ruche = self.organisation("La Ruche")
		again = self.approved(quantity=2)
		members = [a.member for a in (person, potager, ruche)]
		self.assertEqual(len(set(members)), 3)
		self.assertEqual(again.member, person.member)
		self.assertEqual(len({a.contact for a in (person, potager, ruche, again)}), 1)
		self.assertEqual(
			frappe.db.count("Contact Email", {"email_id": self.email, "parenttype": "Contact"}), 1
		)
		for name in (potager.member, ruche.member):
			[row] = frappe.get_doc("Member", name).representatives
			self.assertEqual((row.contact, row.function), (person.contact, "Présidente"))

	def test_the_same_organisation_with_its_number_typed_differently(self):
		"""BE 0477.472.701, then 0477472701 by somebody else: one Member; the new representative is offered, not added."""
		values = {"country": "Belgium", "postcode": "1000", "city": "Bruxelles"}
		first = self.organisation("Le Potager", registration_number="BE 0477.472.701", **values)
		second = factories.an_organisation(
			self.cooperative,
			organisation_name="Le Potager ASBL",
			registration_number=BCE,
			first_name="Hugo",
			last_name="Petit",
			**values,
		)
		self.assertEqual((second.registration_number, second.matched_member), (BCE, first.member))
		self.assertIn("registration number", second.match_reason)
		offered = {row["field"]: row["given"] for row in matching.differences(second)}
		self.assertEqual(offered["representative"], "Hugo Petit")
		self.assertEqual(offered["organisation_name"], "Le Potager ASBL")
		second.approve()
		self.assertEqual(second.member, first.member)
		member = frappe.get_doc("Member", first.member)
		self.assertEqual((member.organisation_name, len(member.representatives)), ("Le Potager", 1))
		second.take_over(["representative"])
		self.assertEqual(len(frappe.get_doc("Member", first.member).representatives), 2)

	def test_a_blank_number_or_address_matches_nobody(self):
		one, other = self.organisation("A"), self.organisation("B")
		self.assertNotEqual(one.member, other.member)

	def test_a_wrong_registration_number_is_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "registration number"):
			self.organisation("A", registration_number="0477472702", country="Belgium")

	def test_a_couple_with_one_mailbox_are_two_members(self):
		"""Léa and Marc share an address: two Members, two Contacts, and the manager reads why."""
		lea = self.approved()
		marc = factories.an_application(
			self.cooperative, **{**self.lea, "first_name": "Marc", "birth_date": "1979-01-02"}
		)
		self.assertFalse(marc.matched_member)
		self.assertIn(lea.member, marc.match_reason)
		marc.approve()
		self.assertNotEqual(marc.member, lea.member)
		self.assertNotEqual(marc.contact, lea.contact)

	def test_namesakes_with_one_mailbox(self):
		"""Mother and daughter, both Léa Martin, one mailbox: two Members. The daughter's next request is hers, not her mother's
		who was there first; without a birth date nobody is chosen, and the manager reads between whom.
		"""
		mother = self.approved(birth_date="1960-02-03")
		daughter = self.approved(birth_date="1990-02-03")
		self.assertNotEqual(daughter.member, mother.member)
		self.assertEqual(self.approved(birth_date="1990-02-03", quantity=2).member, daughter.member)
		unknown = factories.an_application(self.cooperative, **self.lea, birth_date=None)
		self.assertFalse(unknown.matched_member)
		for name in (mother.member, daughter.member):
			self.assertIn(name, unknown.match_reason)

	def test_a_members_contact_is_their_own(self):
		"""By hand: another member's contact, or a stranger's of another name or mailbox, is refused; her own is taken, and so
		is a card without a name that has her mailbox. What was there before is no reason to refuse another change.
		"""
		lea = frappe.get_doc("Member", self.approved().member)
		other = frappe.get_doc("Member", factories.an_approved_application(self.cooperative).member)
		twin = frappe.get_doc("Member", self.approved(first_name="Lena").member)

		def card(**values) -> str:
			email = values.pop("email", None)
			rows = [{"email_id": email, "is_primary": 1}] if email else []
			return frappe.get_doc({"doctype": "Contact", **values, "email_ids": rows}).insert().name

		names = {"first_name": "Léa", "last_name": "Martin"}
		for contact, taken in (
			(other.contact, False),
			(twin.contact, False),
			(card(**names, email=other.email), False),
			(card(first_name="Hugo", email=self.email), False),
			(card(**names, email=self.email), True),
			(card(**names), True),
			(card(first_name=self.email.partition("@")[0], email=self.email), True),
		):
			with self.subTest(frappe.db.get_value("Contact", contact, ["first_name", "email_id"])):
				lea.reload()
				lea.contact = contact
				if taken:
					lea.save()
				else:
					with self.assertRaisesRegex(frappe.ValidationError, "another person's"):
						lea.save()
		frappe.db.set_value("Member", lea.name, "contact", other.contact)  # of an older version
		lea.reload()
		lea.city = "Namur"
		lea.save()
		self.assertEqual(lea.city, "Namur")

	def test_an_organisations_contact_represents_it(self):
		garden = frappe.get_doc("Member", self.organisation("Le Potager").member)
		other = factories.an_approved_application(self.cooperative)
		garden.contact = frappe.db.get_value("Member", other.member, "contact")
		with self.assertRaisesRegex(frappe.ValidationError, "another person's"):
			garden.save()

	def test_accents_and_capitals_do_not_make_somebody_new(self):
		first = self.approved()
		second = self.approved(first_name="LEA", last_name="martin", birth_date=None)
		self.assertEqual(second.member, first.member)
		self.assertEqual(second.match_reason, f"Same e-mail and name as {first.member}.")

	def test_what_differs_is_never_a_match(self):
		"""Twins, father and son, mother and daughter with one mailbox: on the form each is somebody new, with a Contact of
		their own, and the manager reads why.
		"""
		for known, given, why in (
			({}, {"first_name": "Lena"}, "another first name"),  # twins: one name, one birth date
			({}, {"birth_date": "1955-03-04"}, "another birth date"),  # her mother has her name
			(
				{"national_number": "85041200194"},
				{"national_number": "85041200392"},
				"another national number",
			),
		):
			with self.subTest(why):
				self.lea = {**self.lea, "email": f"lea.{factories.unique()}@example.com"}
				first = self.approved(country="Belgium", postcode="1000", **known)
				second = self.approved(country="Belgium", postcode="1000", **given)
				self.assertIn(why, second.match_reason)
				self.assertNotEqual(second.member, first.member)
				self.assertNotEqual(second.contact, first.contact)

	def test_what_is_not_known_is_no_difference(self):
		"""The same mailbox and name without a birth date, or the birth date after a marriage: she herself."""
		first = self.approved()
		for given in (
			{"birth_date": None},
			{"last_name": "Moreau"},
			{"birth_date": None, "first_name": "LÉA"},
		):
			with self.subTest(given):
				self.assertEqual(self.approved(**given).member, first.member)

	def test_from_a_fathers_login(self):
		"""Her daughter of the same name applies from the mother's open session: no increase of the mother's."""
		mother = self.approved()
		member = frappe.get_doc("Member", mother.member)
		member.give_access()
		factories.open_invitations(member)
		with factories.as_user(self.email):
			frappe.flags.in_web_form = True
			try:
				for birth_date, expected in (("2001-05-06", None), ("1985-04-12", member.name)):
					application = frappe.get_doc(
						{
							"doctype": "Membership Application",
							"cooperative": self.cooperative.name,
							**self.lea,
							"birth_date": birth_date,
							"address_line1": "3 rue des Lilas",
							"postcode": "35000",
							"city": "Rennes",
							"country": "France",
							"share_class": factories.class_of(self.cooperative),
							"quantity": 1,
						}
					)
					application.insert(ignore_permissions=True)  # as the host's web form does
					self.assertEqual(application.member, expected)
			finally:
				frappe.flags.in_web_form = False

	def test_the_manager_decides_otherwise(self):
		"""Another member, or a new one, by choice; a member of another cooperative is refused."""
		first, other = self.approved(), factories.an_approved_application(self.cooperative)
		application = factories.an_application(self.cooperative, **self.lea)
		application.update({"match_choice": "Another member", "matched_member": other.member})
		application.save()
		application.approve()
		self.assertEqual(application.member, other.member)
		newcomer = factories.an_application(self.cooperative, **self.lea)
		newcomer.match_choice = "New member"
		newcomer.save()
		newcomer.approve()
		self.assertNotIn(newcomer.member, (first.member, other.member))
		foreign = factories.an_approved_application(factories.a_cooperative())
		wrong = factories.an_application(self.cooperative)
		wrong.update({"match_choice": "Another member", "matched_member": foreign.member})
		with self.assertRaisesRegex(frappe.ValidationError, "same cooperative"):
			wrong.save()

	def test_what_differs_is_offered_and_never_overwritten(self):
		"""Léa moved: her next request says 12 rue Neuve. The member keeps the old street until somebody ticks it."""
		first = self.approved()
		second = factories.an_application(
			self.cooperative, **self.lea, address_line1="12 rue Neuve", phone="+33 6 12 34 56 78"
		)
		fields = [row["field"] for row in second.differences()]
		self.assertEqual(fields, ["phone", "address_line1"])
		second.approve()
		member = frappe.get_doc("Member", first.member)
		self.assertEqual(member.address_line1, "3 rue des Lilas")
		self.assertEqual(second.take_over(["address_line1"]), ["address_line1"])
		member.reload()
		self.assertEqual((member.address_line1, member.phone or ""), ("12 rue Neuve", ""))

	def test_the_maximum_counts_what_the_matched_member_holds(self):
		"""At most 100 in all. Léa holds 75: the desk refuses 50 more, in words."""
		self.cooperative.maximum_amount = 100
		self.cooperative.save()
		factories.a_member(self.cooperative, **self.lea)
		application = factories.an_application(self.cooperative, **self.lea, quantity=1)
		application.shares[0].quantity = 2
		with self.assertRaisesRegex(frappe.ValidationError, "at most"):
			application.save()


class TestMerging(FrappeTestCase):
	def setUp(self):
		self.cooperative = factories.a_cooperative()

	def test_two_records_of_one_person_become_one(self):
		"""MEM A holds 3 (number 1), MEM B holds 2 (number 2) and has an open request: A holds 5 and the request, B is
		former, its line stays, the chain holds and the numbers go on without a gap."""
		keep = factories.a_member(self.cooperative, on="2026-03-01")
		drop = factories.a_member(self.cooperative, on="2026-03-02", quantity=2)
		person = factories.the_same(drop)
		request = factories.a_subscription(self.cooperative, quantity=1, **person)
		share_class = request.items[0].share_class
		plan = keep.preview_merge(drop.name)
		self.assertEqual((plan["shares"], plan["open_requests"]), ({share_class: 2}, [request.name]))
		self.assertEqual(ledger.holdings(drop.name), {share_class: 2})
		for _twice in range(2):
			keep.merge(drop.name)
		self.assertEqual(ledger.holdings(keep.name), {share_class: 5})
		self.assertEqual(ledger.holdings(drop.name), {})
		self.assertEqual(ledger.holdings(drop.name, "2026-03-05"), {share_class: 2})
		drop.reload()
		self.assertEqual((drop.status, drop.merged_into, drop.member_number), ("Former", keep.name, 2))
		self.assertEqual(ledger.verify_chain(self.cooperative.name), [])
		self.assertEqual([row.number for row in ledger.movements(self.cooperative.name)], [1, 2, 3])
		request.reload()
		factories.pay(request)
		self.assertEqual(ledger.holdings(keep.name), {share_class: 6})

	def test_what_cannot_be_merged_says_why_and_changes_nothing(self):
		keep = factories.a_member(self.cooperative)
		for other in (keep, factories.a_member(factories.a_cooperative())):
			with self.subTest(other.name), self.assertRaises(frappe.ValidationError):
				keep.merge(other.name)
		self.assertEqual(len(ledger.movements(self.cooperative.name)), 1)

	def test_only_managers_merge(self):
		keep, drop = factories.a_member(self.cooperative), factories.a_member(self.cooperative)
		with (
			factories.as_user(factories.a_user("Membership User")),
			self.assertRaises(frappe.PermissionError),
		):
			merging.merge(keep.name, drop.name)
