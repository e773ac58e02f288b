"""Account takeovers that were tried over HTTP: somebody else's membership by a record that its subject may write."""

from __future__ import annotations

import re

import requests

import frappe
from frappe.utils import add_days, now_datetime, today

from coop_membership import host
from coop_membership.people import accounts, truth
from coop_membership.tests import factories
from coop_membership.tests.web import WebCase


class TakeoverCase(WebCase):
	"""Mallory has a login on the website, and Camille is to become a member."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(portal_account="On approval")
		cls.manager = cls.a_user("Membership Manager")

	def setUp(self):
		super().setUp()
		self.mallory = self.a_user("Customer") if host.has_erpnext() else self.a_user()
		self.camille = f"camille.{factories.unique()}@example.com"
		self.session = self.logged_in(self.mallory)

	def tearDown(self):
		frappe.db.rollback()
		factories.wipe("Contact", {"owner": self.mallory})
		frappe.db.commit()
		super().tearDown()

	def write(self, session: requests.Session, verb: str, path: str, **values) -> requests.Response:
		"""A call to the host's REST interface with the token that its pages give to a session."""
		if not hasattr(session, "token"):
			page = session.get(f"{self.url}/me", timeout=60).text
			session.token = re.search(r'csrf_token = "([^"]*)"', page)[1]
		answer = session.request(
			verb,
			f"{self.url}/api/resource/{path}",
			json=values,
			headers={"X-Frappe-CSRF-Token": session.token, "Accept": "application/json"},
			timeout=60,
		)
		self.look_again()
		return answer

	def approved(self, organisation: bool = False):
		"""The open subscription of a request in Camille's name that a manager has approved."""
		self.look_again()
		make = factories.an_organisation if organisation else factories.an_application
		application = make(self.cooperative, email=self.camille)
		application.approve()
		self.commit()
		return frappe.get_doc("Share Subscription", {"application": application.name})

	def sees(self, session: requests.Session, subscription) -> bool:
		"""Whether a session opens the page of a member, or the host's page of the invoice."""
		own = session.get(f"{self.url}/membership/payments", timeout=60)
		self.assertEqual(own.status_code, 200)
		chosen = session.get(
			f"{self.url}/membership/payments", params={"member": subscription.member}, timeout=60
		)
		found = subscription.payment_reference in own.text + chosen.text
		if subscription.get("sales_invoice"):
			invoice = session.get(f"{self.url}/invoices/{subscription.sales_invoice}", timeout=60)
			found = found or invoice.status_code == 200
		return found

	def logs_in(self, user: str) -> requests.Session:
		"""Somebody opens the mailbox, chooses a password and logs in."""
		return self.logged_in(self.let_in(user))


class TestContacts(TakeoverCase):
	"""A Contact made by a website user is no way in."""

	def a_trap(self) -> str | None:
		"""Mallory makes a Contact with Camille's address and name over REST; None where the host does not let him."""
		answer = self.write(
			self.session,
			"POST",
			"Contact",
			first_name="Camille",
			last_name="Durand",
			email_ids=[{"email_id": self.camille, "is_primary": 1}],
		)
		return answer.json()["data"]["name"] if answer.status_code == 200 else None

	def a_trap_of_before(self) -> str:
		"""The same on a host that lets nobody make one: it was there already, and is his."""
		self.look_again()
		contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Camille",
				"last_name": "Durand",
				"email_ids": [{"email_id": self.camille, "is_primary": 1}],
			}
		).insert()
		frappe.db.set_value("Contact", contact.name, {"owner": self.mallory, "user": self.mallory})
		self.commit()
		return contact.name

	def test_as_a_person_and_as_a_representative(self):
		"""Camille, then her association, is approved: neither takes the trap over, and Mallory opens no page."""
		for organisation in (False, True):
			for lay in (self.a_trap, self.a_trap_of_before):
				with self.subTest(organisation=organisation, trap=lay.__name__):
					trap = lay()
					subscription = self.approved(organisation)
					if trap:
						self.write(self.session, "PUT", f"Contact/{trap}", user=self.mallory)
					member = frappe.get_doc("Member", subscription.member)
					self.assertNotIn(trap, {member.contact, *(row.contact for row in member.representatives)})
					self.assertFalse(self.sees(self.session, subscription))
					self.assertTrue(self.sees(self.logs_in(self.camille), subscription))
					self.assertFalse(self.sees(self.session, subscription))

	def test_a_manager_cannot_choose_it_by_mistake(self):
		"""A manager names the trap as a representative's contact, or a member's: a sentence, and nothing is saved."""
		trap = self.a_trap_of_before()
		subscription = self.approved(organisation=True)
		desk = self.logged_in(self.manager)
		rows = [{"contact": trap, "from_date": today()}]
		for values in ({"representatives": rows}, {"contact": trap}):
			answer = self.write(desk, "PUT", f"Member/{subscription.member}", **values)
			self.assertEqual(answer.status_code, 417, answer.text[:300])
			self.assertIn("visitor of the website", answer.text)
		self.assertFalse(frappe.db.exists("Member Representative", {"contact": trap}))

	def test_the_contact_of_a_member_stays_as_written(self):
		"""It got into Mallory's hands all the same: what he writes into it stays as the desk wrote it."""
		subscription = self.approved()
		contact = frappe.db.get_value("Member", subscription.member, "contact")
		frappe.db.set_value("Contact", contact, "owner", self.mallory)
		self.commit()
		self.write(
			self.session,
			"PUT",
			f"Contact/{contact}",
			first_name="Mallory",
			user=self.mallory,
			email_ids=[{"email_id": self.mallory, "is_primary": 1}],
		)
		kept = frappe.get_doc("Contact", contact)
		self.assertEqual((kept.first_name, kept.email_id), ("Camille", self.camille))
		self.assertEqual([row.email_id for row in kept.email_ids], [self.camille])
		self.assertNotEqual(kept.user, self.mallory)
		self.assertFalse(self.sees(self.session, subscription))


class TestAddressOfALogin(TakeoverCase):
	"""On Dokos anybody may change the e-mail address of the own login: it is still named as the first mailbox."""

	def test_before_and_after_the_approval(self):
		"""Mallory takes Camille's address for his login, before she is approved and once more after: he opens nothing."""
		for moment in ("before", "after"):
			with self.subTest(moment):
				subscription = self.approved() if moment == "after" else None
				self.write(self.session, "PUT", f"User/{self.mallory}", email=self.camille)
				if not subscription:
					# a host that refuses is asked as if it had let him
					frappe.db.set_value("User", self.mallory, "email", self.camille)
					self.commit()
					subscription = self.approved()
				self.assertNotEqual(frappe.db.get_value("Member", subscription.member, "user"), self.mallory)
				self.assertFalse(self.sees(self.session, subscription))
				self.assertFalse(self.sees(self.logged_in(self.mallory), subscription))
				self.assertTrue(self.sees(self.logs_in(self.camille), subscription))

	def test_a_login_with_another_address_proves_nothing(self):
		"""Camille's own login was given another mailbox by now: it is not opened by logging in, a manager is asked."""
		factories.a_user(email=self.camille)
		frappe.db.set_value("User", self.camille, "email", self.mallory)
		self.commit()
		subscription = self.approved()
		self.assertFalse(self.sees(self.logs_in(self.camille), subscription))
		self.assertTrue(frappe.db.exists("ToDo", {"reference_name": subscription.member, "status": "Open"}))

	def test_a_login_is_not_renamed_by_who_has_it(self):
		"""The name of a login is its mailbox: nobody takes Camille's, and then gets the access that is given to Camille."""
		self.write(self.session, "GET", f"User/{self.mallory}")  # fetches the token
		answer = self.session.post(
			f"{self.url}/api/method/frappe.client.rename_doc",
			data={"doctype": "User", "old_name": self.mallory, "new_name": self.camille},
			headers={"X-Frappe-CSRF-Token": self.session.token, "Accept": "application/json"},
			timeout=60,
		)
		self.look_again()
		self.assertNotEqual(answer.status_code, 200, answer.text[:300])
		self.assertFalse(frappe.db.exists("User", self.camille))
		self.assertTrue(frappe.db.exists("User", self.mallory))


class TestFiles(TakeoverCase):
	"""A private file of a register, and a guess of its address."""

	def test_a_row_that_names_it_opens_nothing(self):
		member = factories.a_member(self.cooperative)
		file = frappe.get_doc(
			doctype="File",
			file_name=f"register-{factories.unique()}.csv",
			content="born 1985-04-12",
			is_private=1,
			attached_to_doctype="Member",
			attached_to_name=member.name,
		).insert()
		self.commit()
		self.assertNotIn("1985", self.session.get(f"{self.url}{file.file_url}", timeout=60).text)
		for further in (
			{},
			{"is_private": 0},
			{"attached_to_doctype": "User", "attached_to_name": self.mallory},
		):
			values = {"file_name": "y.csv", "file_url": file.file_url, "is_private": 1, **further}
			answer = self.write(self.session, "POST", "File", **values)
			self.assertNotEqual(answer.status_code, 200, further)
			self.assertNotIn("1985", self.session.get(f"{self.url}{file.file_url}", timeout=60).text)

		for field in ("user_image", "banner_image"):
			for url in (file.file_url, file.file_url.replace("private", "%70rivate")):
				self.write(self.session, "PUT", f"User/{self.mallory}", **{field: url})
				self.assertNotIn("1985", self.session.get(f"{self.url}{file.file_url}", timeout=60).text)
				self.look_again()
				self.assertNotEqual(frappe.db.get_value("User", self.mallory, field), url)

	def test_nothing_is_attached_to_a_member_of_somebody_else(self):
		member = factories.a_member(self.cooperative)
		self.commit()
		answer = self.write(
			self.session,
			"POST",
			"File",
			file_name="x.html",
			content="<script>",
			attached_to_doctype="Member",
			attached_to_name=member.name,
		)
		self.assertNotEqual(answer.status_code, 200)
		self.assertFalse(frappe.db.exists("File", {"attached_to_name": member.name, "file_name": "x.html"}))


class TestLinks(TakeoverCase):
	"""The links that open a membership, and what takes them back."""

	def test_written_by_nobody(self):
		"""A manager writes a login into a member, a row of it, or a new one over REST: refused, and nothing changes."""
		subscription = self.approved(organisation=True)
		member = frappe.get_doc("Member", subscription.member)
		row = member.representatives[0]
		desk = self.logged_in(self.manager)
		kept = {"name": row.name, "contact": row.contact, "from_date": str(row.from_date)}
		for path, values in (
			(f"Member/{member.name}", {"user": self.mallory}),
			(f"Member/{member.name}", {"invited_user": self.mallory}),
			(f"Member/{member.name}", {"representatives": [{**kept, "user": self.mallory}]}),
			(f"Member/{member.name}", {"representatives": [{"contact": row.contact, "user": self.mallory}]}),
			(f"Member Representative/{row.name}", {"user": self.mallory}),
			(f"Member Representative/{row.name}", {"invited_user": self.mallory}),
		):
			with self.subTest(path, values=values):
				self.assertGreaterEqual(self.write(desk, "PUT", path, **values).status_code, 400)
		new = {
			"cooperative": self.cooperative.name,
			"first_name": "A",
			"last_name": "B",
			"user": self.mallory,
		}
		self.assertGreaterEqual(self.write(desk, "POST", "Member", **new).status_code, 400)
		for field in accounts.LINKS:
			self.assertFalse(frappe.db.exists("Member", {field: self.mallory}))
			self.assertFalse(frappe.db.exists("Member Representative", {field: self.mallory}))

	def test_a_row_for_another_person_loses_its_login(self):
		"""The row of Camille becomes one of somebody else: her login does not come with it."""
		subscription = self.approved(organisation=True)
		camille = self.logs_in(self.camille)
		self.assertTrue(self.sees(camille, subscription))
		member = frappe.get_doc("Member", subscription.member)
		other = frappe.get_doc({"doctype": "Contact", "first_name": "Omar"}).insert()
		member.representatives[0].contact = other.name
		member.save()
		self.commit()
		self.assertFalse(self.sees(camille, subscription))

	def test_a_corrected_address(self):
		"""The address was Mallory's, who opened the invitation; a manager puts Camille's: he is out at once, on the host's
		pages too, his link is dead, and she is in once she has opened hers.
		"""
		wrong = f"camile.{factories.unique()}@example.com"
		self.look_again()
		application = factories.an_application(self.cooperative, email=wrong)
		application.approve()
		self.commit()
		subscription = frappe.get_doc("Share Subscription", {"application": application.name})
		link = accounts.invitation_link(wrong)
		stranger = self.logs_in(wrong)
		self.assertTrue(self.sees(stranger, subscription))
		answer = self.write(
			self.logged_in(self.manager), "PUT", f"Member/{subscription.member}", email=self.camille
		)
		self.assertEqual(answer.status_code, 200, answer.text[:500])
		member = frappe.get_doc("Member", subscription.member)
		self.assertEqual((member.user, member.invited_user), (None, self.camille))
		seen = stranger.get(f"{self.url}/membership/payments", timeout=60)
		self.assertNotIn(subscription.payment_reference, seen.text)
		if subscription.get("sales_invoice"):
			page = stranger.get(f"{self.url}/invoices/{subscription.sales_invoice}", timeout=60)
			self.assertNotEqual(page.status_code, 200)
		self.assertIn("over", requests.get(link, timeout=60).text)
		self.assertTrue(self.sees(self.logs_in(self.camille), subscription))

	def test_an_invitation_not_opened_yet(self):
		"""The wrong mailbox has not opened its invitation when the address is corrected: the link leads to nothing."""
		wrong = f"camile.{factories.unique()}@example.com"
		self.look_again()
		application = factories.an_application(self.cooperative, email=wrong)
		application.approve()
		link = accounts.invitation_link(wrong)
		member = frappe.get_doc("Member", application.member)
		member.email = self.camille
		member.save()
		self.commit()
		for verb in ("get", "post"):
			said = getattr(requests, verb)(link, timeout=60)
			self.assertIn("This invitation is over", said.text)
		self.assertFalse(frappe.db.exists("User", wrong))
		waiting = frappe.get_all("Email Queue Recipient", {"recipient": wrong}, pluck="parent")
		mails = frappe.get_all("Email Queue", {"name": ["in", waiting]}, pluck="message")
		self.assertFalse([mail for mail in mails if accounts.PAGE in mail])

	def test_an_ended_mandate(self):
		"""Camille represented the association until yesterday: her open session sees nothing of it, here and on the host."""
		subscription = self.approved(organisation=True)
		camille = self.logs_in(self.camille)
		self.assertTrue(self.sees(camille, subscription))
		row = frappe.get_doc("Member", subscription.member).representatives[0]
		ended = [{**row.as_dict(no_default_fields=True), "name": row.name, "contact": row.contact}]
		ended[0] |= {"from_date": "2020-01-01", "to_date": add_days(today(), -1)}
		desk = self.logged_in(self.manager)
		answer = self.write(desk, "PUT", f"Member/{subscription.member}", representatives=ended)
		self.assertEqual(answer.status_code, 200, answer.text[:500])
		self.assertFalse(self.sees(camille, subscription))
		customer = (
			frappe.db.get_value("Member", subscription.member, "customer") if host.has_erpnext() else None
		)
		if customer:
			self.assertFalse(frappe.db.exists("Portal User", {"parent": customer, "user": self.camille}))
			links = {"parent": row.contact, "link_doctype": "Customer", "link_name": customer}
			self.assertFalse(frappe.db.exists("Dynamic Link", links))

	def test_a_mandate_that_ends_by_the_calendar(self):
		"""Nobody saves anything: the hourly job closes the host's pages once the last day is over."""
		subscription = self.approved(organisation=True)
		camille = self.logs_in(self.camille)
		self.assertTrue(self.sees(camille, subscription))
		frappe.db.set_value(
			"Member Representative",
			{"parent": subscription.member},
			{"from_date": "2020-01-01", "to_date": add_days(today(), -1)},
		)
		truth.follow_all_mandates()
		self.commit()
		self.assertFalse(self.sees(camille, subscription))

	def test_a_login_counts_from_the_next_log_in(self):
		"""An old login that never logged in is invited like a new one; opening the invitation is the proof."""
		factories.a_user(email=self.camille)
		frappe.db.set_value("User", self.camille, "last_login", None)
		subscription = self.approved()
		member = frappe.get_doc("Member", subscription.member)
		self.assertEqual((member.user, member.invited_user), (None, self.camille))
		said = requests.post(accounts.invitation_link(self.camille), timeout=60, allow_redirects=False)
		self.assertIn(said.status_code, (200, 301, 302, 303), said.text[:300])
		self.look_again()
		member.reload()
		self.assertEqual((member.user, member.invited_user), (self.camille, None))
		frappe.db.set_value("User", self.camille, "last_login", now_datetime())
		self.commit()
		self.assertIn("over", requests.get(accounts.invitation_link(self.camille), timeout=60).text)
