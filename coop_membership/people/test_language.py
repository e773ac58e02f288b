"""A person's language is the cooperative's until another is chosen."""

from __future__ import annotations

import frappe

from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase


class TestLanguage(FrappeTestCase):
	def test_the_cooperatives_not_the_sites(self):
		"""The site speaks English. A French cooperative gets a request without a language, and a manager enters a
		member without one: both are written to in French. Who chose Dutch is written to in Dutch.
		"""
		cooperative = factories.a_cooperative(language="fr")
		self.assertEqual(frappe.new_doc("Member").language, "en")  # what the host would fill in
		self.assertEqual(factories.an_application(cooperative, language=None).language, "fr")
		self.assertEqual(factories.an_application(cooperative, language="nl").language, "nl")
		member = {
			"doctype": "Member",
			"cooperative": cooperative.name,
			"first_name": "Ana",
			"last_name": "Lima",
		}
		self.assertEqual(frappe.get_doc(member).insert().language, "fr")
		self.assertEqual(frappe.get_doc({**member, "language": "nl"}).insert().language, "nl")
