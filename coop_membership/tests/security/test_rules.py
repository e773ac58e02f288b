"""The table of `rules.py` is whole, says what the JSON permissions say, and stands in the guide."""

from __future__ import annotations

from pathlib import Path

import frappe

import coop_membership
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.security import found, rules

GUIDE = Path(coop_membership.__file__).parent.parent / "docs" / "security.md"
HOW = "add its line to coop_membership/tests/security/rules.py: who may, and nobody else"


class TestRules(FrappeTestCase):
	def test_every_doctype_has_a_line(self):
		self.assertEqual(set(found.doctypes(tables=False)), set(rules.RIGHTS), HOW)

	def test_every_action_has_a_line(self):
		self.assertEqual(set(found.document_actions()), set(rules.ACTIONS), HOW)

	def test_every_function_has_a_line(self):
		self.assertEqual(set(found.functions()), set(rules.FUNCTIONS), HOW)

	def test_every_report_has_a_line(self):
		"""And its roles are those of the line."""
		self.assertEqual(set(found.reports()), set(rules.REPORTS), HOW)
		for report, roles in rules.REPORTS.items():
			said = {row.role for row in frappe.get_doc("Report", report).roles}
			self.assertEqual(said, set(roles), report)

	def test_every_page_has_a_line(self):
		self.assertEqual(set(found.pages()), set(rules.PAGES), HOW)
		self.assertEqual(set(found.renderers()), set(rules.RENDERERS), HOW)

	def test_the_permissions_say_the_same(self):
		"""Each role and right of each DocType, as the framework reads them."""
		for doctype in found.doctypes(tables=False):
			said = {}
			for row in frappe.get_meta(doctype).permissions:
				if not row.permlevel:
					said[row.role] = "".join(
						letter for letter, right in rules.LETTERS.items() if row.get(right)
					)
			table = {role: _sorted(rights) for role, rights in rules.RIGHTS.get(doctype, {}).items()}
			self.assertEqual({role: _sorted(rights) for role, rights in said.items()}, table, doctype)

	def test_the_guide_shows_it(self):
		"""docs/security.md is written by hand; its tables are these."""
		self.assertIn(
			rules.as_markdown(), GUIDE.read_text(), "run rules.as_markdown() and put it into the guide"
		)


def _sorted(rights: str) -> str:
	return "".join(sorted(rights))
