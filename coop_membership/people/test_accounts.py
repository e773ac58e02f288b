"""Accounts: who gets a login, when, and what it opens."""

from __future__ import annotations

import quopri
import re
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.utils import add_days, today

from coop_membership import host, signing
from coop_membership.patches import link_proven_logins
from coop_membership.people import accounts, representatives, truth
from coop_membership.portal import sign_up
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class TestAccounts(FrappeTestCase):
	"""A login follows from an approval or a payment, and never stands in its way."""

	def user_of(self, member) -> str | None:
		"""The login of a member, once the invitations are opened."""
		factories.open_invitations(member)
		return frappe.db.get_value("Member", member if isinstance(member, str) else member.name, "user")

	def mails_to(self, address: str) -> list[str]:
		rows = frappe.get_all("Email Queue Recipient", {"recipient": address}, pluck="parent")
		return frappe.get_all("Email Queue", {"name": ["in", rows or [""]]}, pluck="message")

	def test_on_payment(self):
		"""Camille is approved and has no login; she pays, and is invited to choose a password."""
		subscription = factories.a_subscription(factories.a_cooperative(portal_account="On payment"))
		self.assertIsNone(self.user_of(subscription.member))
		factories.pay(subscription)
		member = frappe.get_doc("Member", subscription.member)
		user = frappe.get_doc("User", member.user)
		self.assertEqual((user.name, user.user_type, user.enabled), (member.email, "Website User", 1))
		self.assertLessEqual({"Member"}, {row.role for row in user.roles})
		self.assertEqual(frappe.db.get_value("Contact", member.contact, "user"), user.name)
		self.assertTrue(any("membership-account" in mail for mail in self.mails_to(user.name)))

	def test_on_approval_and_never(self):
		"""One cooperative lets people in when they are approved, another one never."""
		early = factories.a_subscription(factories.a_cooperative(portal_account="On approval"))
		self.assertTrue(self.user_of(early.member))
		self.assertIsNone(self.user_of(factories.a_member(factories.a_cooperative(portal_account="Never"))))

	def test_representative(self):
		"""The account of an association is its president's; the association's own address gets no key."""
		cooperative = factories.a_cooperative(portal_account="On approval")
		application = factories.an_organisation(cooperative, registration_number=None)
		application.approve()
		self.assertEqual(self.user_of(application.member), application.email)
		texts = self.mails_to(application.organisation_email)
		self.assertFalse(any("membership-account" in mail for mail in texts))

	def test_one_login_for_all(self):
		"""A person has a login already, and represents an association later: same login, nothing to set up again."""
		cooperative = factories.a_cooperative(portal_account="On approval")
		user = factories.a_user("Blogger" if frappe.db.exists("Role", "Blogger") else "Member")
		application = factories.an_application(cooperative, email=user)
		application.approve()
		organisation = factories.an_organisation(cooperative, email=user, registration_number=None)
		organisation.approve()
		self.assertEqual(self.user_of(application.member), user)
		self.assertEqual(self.user_of(organisation.member), user)
		self.assertFalse(any("membership-account" in mail for mail in self.mails_to(user)))
		self.assertIn("Member", frappe.get_roles(user))

	def test_a_couple_with_one_mailbox(self):
		"""Ada and Bob gave one mailbox, which is one login: it opens the pages of both, each under their name. What is taken from
		the one, because an address was corrected or a person forgotten, leaves the other's alone.
		"""
		cooperative = factories.a_cooperative(portal_account="On approval")
		mailbox = {"email": f"house.{factories.unique()}@example.com"}
		names = [
			factories.an_approved_application(
				cooperative, first_name=first, birth_date=born, **mailbox
			).member
			for first, born in (("Ada", "1980-01-02"), ("Bob", "1979-03-04"))
		]
		ada, bob = (frappe.get_doc("Member", name) for name in names)
		self.assertEqual({ada.user, bob.user}, {mailbox["email"]})
		self.assertNotEqual(ada.contact, bob.contact)
		with factories.as_user(mailbox["email"]):
			self.assertEqual([one.name for one in representatives.members()], names)
		bob.email = f"bob.{factories.unique()}@example.com"
		bob.save()
		ada.reload(), bob.reload()
		self.assertEqual((ada.user, bob.user or None), (mailbox["email"], None))
		self.assertTrue(frappe.db.get_value("User", mailbox["email"], "enabled"))
		with factories.as_user(mailbox["email"]):
			self.assertEqual([one.name for one in representatives.members()], [ada.name])

	def test_a_name_of_ones_own_choice_opens_nothing(self):
		"""Mallory may choose his user name, and chooses Camille's mailbox: it is looked up nowhere, neither when she is given
		access nor when he logs in.
		"""
		mallory = factories.a_user("Member")
		member = factories.a_member(factories.a_cooperative(portal_account="Never"))
		frappe.db.set_value("User", mallory, "username", member.email)
		self.assertIsNone(accounts.login_of(member.email))
		member.give_access()
		member.reload()
		self.assertEqual((member.user or None, member.invited_user), (None, member.email))
		for name in (mallory, member.email):  # what a host says of who logs in by a user name
			accounts.at_login(frappe._dict(user=name))
			with factories.as_user(mallory):
				self.assertEqual(representatives.members(), [])

	def test_no_code_of_ours_asks_for_user_names(self):
		root = Path(frappe.get_app_path("coop_membership"))
		found = [
			str(file.relative_to(root))
			for file in root.rglob("*.py")
			if not file.name.startswith("test_") and re.search(r"\busername\b", file.read_text())
		]
		self.assertEqual(found, ["privacy/erasure.py"])  # which blanks it

	def test_disabled_user(self):
		"""Somebody's login was disabled: it stays so, and a manager is asked."""
		user = factories.a_user("Member")
		frappe.db.set_value("User", user, "enabled", 0)
		application = factories.an_application(
			factories.a_cooperative(portal_account="On approval"), email=user
		)
		application.approve()
		self.assertFalse(frappe.db.get_value("User", user, "enabled"))
		self.assertIsNone(self.user_of(application.member))
		self.assertTrue(
			frappe.db.exists("ToDo", {"reference_name": application.member, "role": "Membership Manager"})
		)

	def test_a_manager_gives_access(self):
		"""A cooperative lets nobody in by itself: the manager's button does, and sends the invitation again if asked."""
		member = factories.a_member(factories.a_cooperative(portal_account="Never"))
		self.assertRaisesRegex(frappe.ValidationError, "Nobody has an e-mail", self.without_address, member)
		self.assertIn("no account yet", member.invite_again())
		self.assertIn("invitation is on its way", member.give_access())
		member.reload()
		self.assertEqual(self.user_of(member), member.email)
		self.assertIn("has an account already", member.give_access())
		member.invite_again()
		sent = [mail for mail in self.mails_to(member.email) if "membership-account" in mail]
		self.assertEqual(len(sent), 2)
		frappe.db.set_value("User", member.user, "last_login", frappe.utils.now_datetime())
		self.assertIn("has an account already", member.invite_again())
		for role in ("Membership User", "Membership Board", "Member"):
			with factories.as_user(factories.a_user(role)):
				self.assertRaises(frappe.PermissionError, member.give_access)
				self.assertRaises(frappe.PermissionError, member.invite_again)
		with factories.as_user(factories.a_user("Membership Manager")):
			member.give_access()

	def without_address(self, member):
		without = frappe.get_doc("Member", member.name)
		without.email = None
		accounts.give_access(without)

	def test_each_representative_of_today(self):
		"""Le Potager is represented by two people, and by a third one until last year: two accounts, a greeting each."""
		cooperative = factories.a_cooperative(portal_account="Never")
		application = factories.an_organisation(cooperative, first_name="Inès", registration_number=None)
		application.approve()
		member = frappe.get_doc("Member", application.member)
		omar, zoe = (self.a_contact(name) for name in ("Omar", "Zoé"))
		member.append("representatives", {"contact": omar.name, "from_date": "2020-01-01"})
		member.append(
			"representatives", {"contact": zoe.name, "from_date": "2020-01-01", "to_date": "2024-12-31"}
		)
		member.save()
		said = member.give_access()
		self.assertEqual(said.count("invitation"), 2)
		for address, name in ((application.email, "Inès"), (omar.email_id, "Omar")):
			[invitation] = [one for one in self.mails_to(address) if "membership-account" in one]
			self.assertIn(f"Hello {name}", quopri.decodestring(invitation).decode(errors="replace"))
		self.assertFalse(frappe.db.exists("User", zoe.email_id))
		self.assertEqual(self.user_of(member), application.email)

	def a_contact(self, first_name: str):
		email = f"{factories.unique()}@example.com"
		return frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": first_name,
				"email_ids": [{"email_id": email, "is_primary": 1}],
			}
		).insert()

	def test_mandate_on_the_hosts_pages(self):
		"""Omar represents the garden from tomorrow, Inès until today: the garden's invoices are seen by who
		is in office.
		"""
		if not host.has_erpnext():
			self.skipTest("no invoices here")
		application = factories.an_organisation(
			factories.a_cooperative(portal_account="On approval"), registration_number=None
		)
		application.approve()
		factories.open_invitations(application.member)
		member = frappe.get_doc("Member", application.member)
		invoice = frappe.db.get_value("Share Subscription", {"member": member.name}, "sales_invoice")
		contact = self.a_contact("Omar")
		omar = factories.a_user("Member", "Customer", email=contact.email_id)
		contact.db_set("user", omar)
		self.assertEqual(self.seen_by(member.user, invoice), [invoice])
		member.append("representatives", {"contact": contact.name, "from_date": add_days(today(), 1)})
		member.representatives[0].to_date = today()
		member.save()
		self.assertEqual((self.seen_by(member.user, invoice), self.seen_by(omar, invoice)), ([invoice], []))
		rows = [row.name for row in member.representatives]  # the night passes
		frappe.db.set_value("Member Representative", rows[0], "to_date", add_days(today(), -1))
		frappe.db.set_value("Member Representative", rows[1], "from_date", today())
		truth.follow_all_mandates()
		self.assertEqual((self.seen_by(member.user, invoice), self.seen_by(omar, invoice)), ([], [invoice]))
		member.reload()
		member.representatives = member.representatives[:1]  # a manager takes the line away
		member.save()
		self.assertEqual(self.seen_by(omar, invoice), [])

	def seen_by(self, user: str, invoice: str) -> list[str]:
		from erpnext.controllers.website_list_for_contact import get_transaction_list

		with factories.as_user(user):
			found = [row.name for row in get_transaction_list("Sales Invoice", limit_page_length=20)]
			self.assertEqual(
				bool(frappe.has_website_permission(frappe.get_doc("Sales Invoice", invoice))), bool(found)
			)
		return found

	def test_failure_breaks_nothing(self):
		"""The host refuses to make the user: the shares are issued all the same, and a manager is asked."""
		subscription = factories.a_subscription(factories.a_cooperative(portal_account="On payment"))
		with patch.object(accounts, "_new_user", side_effect=RuntimeError("no")):
			factories.pay(subscription)
		self.assertEqual(subscription.status, "Paid")
		self.assertTrue(frappe.db.exists("ToDo", {"reference_name": subscription.member}))

	def test_invitation_is_for_once(self):
		"""The link leads to a password as long as nobody has logged in; then it is over."""
		subscription = factories.a_subscription(factories.a_cooperative(portal_account="On approval"))
		user = self.user_of(subscription.member)
		key = accounts.invitation_link(user).partition("key=")[2]
		self.assertIn("/update-password?key=", accounts.password_page(key))
		frappe.db.set_value("User", user, "last_login", frappe.utils.now_datetime())
		self.assertRaises(signing.Expired, accounts.password_page, key)
		self.assertRaises(signing.BadKey, accounts.password_page, key[:-3] + "abc")

	def test_own_invoices_on_the_hosts_pages(self):
		"""Each member finds their own invoice under /invoices, and nobody else's."""
		if not host.has_erpnext():
			self.skipTest("no invoices here")
		from erpnext.controllers.website_list_for_contact import get_transaction_list

		cooperative = factories.a_cooperative(portal_account="On approval")
		subscriptions = [factories.a_subscription(cooperative) for _ in range(2)]
		for subscription in subscriptions:
			with factories.as_user(self.user_of(subscription.member)):
				found = [row.name for row in get_transaction_list("Sales Invoice", limit_page_length=20)]
				invoice = frappe.get_doc("Sales Invoice", subscription.sales_invoice)
				other = next(one for one in subscriptions if one.name != subscription.name)
				theirs = frappe.get_doc("Sales Invoice", other.sales_invoice)
				self.assertTrue(frappe.has_website_permission(invoice))
				self.assertFalse(frappe.has_website_permission(theirs))
			self.assertEqual(found, [subscription.sales_invoice])


class TestSitesOfBefore(FrappeTestCase):
	"""A site from before the links: whoever is provably the invited one keeps the pages, nobody else does."""

	def test_patch(self):
		"""Camille logged in, Nadia never did; Mallory's login stands on Paul's record; Inès represents a garden."""
		cooperative = factories.a_cooperative()
		camille, nadia, paul = (factories.a_member(cooperative) for _ in range(3))
		application = factories.an_organisation(cooperative, first_name="Inès")
		application.approve()
		garden = frappe.get_doc("Member", application.member)
		mallory = factories.a_user("Member")
		for member, user, last_login in (
			(camille, camille.email, "2026-01-01"),
			(nadia, nadia.email, None),
			(paul, mallory, "2026-01-01"),
			(garden, garden.email, "2026-01-01"),
		):
			factories.a_user("Member", email=user)
			frappe.db.set_value("User", user, "last_login", last_login)
			frappe.db.set_value("Contact", member.contact, "user", user)
			member.db_set("user", user)
		link_proven_logins.execute()
		for member, user, invited in (
			(camille, camille.email, None),
			(nadia, None, nadia.email),
			(paul, None, None),
			(garden, garden.email, None),
		):
			member.reload()
			self.assertEqual((member.user, member.invited_user), (user, invited))
		self.assertEqual(garden.representatives[0].user, garden.email)
		self.assertTrue(frappe.db.exists("ToDo", {"reference_name": paul.name, "status": "Open"}))
		link_proven_logins.execute()
		camille.reload()
		self.assertEqual(camille.user, camille.email)


class TestSignUp(FrappeTestCase):
	"""The host's sign-up leads to the form while a cooperative says so."""

	def test_replaced_and_back(self):
		cooperative = factories.a_cooperative()
		frappe.db.set_value("Cooperative", {"name": ["!=", cooperative.name]}, "replaces_signup", 0)
		before = sign_up.template()
		cooperative.replaces_signup = 1
		cooperative.save()
		self.assertEqual(sign_up.template(), sign_up.OURS)
		self.assertIn('href="/join"', frappe.get_template(sign_up.OURS).render())
		self.assertEqual(self.on_dokos(), "join")
		cooperative.replaces_signup = 0
		cooperative.save()
		self.assertEqual(sign_up.template(), before)
		self.assertNotEqual(before, sign_up.OURS)
		self.assertIn(self.on_dokos() if self.has_setting() else "", (None, ""))

	def has_setting(self) -> bool:
		return host.has_field("Website Settings", "custom_signup")

	def on_dokos(self) -> str | None:
		"""Dokos's own setting; elsewhere as if it were set."""
		return (
			frappe.db.get_single_value("Website Settings", "custom_signup") if self.has_setting() else "join"
		)
