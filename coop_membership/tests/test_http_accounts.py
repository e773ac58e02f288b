"""The pages of signed links over HTTP, as guests and mail programs open them. Needs a served site (test_http_join)."""

from __future__ import annotations

import os
import unittest

import requests

import frappe
from frappe.tests.utils import FrappeTestCase

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.membership import confirmation
from coop_membership.membership.test_confirmation import by_a_visitor
from coop_membership.tests import factories


class TestPages(FrappeTestCase):
	"""A guest opens the pages: looking changes nothing, the button does."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.url = os.environ.get("COOP_SITE_URL")
		if not cls.url:
			raise unittest.SkipTest("no served site: set COOP_SITE_URL")
		cls.cooperative = factories.a_cooperative(accounting=ELSEWHERE, confirm_email=1)
		cls.application = by_a_visitor(cls.cooperative)
		frappe.db.commit()  # the server reads the same database

	@classmethod
	def tearDownClass(cls):
		factories.forget(cls.cooperative)
		super().tearDownClass()

	def status(self) -> str:
		frappe.db.rollback()  # a new look at what the server wrote
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
