"""No other website's page can post in somebody's session, from the first moment of it on; and errors tell no paths."""

from __future__ import annotations

from types import SimpleNamespace
from unittest.mock import patch

import requests

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.overrides import session_token
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.web import PASSWORD, WebCase, an_address

ASK = "/api/method/coop_membership.portal.share_requests.ask"
TOKEN = "X-Frappe-CSRF-Token"


class TestSession(WebCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(ELSEWHERE)
		member = factories.a_member(cls.cooperative)
		cls.share_class = factories.class_of(cls.cooperative)
		cls.member, cls.manager = cls.a_user("Member"), cls.a_user("Membership Manager")
		frappe.db.set_value("User", cls.member, "user_type", "Website User")
		member.db_set({"user": cls.member, "email": cls.member})
		cls.commit()

	def ask(self, session: requests.Session, **headers) -> requests.Response:
		values = {"kind": "Gift", "share_class": self.share_class, "quantity": 1}
		return session.post(self.url + ASK, data=values, headers=headers, timeout=60)

	def without_token(self, user: str) -> requests.Session:
		"""A browser that has just logged in and has opened no page yet."""
		session = self.logged_in(user)
		session.token = session.headers.pop(TOKEN)
		return session

	def test_a_post_needs_the_token_from_the_log_in_on(self):
		"""A page elsewhere lets her browser give her shares away, right after she logged in: refused, and nothing is asked."""
		session = self.without_token(self.member)
		for headers in ({}, {TOKEN: "x" * 56}, {TOKEN: ""}):
			self.assertIn(self.ask(session, **headers).status_code, (400, 403), headers)
		self.look_again()
		self.assertFalse(frappe.db.exists("Share Transaction", {"cooperative": self.cooperative.name}))
		self.assertEqual(self.ask(session, **{TOKEN: session.token}).status_code, 200)
		page = session.get(f"{self.url}/my-membership", timeout=60).text
		self.assertIn(session.token, page, "her own pages have it")

	def test_a_desk_too(self):
		session = self.without_token(self.manager)
		values = {"doctype": "Referral Source", "title": factories.unique()}
		address = f"{self.url}/api/resource/Referral Source"
		self.assertIn(session.post(address, json=values, timeout=60).status_code, (400, 403))
		answer = session.post(address, json=values, headers={TOKEN: session.token}, timeout=60)
		self.assertEqual(answer.status_code, 200, answer.text[:300])
		frappe.db.delete("Referral Source", {"title": values["title"]})
		self.commit()

	def test_programs_with_a_key_need_none(self):
		user = frappe.get_doc("User", self.manager)
		user.api_key, user.api_secret = "key" + factories.unique(), "verysecret"
		user.save(ignore_permissions=True)
		self.commit()
		key = {"Authorization": f"token {user.api_key}:verysecret"}
		path = "/api/method/coop_membership.desk.registers.check_now"
		answer = self.send("POST", path, headers=key, data={"cooperative": self.cooperative.name})
		self.assertEqual(answer.status_code, 200, answer.text[:300])

	def test_errors_tell_no_paths(self):
		"""Refusals and errors of the server, as a guest, a member and a manager read them: no traceback, no file's path."""
		for user in (None, self.member, self.manager):
			session = self.logged_in(user) if user else requests.Session()
			session.headers["X-Forwarded-For"] = an_address()
			for verb, path, accept in (
				("POST", "/api/method/coop_membership.portal.api.apply", "application/json"),
				("POST", "/api/method/coop_membership.desk.buttons.press", "application/json"),
				("GET", "/api/resource/Member/nobody", "application/json"),
				(
					"GET",
					"/api/method/frappe.client.get_list",
					"application/json",
				),  # of the host, without what it needs
				("GET", "/api/method/frappe.client.get_list", "text/html"),
				("GET", "/api/method/no.such.function", "text/html"),
			):
				answer = session.request(verb, self.url + path, headers={"Accept": accept}, timeout=60)
				if (
					"text/html" != accept and "frappe.client" not in path
				):  # Dodock's pages of errors are a 200
					self.assertGreaterEqual(answer.status_code, 400, (user, path))
				for told in ("Traceback (most", 'File "', "File &#34;", frappe.get_app_path("frappe")):
					self.assertNotIn(told, answer.text, (user, path, accept))

	def test_the_login_page_itself_needs_none(self):
		answer = self.send("POST", "/api/method/login", data={"usr": self.member, "pwd": PASSWORD})
		self.assertTrue(answer.json()["csrf_token"])
		guest = self.send("POST", "/api/method/login", data={"usr": self.member, "pwd": "wrong"})
		self.assertNotIn("csrf_token", guest.text)


class TestSessionsOfOtherLogIns(FrappeTestCase):
	def check(
		self,
		method: str,
		cookie: str = "s",
		data: dict | None = None,
		user: str = "ada@example.com",
		**headers,
	):
		"""The token of the session after a request in it."""
		session = frappe._dict(user=user, sid="s", data=frappe._dict(data or {}))

		def make():
			session.data.csrf_token = "made"

		request = SimpleNamespace(cookies={"sid": cookie}, method=method)
		with (
			patch.object(frappe.local, "session", session),
			patch.object(frappe.local, "request", request, create=True),
			patch.object(frappe.local, "session_obj", frappe._dict(sid="s"), create=True),
			patch.object(session_token, "generate_csrf_token", make),
			patch.object(frappe, "get_request_header", headers.get),
		):
			session_token.check()
		return session.data.csrf_token

	def test_by_a_link_or_another_service(self):
		"""Such a session begins without a token: looking makes it, posting is refused, and once there it is the host's."""
		self.assertEqual(self.check("GET"), "made")
		for method in ("POST", "PUT", "DELETE", "PATCH"):
			self.assertRaises(frappe.CSRFTokenError, self.check, method)
			self.assertEqual(self.check(method, data={"csrf_token": "known"}), "known")
			self.assertEqual(self.check(method, cookie="before the log-in"), "made")
			self.assertIsNone(self.check(method, user="Guest"))
			self.assertIsNone(self.check(method, Authorization="token a:b"))
