"""A member's credit on the desk: more shares of it, and a refund, each with the sums before it happens."""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.dues import dues
from coop_membership.dues.periods import ROLLING
from coop_membership.register import ledger
from coop_membership.tests import factories
from coop_membership.tests.web import DESK, BrowserCase


class TestCredit(BrowserCase):
	"""Camille's three shares cost 75 euros; she sent 130, so 55 stay as credit."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(ELSEWHERE)
		cls.manager = cls.a_user("Membership Manager", "System Manager")
		cls.commit()

	def form_of_a_payer(self):
		"""The form of a member with a credit, as the manager sees it."""
		subscription = factories.pay(factories.a_subscription(self.cooperative), 130)
		self.commit()
		self.look_again()  # what ran after the commit holds no lock on the server
		page = self.page(user=self.manager, **DESK)
		page.goto(f"{self.url}/app/member/{subscription.member}", wait_until="domcontentloaded")
		page.wait_for_function(
			"name => window.cur_frm && cur_frm.docname === name"
			" && cur_frm.custom_buttons['More shares'] && cur_frm.custom_buttons['Pay it back']",
			arg=subscription.member,
		)
		return page, subscription.member

	def press(self, page, button: str) -> None:
		page.evaluate("name => cur_frm.custom_buttons[name].click()", button)
		page.wait_for_function("() => window.cur_dialog && cur_dialog.display")

	def shows(self, page, stays: float) -> None:
		"""The sums in the dialog end with what stays as credit."""
		page.wait_for_function(
			"stays => cur_dialog.fields_dict.consequence.$wrapper.find('tr:last').text()"
			".includes(format_currency(stays, 'EUR', 2))",
			arg=stays,
		)

	def fill_in(self, page, field: str, value) -> None:
		page.evaluate("([field, value]) => cur_dialog.set_value(field, value)", [field, value])

	def test_more_shares(self):
		"""Two are offered, for 50, and 5 stay. She wants one: 30 stay. One share is issued."""
		page, member = self.form_of_a_payer()
		self.press(page, "More shares")
		self.assertEqual(page.evaluate("cur_dialog.get_value('quantity')"), 2)
		self.shows(page, 5)
		self.fill_in(page, "quantity", 1)
		self.shows(page, 30)
		page.evaluate("cur_dialog.get_primary_btn().click()")
		page.wait_for_function("cur_frm.doc.total_shares === 4")
		self.look_again()
		self.assertEqual(sum(ledger.holdings(member).values()), 4)

	def test_refund(self):
		"""55 are offered and nothing stays. The treasurer pays 20 back: 35 stay, and are what the form shows then."""
		page, member = self.form_of_a_payer()
		self.press(page, "Pay it back")
		self.assertEqual(page.evaluate("cur_dialog.get_value('amount')"), 55)
		self.shows(page, 0)
		self.fill_in(page, "amount", 20)
		self.shows(page, 35)
		page.evaluate("cur_dialog.get_primary_btn().click()")
		page.wait_for_function(
			"() => $('.inner-group-button:visible').text().includes(format_currency(35, 'EUR', 2))"
		)
		self.look_again()
		paid = {"member": member, "direction": "Paid out", "docstatus": 1}
		self.assertEqual(frappe.db.get_value("Member Payment", paid, "amount"), 20)

	def test_it_pays_what_is_open(self):
		"""Her dues of 60 come afterwards. One button says what it will pay, 55 of them, and that nothing stays; then 55
		are paid, 5 are open, and the button is gone."""
		plan = factories.a_plan(self.cooperative, factories.unique(), period=ROLLING)
		subscription = factories.pay(factories.a_subscription(self.cooperative), 130)
		membership = dues.create(frappe.get_doc("Member", subscription.member), plan.name)
		self.commit()
		page = self.page(user=self.manager, **DESK)
		page.goto(f"{self.url}/app/membership/{membership.name}", wait_until="domcontentloaded")
		page.wait_for_function(
			"name => window.cur_frm && cur_frm.docname === name && cur_frm.custom_buttons['Use the credit']",
			arg=membership.name,
		)
		self.press(page, "Use the credit")
		said = page.evaluate("cur_dialog.fields_dict.consequence.$wrapper.text()")
		self.assertIn(membership.name, said)
		self.assertIn("55", said)
		page.evaluate("cur_dialog.get_primary_btn().click()")
		page.wait_for_function("cur_frm.doc.paid_amount === 55 && !cur_frm.custom_buttons['Use the credit']")
		self.look_again()
		membership.reload()
		self.assertEqual((membership.status, membership.outstanding_amount), ("Open", 5))
