"""The pages of signed links over HTTP, as guests and mail programs open them."""

from __future__ import annotations

import requests

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.joining import confirmation
from coop_membership.joining.test_confirmation import by_a_visitor
from coop_membership.tests.web import WebCase


class TestPages(WebCase):
	"""A guest opens the pages: looking changes nothing, the button does."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(accounting=ELSEWHERE, confirm_email=1)
		cls.application = by_a_visitor(cls.cooperative)
		cls.commit()

	def status(self) -> str:
		self.look_again()
		return frappe.db.get_value("Membership Application", self.application.name, "status")

	def test_confirmation(self):
		"""Opened, the link shows a button; pressed, the request goes on; pressed again, it says so."""
		key = confirmation.link(self.application).partition("key=")[2]
		page = f"{self.url}/confirm-membership"
		seen = requests.get(page, params={"key": key}, timeout=60)
		self.assertEqual(seen.status_code, 200, seen.text[:300])
		self.assertIn("Confirm my address", seen.text)
		self.assertEqual(self.status(), "To Confirm")
		self.assertIn("confirmed", requests.post(page, data={"key": key}, timeout=60).text)
		self.assertEqual(self.status(), "Pending")
		self.assertIn("confirmed already", requests.post(page, data={"key": key}, timeout=60).text)

	def test_without_a_key(self):
		"""No key, a wrong key: a sentence, no name, no amount."""
		for page in ("confirm-membership", "membership-payment", "membership-account"):
			for answer in (
				requests.get(f"{self.url}/{page}", timeout=60),
				requests.post(f"{self.url}/{page}", data={"key": "x" * 80}, timeout=60),
			):
				self.assertEqual(answer.status_code, 200)
				self.assertIn("This link is not complete", answer.text)
