"""Mails that reached nobody are counted and listed until they are sent again; by who may read what they are about."""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.coop_membership.report.failed_mails.failed_mails import execute
from coop_membership.messages import failed, mail
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class TestFailedMails(FrappeTestCase):
	def setUp(self):
		self.cooperative = factories.a_cooperative(ELSEWHERE)
		self.request = factories.an_application(self.cooperative)

	def tearDown(self):
		frappe.db.rollback()

	def mails(self) -> list[str]:
		about = {"reference_doctype": self.request.doctype, "reference_name": self.request.name}
		return frappe.get_all("Email Queue", about, pluck="name", order_by="creation asc, name asc")

	def mine(self) -> list:
		return [row for row in failed.readable() if row.document == self.request.name]

	def test_listed_until_it_is_sent_again(self):
		"""The confirmation of a request is refused by the mail server: one line says which, to whom and why. Sent again
		from the request, it is gone.
		"""
		for name in self.mails():
			frappe.db.set_value(
				"Email Queue", name, {"status": "Error", "error": "Traceback …\n550 No such user"}
			)
		frappe.db.set_value("Email Queue", self.mails()[0], "creation", "2026-01-01 10:00:00")
		[row] = [one for one in self.mine() if one.event == "Application Received"]
		self.assertEqual(row.recipients, self.request.email)
		self.assertIn("550 No such user", row.reason)
		_columns, rows = execute()
		self.assertTrue([one for one in rows if one["document"] == self.request.name and one["mails"] == 1])
		self.assertTrue(mail.resend("Application Received", self.request))
		self.assertEqual([one for one in self.mine() if one.event == "Application Received"], [])

	def test_of_what_one_may_read(self):
		"""A user of the register sees it, somebody who chases late payers does not."""
		frappe.db.set_value("Email Queue", self.mails()[0], "status", "Error")
		with factories.as_user(factories.a_user("Membership User")):
			self.assertTrue(self.mine())
		with factories.as_user(factories.a_user("Dunning User")):
			self.assertEqual(self.mine(), [])
			self.assertRaises(frappe.PermissionError, execute)
