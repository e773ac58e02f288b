"""A part of a name finds the person in the desk's search, for who may read them and for nobody else."""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.overrides import searching
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class TestSearching(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_parts_of_a_name(self):
		"""“quen lefeb” finds Quentin Lefebvre as a member, in any order; two names are not mixed."""
		cooperative = factories.a_cooperative(ELSEWHERE)
		name = f"Lefebvre{factories.unique()}"
		member = factories.a_member(cooperative, first_name="Quentin", last_name=name)
		for text in ("quen lefeb", f"{name[3:]} Quentin", name[:-1]):
			with self.subTest(text):
				found = searching.search(text, 0, 20)
				self.assertIn(("Member", member.name), [(row["doctype"], row["name"]) for row in found])
		self.assertEqual(searching.found(f"{name} Nobody", 20), [])
		self.assertEqual(searching.found("  ", 20), [])
		with factories.as_user(factories.a_user("Dunning Info")):
			self.assertNotIn("Member", {row["doctype"] for row in searching.search(name, 0, 20)})
