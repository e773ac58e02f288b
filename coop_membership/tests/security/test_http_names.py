"""What the hosts tell, or let one do, to a document of which one knows the name alone: MEM-00001 is easily guessed."""

from __future__ import annotations

import frappe
from frappe import client

from coop_membership.tests import factories
from coop_membership.tests.security.test_takeover import TakeoverCase


class TestNames(TakeoverCase):
	def setUp(self):
		super().setUp()
		self.member = factories.a_member(self.cooperative, last_name=f"Kervella{factories.unique()}")
		elsewhere = self.a_cooperative()
		self.kept = self.a_user("Membership Manager")
		values = {"user": self.kept, "allow": "Cooperative", "for_value": elsewhere.name}
		frappe.get_doc({"doctype": "User Permission", **values}).insert(ignore_permissions=True)  # a test
		self.commit()
		self.addCleanup(factories.wipe, "User Permission", {"user": self.kept})
		sessions = {user: self.logged_in(user) for user in (self.kept, self.manager)}
		self.sessions = {self.mallory: self.session, **sessions}

	def call(self, user: str, method: str, **values):
		answer = self.sessions[user].post(
			f"{self.url}/api/method/{method}", data=values, headers={"Accept": "application/json"}, timeout=60
		)
		self.look_again()
		return answer

	def test_the_title_of_a_link(self):
		"""The name behind MEM-00001 is told to who may read the member; others get back what they sent."""
		asked = {"doctype": "Member", "docname": self.member.name}
		meta = frappe.get_meta("Member")
		title = meta.get("show_title_field_in_link") and self.member.get(meta.title_field)
		for user, told in (
			(self.mallory, self.member.name),
			(self.kept, self.member.name),
			(self.manager, title or self.member.name),
		):
			answer = self.call(user, "frappe.desk.search.get_link_title", **asked)
			self.assertEqual(answer.json()["message"], told, user)
		answer = self.call(self.mallory, "frappe.desk.search.get_link_title", doctype="Role", docname="All")
		self.assertEqual(answer.json()["message"], "All")

	def test_whether_there_is_one(self):
		"""A manager of another cooperative gets the same answer for a member and for none."""
		answers = [
			self.call(self.kept, "frappe.client.validate_link", doctype="Member", docname=name)
			for name in (self.member.name, f"MEM-{factories.unique()}")
		]
		self.assertEqual(*[(answer.status_code, answer.text) for answer in answers])
		if hasattr(client, "validate_link"):
			answer = self.call(
				self.manager, "frappe.client.validate_link", doctype="Member", docname=self.member.name
			)
			self.assertEqual(answer.json()["message"]["name"], self.member.name)

	def test_a_like(self):
		"""Nobody leaves a trace on what they may not read."""
		asked = {"doctype": "Member", "name": self.member.name, "add": "Yes"}
		for user in (self.mallory, self.kept, self.manager):
			answer = self.call(user, "frappe.desk.like.toggle_like", **asked)
			liked = frappe.db.get_value("Member", self.member.name, "_liked_by") or ""
			self.assertEqual(user in liked, user == self.manager)
			self.assertEqual(answer.status_code == 200, user == self.manager, answer.text[:300])

	def test_a_button_of_another_spelling(self):
		"""MariaDB takes "member" for Member: a sentence, no error of the server."""
		for doctype in ("member", "MEMBER", "Member "):
			answer = self.call(
				self.manager,
				"coop_membership.desk.buttons.press",
				doctype=doctype,
				name=self.member.name,
				action="household",
			)
			self.assertEqual(answer.status_code, 417, answer.text[:300])
			self.assertIn("no such action", answer.text)
