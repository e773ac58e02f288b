"""What is done for a request is the same whoever sends it: time would tell who is known here."""

from __future__ import annotations

import re
from unittest.mock import patch

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.joining.test_confirmation import by_a_visitor
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

STATEMENT = re.compile(
	r"^\s*(select|insert|update|delete|replace)\b.*?[`\"](tab[^`\"]+)", re.IGNORECASE | re.DOTALL
)


class TestWork(FrappeTestCase):
	def setUp(self):
		self.cooperative = factories.a_cooperative(ELSEWHERE)
		by_a_visitor(self.cooperative)  # what is read once, is read

	def statements(self, **values) -> list[tuple[str, str]]:
		"""(verb, table) of all that a post of the public form asks of the database."""
		found, execute = [], frappe.db.sql

		def listen(query, *args, **kwargs):
			if statement := STATEMENT.match(str(query)):
				found.append((statement[1].lower(), statement[2]))
			return execute(query, *args, **kwargs)

		with patch.object(frappe.db, "sql", listen):
			by_a_visitor(self.cooperative, **values)
		return found

	def test_a_member_and_a_stranger(self):
		member = factories.a_member(self.cooperative, first_name="Nadia", last_name="Petit")
		stranger = self.statements()
		self.assertGreater(len(stranger), 5)
		self.assertEqual(self.statements(email=member.email), stranger)

	def test_the_first_time_and_the_second(self):
		"""A repeat writes all that the first one wrote, and takes it back."""
		email = f"nadia.{factories.unique()}@example.com"
		first, second = self.statements(email=email), self.statements(email=email)
		writes = [[one for one in each if one[0] != "select"] for each in (first, second)]
		self.assertEqual(writes[1], writes[0])
		self.assertLessEqual(abs(len(first) - len(second)), 4)
		self.assertEqual(frappe.db.count("Membership Application", {"email": email}), 1)
		self.assertEqual(frappe.db.count("Email Queue Recipient", {"recipient": email}), 1)

	def test_one_mail_too_many(self):
		"""The sixth message within the hour is written like the others, and taken back."""
		email = f"nadia.{factories.unique()}@example.com"
		said = [
			self.statements(email=email, first_name=name)
			for name in ("Ada", "Bea", "Cleo", "Dora", "Eva", "Fay")
		]
		self.assertEqual(said[5], said[4])
		self.assertEqual(frappe.db.count("Email Queue Recipient", {"recipient": email}), 5)
