"""What the pages of payments and purchases show: reminders that were sent, and the host's quotations, orders and invoices."""

from __future__ import annotations

import unittest

import frappe
from frappe.utils import add_days, today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.in_erpnext import portal_access
from coop_membership.portal import receipts
from coop_membership.portal.pages import payments, purchases
from coop_membership.tests import dunning_factories, factories
from coop_membership.tests.case import FrappeTestCase

LETTER = "Dunning Letter"


class TestReminders(dunning_factories.DunningCase):
	"""Inès and Bea each have a request of 75 that is late; both were sent a letter, and Inès's next one waits."""

	def setUp(self):
		super().setUp()
		self.policy = policy = dunning_factories.a_policy()
		self.cooperative = factories.a_cooperative(
			ELSEWHERE, portal_account="On approval", dunning_policy=policy.name
		)
		self.ines, self.bea = (self.late(name) for name in ("Inès", "Béa"))
		self.hers, self.beas = (self.letter(member, "Sent") for member in (self.ines, self.bea))
		self.waiting = self.letter(self.ines, "Queued")

	def late(self, first_name: str):
		request = dunning_factories.a_late_request(
			self.cooperative, add_days(today(), -30), first_name=first_name
		)
		factories.open_invitations(request.member)
		return frappe.get_doc("Member", request.member)

	def letter(self, member, state: str) -> str:
		document = frappe.get_doc(
			{
				"doctype": LETTER,
				"cooperative": self.cooperative.name,
				"member": member.name,
				"party_type": "Member",
				"party": member.name,
				"party_name": member.display_name,
				"policy": self.policy.name,
				"level": 1,
				"level_title": "1er rappel",
				"channel": "E-mail",
				"state": state,
				"sent_on": today() if state == "Sent" else None,
				"control_date": today(),
				"currency": "EUR",
				"total": 75,
				"total_due": 75,
				"language": "fr",
			}
		)
		document.flags.by_service = True
		return document.insert(ignore_permissions=True).name

	def test_her_own_and_sent(self):
		"""The page names her one letter with its address, and the address gives a PDF."""
		with factories.as_user(self.ines.user):
			[shown] = payments.Payments().words(self.ines)["letters"]
			self.assertIn(self.hers, shown["link"])
			receipts.letter(self.hers, self.ines.name)
		answer = frappe.local.response
		self.assertEqual(answer["type"], "pdf")
		self.assertTrue(answer["filecontent"].startswith(b"%PDF"))
		self.assertIn(self.hers, answer["filename"])

	def test_nobody_elses_and_none_that_waits(self):
		"""Béa's letter, one that is still in the queue, none at all, and under Béa's name: all alike."""
		with factories.as_user(self.ines.user):
			for name, member in (
				(self.beas, self.ines.name),
				(self.beas, None),
				(self.beas, self.bea.name),
				(self.waiting, self.ines.name),
				("no such letter", self.ines.name),
			):
				with self.subTest(name=name, member=member):
					self.assertRaises(frappe.PermissionError, receipts.letter, name, member)
		with factories.as_user("Guest"):
			self.assertRaises(frappe.PermissionError, receipts.letter, self.hers, self.ines.name)


@unittest.skipUnless(host.has_erpnext(), "no ERPNext here")
class TestPurchases(FrappeTestCase):
	"""Inès buys for herself, and for the association that she represents; Béa buys too, and so does a customer who is nobody."""

	def setUp(self):
		self.cooperative = factories.a_cooperative(IN_ERPNEXT, portal_account="On approval")
		self.ines = factories.a_member(self.cooperative, first_name="Inès")
		self.bea = factories.a_member(self.cooperative, first_name="Béa")
		asked = factories.an_organisation(self.cooperative, **factories.the_same(self.ines))
		asked.approve()
		for member in (self.ines.name, self.bea.name, asked.member):
			factories.open_invitations(member)
		self.garden = frappe.get_doc("Member", asked.member)
		self.ines.reload()
		self.bea.reload()
		self.bought = {
			member.name: self.buys(member.customer) for member in (self.ines, self.garden, self.bea)
		}
		self.buys(dunning_factories.a_customer().name)

	def buys(self, customer: str) -> set[str]:
		"""A quotation, an order and an invoice of one basket at 100, and a draft of each; names of those that count."""
		names = set()
		for doctype, values in (
			("Quotation", {"quotation_to": "Customer", "party_name": customer}),
			("Sales Order", {"customer": customer, "delivery_date": today()}),
		):
			for submit in (True, False):
				made = self.sale(doctype, values)
				if submit:
					made.submit()
					names.add(made.name)
		names.add(dunning_factories.an_invoice(frappe.get_doc("Customer", customer)).name)
		return names

	def sale(self, doctype: str, values: dict):
		item = dunning_factories.service_item("DUNNING-TEST", "Panier de légumes")
		line = {"item_code": item, "description": "Panier de légumes", "qty": 1, "rate": 100}
		if doctype == "Sales Order":
			line["delivery_date"] = today()
		company = {"company": factories.a_company(), "currency": "EUR", "disable_rounded_total": 1}
		prices = {"selling_price_list": None, "ignore_pricing_rule": 1, "conversion_rate": 1}
		wanted = {**company, **prices, "price_list_currency": "EUR", "plc_conversion_rate": 1}
		document = frappe.get_doc({"doctype": doctype, **wanted, **values, "items": [line]})
		document.flags.ignore_mandatory = True
		return document.insert()

	def shown(self, member) -> set[str]:
		kinds = purchases.Purchases().words(member)["kinds"]
		return {row["name"] for kind in kinds for row in kind["rows"]}

	def test_of_each_customer_that_one_stands_for(self):
		"""Hers on her page, the association's on its page; with the invoice of the shares, and no draft."""
		with factories.as_user(self.ines.user):
			for member in (self.ines, self.garden):
				self.assertTrue(purchases.Purchases().is_for(member))
				found = self.shown(member)
				self.assertLessEqual(self.bought[member.name], found)
				others = set().union(*(names for who, names in self.bought.items() if who != member.name))
				self.assertFalse(found & others)
				for kind in purchases.Purchases().words(member)["kinds"]:
					for row in kind["rows"]:
						self.assertTrue(row["link"].endswith(f"/{row['name']}"))
						self.assertRegex(row["total"], r"\d")

	def test_nobody_elses(self):
		"""What the pages lead to, the host opens to her as well, and refuses of Béa's and of the stranger's."""
		mine = self.bought[self.ines.name]
		for doctype, _page, field, _day in portal_access._KINDS:
			for name in frappe.get_all(
				doctype,
				{"docstatus": 1, field: ["in", [self.ines.customer, self.bea.customer]]},
				pluck="name",
			):
				with self.subTest(doctype=doctype, mine=name in mine), factories.as_user(self.ines.user):
					document = frappe.get_doc(doctype, name)
					seen = frappe.has_website_permission(document, ptype="read", user=self.ines.user)
					if name in mine:
						self.assertTrue(seen)
					elif document.get(field) == self.bea.customer:
						self.assertFalse(seen)

	def test_without_a_customer(self):
		"""Where a member has none, there is no such page."""
		self.bea.customer = None
		self.assertFalse(purchases.Purchases().is_for(self.bea))
		self.assertEqual(portal_access.purchases_of(self.bea), [])
