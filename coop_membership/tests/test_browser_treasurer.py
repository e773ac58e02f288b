"""The walk of `test_browser_walk.py` for a treasurer, who has a role of the host and none of ours."""

from __future__ import annotations

import unittest

import frappe

from coop_membership import host
from coop_membership.accounting.books import IN_ERPNEXT
from coop_membership.tests import dunning_factories, every_state, factories
from coop_membership.tests.test_browser_walk import BUTTONS, Walk

ACCOUNTS = ("Accounts Manager", "Accounts User")


class TestTreasurer(Walk):
	"""Whoever has the host's own accounts role alone meets us on its invoices, payments, journals and customers."""

	accounting = IN_ERPNEXT
	roles_to_walk = ACCOUNTS
	# the host's own buttons are the host's business; these are ours, in whatever language
	ours = ("Correct a wrong match", "Follow-up of late payments")

	@classmethod
	def setUpClass(cls):
		if not host.has_erpnext():
			raise unittest.SkipTest("ERPNext or Dokos")
		super().setUpClass()

	@classmethod
	def what_there_is(cls) -> every_state.Documents:
		"""An invoice for shares, one that is late and was reminded of, the payment of one, and their customer."""
		policy = dunning_factories.a_policy()
		cls.cooperative.db_set("dunning_policy", policy.name)
		still_open, paid = (
			factories.a_subscription(cls.cooperative),
			factories.a_subscription(cls.cooperative),
		)
		late = dunning_factories.a_late_request(cls.cooperative, "2026-01-05")
		dunning_factories.computed(cls.cooperative)
		factories.pay(paid)
		paid.reload()
		payment = frappe.db.get_value(
			"Payment Entry Reference", {"reference_name": paid.sales_invoice}, "parent"
		)
		customer = frappe.db.get_value("Sales Invoice", paid.sales_invoice, "customer")
		return {
			("Sales Invoice", "Open"): still_open.sales_invoice,
			("Sales Invoice", "Paid"): paid.sales_invoice,
			("Sales Invoice", "Late"): late.sales_invoice,
			("Payment Entry", "–"): payment,
			("Customer", "–"): customer,
		}

	def walk(self, role: str) -> None:
		page = self.begin(self.roles[role])
		page.goto(f"{self.url}/app/sales-invoice", wait_until="domcontentloaded")
		page.wait_for_function("window.frappe && frappe.boot && window.cur_list", timeout=90_000)
		self.settle(page)
		self.nobody_asked(page)
		for doctype in ("Sales Invoice", "Payment Entry", "Customer"):
			if not page.evaluate("(doctype) => frappe.model.can_read(doctype)", doctype):
				continue
			self.go(page, "List", doctype)
			for (one, state), name in self.documents.items():
				if one == doctype:
					self.go(page, "Form", doctype, name)
					self.here = f"Form/{doctype}/{state}"
					self.press_ours(page, "Form", doctype, name)
		self.assertFalse(self.dead_ends, "\n".join(self.dead_ends))

	def press_ours(self, page, *route: str) -> None:
		said = page.evaluate("(labels) => labels.map((label) => __(label))", list(self.ours))
		others = [button for button in page.evaluate(BUTTONS) if button.split(" ", 1)[1] not in said]
		self.pressed |= {(route[1], button) for button in others}
		self.press_all(page, *route)

	def test_accounts_manager(self):
		self.walk("Accounts Manager")

	def test_accounts_user(self):
		self.walk("Accounts User")
