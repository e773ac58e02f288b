"""A link to log in, by mail: asked for with anybody's address, the answer is the same."""

from __future__ import annotations

from unittest.mock import patch

import frappe

from coop_membership.overrides import login_link
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.web import an_address


class TestLoginLink(FrappeTestCase):
	def test_known_or_not(self):
		"""Only a login that is enabled gets a mail, also in capitals; a mail that fails says nothing either."""
		sent = []
		user = factories.a_user("Member")
		frappe.local.request_ip = an_address()
		with factories.as_user("Guest"), patch.object(login_link.login, "send_login_link", sent.append):
			for asked in (user, user.upper(), f"nobody.{factories.unique()}@example.com", "", "%"):
				self.assertIsNone(login_link.send_login_link(email=asked))
			self.assertEqual(sent, [user, user])
		with (
			factories.as_user("Guest"),
			patch.object(login_link.login, "send_login_link", side_effect=OSError),
		):
			frappe.local.request_ip = an_address()
			login_link.inspect.unwrap(login_link.send_login_link)(user)
