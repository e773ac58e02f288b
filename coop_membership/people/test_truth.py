"""One person, one truth: what changes on a Member is the same everywhere, and what was before can be read."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, today

from coop_membership import host
from coop_membership.messages import mail
from coop_membership.people import accounts, private, truth
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


def an_address() -> str:
	return f"{factories.unique()}@example.com"


class TruthCase(FrappeTestCase):
	def setUp(self):
		self.cooperative = factories.a_cooperative(portal_account="Never")

	def address_of(self, member) -> frappe._dict:
		[name] = set(
			frappe.get_all(
				"Dynamic Link",
				{"parenttype": "Address", "link_doctype": "Member", "link_name": member.name},
				pluck="parent",
			)
		)
		return frappe.get_doc("Address", name)

	def customer_of(self, member):
		return frappe.get_doc("Customer", member.customer) if host.has_erpnext() else None

	def timeline(self, member) -> str:
		about = {"reference_doctype": "Member", "reference_name": member.name, "comment_type": "Info"}
		return "\n".join(frappe.get_all("Comment", about, pluck="content"))

	def waiting(self, address: str) -> list[str]:
		"""What the queue still has for an address: the documents that the mails are about."""
		rows = frappe.get_all(
			"Email Queue Recipient", {"recipient": address, "status": "Not Sent"}, pluck="parent"
		)
		mails = {"name": ["in", rows or [""]], "status": "Not Sent"}
		return frappe.get_all("Email Queue", mails, pluck="reference_doctype")


class TestPerson(TruthCase):
	"""Camille marries, moves, and changes mailbox, phone and language."""

	CHANGES = {
		"last_name": "Moreau",
		"phone": "+33 6 12 34 56 78",
		"language": "fr",
		"address_line1": "12 rue Neuve",
		"postcode": "35700",
	}

	def check(self, member, email: str) -> None:
		"""All that hosts keep says the same as the Member."""
		member.reload()
		contact = frappe.get_doc("Contact", member.contact)
		self.assertEqual((contact.last_name, contact.email_id), ("Moreau", email))
		self.assertEqual([row.email_id for row in contact.email_ids], [email])
		self.assertEqual([row.phone for row in contact.phone_nos], [member.phone])
		address = self.address_of(member)
		self.assertEqual((address.address_line1, address.pincode), ("12 rue Neuve", "35700"))
		if customer := self.customer_of(member):
			self.assertEqual((customer.customer_name, customer.language), ("Camille Moreau", "fr"))
			links = {"link_doctype": "Customer", "link_name": customer.name, "parenttype": "Address"}
			self.assertEqual(frappe.get_all("Dynamic Link", links, pluck="parent"), [address.name])
			if customer.meta.has_field("email_id"):
				self.assertEqual(customer.email_id, email)
		said = self.timeline(member)
		for old in ("Durand", "3 rue des Lilas", "35000"):
			self.assertIn(old, said)

	def test_typed_on_the_form(self):
		"""A manager types all of it in: Contact, Address, Customer say it, the timeline what was before; what waits for the
		old mailbox goes to the new one.
		"""
		member = frappe.get_doc("Member", factories.an_approved_application(self.cooperative).member)
		old, new = member.email, an_address()
		self.assertIn("Share Subscription", self.waiting(old))
		member.update({**self.CHANGES, "email": new})
		member.save()
		self.check(member, new)
		self.assertIn(old, self.timeline(member))
		self.assertNotIn("Share Subscription", self.waiting(old))
		self.assertIn("Share Subscription", self.waiting(new))

	def test_taken_over_from_an_application(self):
		"""The same by an application whose differences are ticked: the mailbox is how she was found, so it stays."""
		member = factories.a_member(self.cooperative)
		person = {field: member.get(field) for field in ("first_name", "email")}
		application = factories.an_application(self.cooperative, **person, **self.CHANGES)
		self.assertEqual(application.matched_member, member.name)
		application.approve()
		application.take_over([row["field"] for row in application.differences()])
		self.check(member, member.email)

	def test_nothing_changed(self):
		"""Saved again as it is: no line in the timeline, no second address."""
		member = factories.a_member(self.cooperative)
		before = self.timeline(member)
		member.reload()
		member.save()
		self.assertEqual(self.timeline(member), before)
		self.address_of(member)

	def test_an_entry_of_the_contact_that_is_not_ours(self):
		"""Her Contact has a second mailbox and a fax: they stay, behind the new one."""
		member = factories.a_member(self.cooperative, phone="+33 1 84 88 40 00")
		contact = frappe.get_doc("Contact", member.contact)
		contact.append("email_ids", {"email_id": (work := an_address())})
		contact.append("phone_nos", {"phone": "+33 1 84 88 40 01"})
		contact.save()
		member.reload()
		member.update({"email": (new := an_address()), "phone": None})
		member.save()
		contact.reload()
		self.assertEqual({row.email_id: row.is_primary for row in contact.email_ids}, {work: 0, new: 1})
		self.assertEqual([row.phone for row in contact.phone_nos], ["+33 1 84 88 40 01"])

	def test_give_access_makes_no_second_login(self):
		"""She logged in with her old mailbox; the new one is typed, and *Give access* pressed: one login is open."""
		member = factories.a_member(self.cooperative)
		member.give_access()
		factories.open_invitations(member)
		old = member.email
		frappe.db.set_value("User", old, "last_login", frappe.utils.now_datetime())
		member.reload()
		member.email = new = an_address()
		member.save()
		member.give_access()
		self.assertEqual(
			frappe.get_all("User", {"name": ["in", [old, new]], "enabled": 1}, pluck="name"), [new]
		)
		factories.open_invitations(member)
		self.assertEqual(frappe.db.get_value("Member", member.name, "user"), new)

	def test_the_name_of_the_login(self):
		"""Her login is called as she is, unless she calls herself otherwise there."""
		member = factories.a_member(self.cooperative)
		member.give_access()
		factories.open_invitations(member)
		frappe.db.set_value("User", member.email, "first_name", "Cam")
		member.reload()
		member.update({"first_name": "Camila", "last_name": "Moreau", "language": "fr"})
		member.save()
		user = frappe.get_doc("User", member.email)
		self.assertEqual((user.first_name, user.last_name, user.language), ("Cam", "Moreau", "fr"))

	def test_her_other_memberships(self):
		"""She is a member here and represents an association: both follow; the other cooperative's managers decide alone."""
		here = factories.a_member(self.cooperative)
		person = {field: here.get(field) for field in ("first_name", "last_name", "birth_date", "email")}
		garden = factories.an_organisation(self.cooperative, **person)
		garden.approve()
		elsewhere = factories.a_cooperative()
		there = factories.an_approved_application(elsewhere, **person).member
		frappe.get_doc("Member", there).give_access()
		factories.open_invitations(there)
		manager = factories.a_user("Membership Manager")
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": manager,
				"allow": "Cooperative",
				"for_value": self.cooperative.name,
			}
		).insert()
		old, new = here.email, an_address()
		with factories.as_user(manager):
			here = frappe.get_doc("Member", here.name)
			here.email = new
			here.save()
		self.assertEqual(frappe.db.get_value("Member", garden.member, "email"), new)
		self.assertEqual(
			frappe.db.get_value("Member", there, ["email", "user", "invited_user"]), (old, old, None)
		)


class TestOrganisation(TruthCase):
	"""Inès represents the garden until today, Omar from tomorrow."""

	def setUp(self):
		super().setUp()
		self.application = factories.an_organisation(
			self.cooperative, first_name="Inès", organisation_email=None
		)
		self.application.approve()
		self.member = frappe.get_doc("Member", self.application.member)
		self.ines, self.omar = self.member.email, an_address()
		contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Omar",
				"last_name": "Petit",
				"email_ids": [{"email_id": self.omar, "is_primary": 1}],
			}
		).insert()
		self.contact = contact.name

	def subscription(self):
		return frappe.get_doc("Share Subscription", {"application": self.application.name})

	def written_to(self) -> list[str]:
		return mail.recipient_of(self.subscription()).emails

	def set_mandates(self, *mandates: tuple[str, str | None]) -> None:
		"""The first row is Inès's, the second Omar's."""
		rows = [row.name for row in frappe.get_doc("Member", self.member.name).representatives]
		for name, (start, end) in zip(rows, mandates, strict=False):
			frappe.db.set_value("Member Representative", name, {"from_date": start, "to_date": end})

	def test_mail_follows_the_mandate_of_the_day(self):
		"""Until today mails go to Inès. The night passes: to Omar at once, and once the hourly job was there the member,
		its customer and what waits in the queue say Omar too. Inès's own Contact stays hers.
		"""
		self.member.append("representatives", {"contact": self.contact, "from_date": add_days(today(), 1)})
		self.member.representatives[0].to_date = today()
		self.member.save()
		self.assertEqual(self.written_to(), [self.ines])
		self.set_mandates(("2020-01-01", add_days(today(), -1)), (today(), None))
		self.assertEqual(self.written_to(), [self.omar])
		self.assertIn("Share Subscription", self.waiting(self.ines))
		truth.follow_all_mandates()
		self.member.reload()
		self.assertEqual(
			(self.member.first_name, self.member.last_name, self.member.email, self.member.contact),
			("Omar", "Petit", self.omar, self.contact),
		)
		self.assertEqual(self.member.display_name, "Association Le Potager")
		self.assertNotIn("Share Subscription", self.waiting(self.ines))
		self.assertIn("Share Subscription", self.waiting(self.omar))
		if customer := self.customer_of(self.member):
			self.assertEqual(customer.customer_name, "Association Le Potager")
			if customer.meta.has_field("customer_primary_contact"):
				self.assertEqual(customer.customer_primary_contact, self.contact)
		self.assertTrue(frappe.db.exists("Contact Email", {"email_id": self.ines, "parenttype": "Contact"}))
		self.assertIn(self.ines, self.timeline(self.member))
		truth.follow_all_mandates()
		self.assertEqual(self.written_to(), [self.omar])

	def test_birth_date_and_national_number_are_of_the_person_before(self):
		"""Private details of the association: when Omar follows Inès, her birth date and number are not his; the
		association's account stays. The same when it is Inès's Contact that changes places on the form.
		"""
		theirs = {"birth_date": "1985-04-12", "national_number": "85.04.12-123.45", "iban": factories.IBAN}
		left = {"birth_date": None, "national_number": None, "iban": factories.IBAN}
		private.write(self.member, theirs)
		self.member.append("representatives", {"contact": self.contact, "from_date": today()})
		self.member.save()
		self.assertEqual(private.of(self.member).national_number, theirs["national_number"])
		self.set_mandates(("2020-01-01", add_days(today(), -1)), (today(), None))
		truth.follow_all_mandates()
		self.assertEqual(private.of(self.member), left)
		private.write(self.member, theirs)
		self.member.reload()
		ines = frappe.db.get_value(
			"Contact Email", {"email_id": self.ines, "parenttype": "Contact"}, "parent"
		)
		self.member.representatives[0].to_date = None
		self.member.representatives[1].to_date = add_days(today(), -1)
		self.member.representatives[1].from_date = add_days(today(), -9)
		self.member.save()
		self.member.reload()
		self.assertEqual(self.member.contact, ines)
		self.assertEqual(private.of(self.member), left)

	def test_nobody_in_office(self):
		"""Her mandate ended and nobody followed: no mail goes to her, and the managers are asked to name somebody."""
		self.set_mandates(("2020-01-01", add_days(today(), -1)))
		self.assertEqual(self.written_to(), [])
		truth.follow_all_mandates()
		self.member.reload()
		self.assertFalse(self.member.email or self.member.contact)
		self.assertTrue(frappe.db.exists("ToDo", {"reference_name": self.member.name, "status": "Open"}))

	def test_the_organisation_s_own_address_stays(self):
		"""The association has an address of its own: it gets the mails whoever is in office."""
		self.member.organisation_email = own = an_address()
		self.member.save()
		self.set_mandates(("2020-01-01", add_days(today(), -1)))
		self.assertEqual(self.written_to(), [own])

	def test_another_person_by_another_name(self):
		"""Somebody types Omar's name over Inès's: a sentence says how, and her Contact keeps her name."""
		self.member.first_name = "Omar"
		with self.assertRaisesRegex(frappe.ValidationError, "Another person represents"):
			self.member.save()
		self.member.reload()
		self.member.last_name = "Moreau"  # she married
		self.member.save()
		contact = frappe.get_doc("Contact", self.member.contact)
		self.assertEqual((contact.first_name, contact.last_name), ("Inès", "Moreau"))

	def test_an_application_of_another_representative(self):
		"""Omar asks for more shares of the garden: offered is a second representative, never his name over hers."""
		application = factories.an_organisation(
			self.cooperative,
			first_name="Omar",
			last_name="Petit",
			email=self.omar,
			registration_number=self.member.registration_number,
			phone="+33 6 12 34 56 78",
		)
		offered = {row["field"] for row in application.differences()}
		self.assertIn("representative", offered)
		self.assertFalse(offered & {"first_name", "email", "phone", "birth_date"})

	def test_a_representative_s_mailbox_is_changed_on_the_contact(self):
		"""Omar represents it too and has his login; the desk changes the mailbox on his Contact: he is out, and a manager
		is asked, who gives access again.
		"""
		self.member.append("representatives", {"contact": self.contact, "from_date": today()})
		self.member.save()
		self.member.give_access()
		factories.open_invitations(self.member)
		contact = frappe.get_doc("Contact", self.contact)
		contact.email_ids[0].email_id = new = an_address()
		contact.save()
		row = frappe.get_doc("Member", self.member.name).representatives[1]
		self.assertFalse(row.user or row.invited_user)
		self.assertTrue(frappe.db.exists("ToDo", {"reference_name": self.member.name, "status": "Open"}))
		member = frappe.get_doc("Member", self.member.name)
		member.give_access()
		self.assertEqual(frappe.get_doc("Member", member.name).representatives[1].invited_user, new)
		self.assertEqual(accounts.login_of(new).name, new)
