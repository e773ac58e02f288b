"""The words of the host that is here keep their French, by its own files."""

from __future__ import annotations

import frappe
from frappe.translate import get_translations_from_apps

from coop_membership import host
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.test_translations import ADVICE, changed

OURS = "coop_membership"


class TestHostWords(FrappeTestCase):
	def test_our_french_changes_no_word_of_the_host(self):
		"""A list of invoices says *Payé* and a pager *1 sur 5*, with our app as without."""
		if not host.has_erpnext():
			self.skipTest("this host brings no French of its own")
		others = [app for app in frappe.get_installed_apps() if app != OURS]
		theirs = get_translations_from_apps("fr", others)
		self.assertGreater(len(theirs), 2000, "the host's French was not found")
		self.assertEqual(changed(theirs), {}, ADVICE)

	def test_a_document_keeps_its_own_words(self):
		"""Dues are *Payée*, an invoice stays *Payé*: the same word, asked for by the name of the document."""
		frappe.local.lang, before = "fr", frappe.local.lang
		self.addCleanup(setattr, frappe.local, "lang", before)
		self.assertEqual(frappe._("Paid", context="Membership"), "Payée")
		self.assertEqual(frappe._("Paid", context="Sales Invoice"), "Payé")
