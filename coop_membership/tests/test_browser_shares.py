"""A wrong match undone, and a share sold back, by the people at their desks, in a browser and in French."""

from __future__ import annotations

import os
from pathlib import Path

import frappe

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.choice import books_of
from coop_membership.payments.test_correction import a_bank_line
from coop_membership.register import ledger
from coop_membership.tests import factories
from coop_membership.tests.web import PHONE, BrowserCase

WIDE = {"viewport": {"width": 1400, "height": 1400}}
NOT_OURS = ("Failed to load resource", "socket.io", "WebSocket", "net::ERR")
ACCOUNTS = ("Accounts User", "Accounts Manager")


class AtTheDesk(BrowserCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(IN_ERPNEXT if host.has_erpnext() else ELSEWHERE, language="fr")
		roles = [role for role in ACCOUNTS if frappe.db.exists("Role", role)]
		cls.manager = cls.speaks_french("Membership Manager", *roles)
		cls.board = cls.speaks_french("Membership Board")

	@classmethod
	def speaks_french(cls, *roles: str) -> str:
		user = cls.a_user(*roles)
		frappe.db.set_value("User", user, "language", "fr")
		cls.commit()
		return user

	def desk(self, user: str, **screen):
		"""A page of the desk; whatever its scripts complain of in the console fails the test."""
		page = self.page("fr", user, **(screen or WIDE))
		page.on("console", self.listen)
		return page

	def listen(self, message) -> None:
		if message.type == "error" and not any(words in message.text for words in NOT_OURS):
			self.errors.append(message.text)

	def open(self, page, doctype: str, name: str, ready: str = "true") -> None:
		"""A form, once it is drawn and `ready`, an expression of the page's, holds."""
		page.goto(
			f"{self.url}/app/{frappe.scrub(doctype).replace('_', '-')}/{name}", wait_until="domcontentloaded"
		)
		page.wait_for_function(f"name => window.cur_frm && cur_frm.docname === name && ({ready})", arg=name)

	def button(self, page, label: str) -> None:
		page.wait_for_function("label => cur_frm.custom_buttons[label]", arg=label)
		page.evaluate("label => cur_frm.custom_buttons[label].click()", label)

	def primary(self, page, label: str) -> None:
		page.locator(f".page-actions .primary-action:visible:has-text('{label}')").click()

	def says_yes(self, page) -> None:
		page.locator(".modal.show .btn-primary:visible").last.click()

	def fill_in(self, page, values: dict) -> None:
		page.evaluate("values => cur_frm.set_value(values)", values)

	def save_and_submit(self, page) -> None:
		page.evaluate("() => cur_frm.save()")
		page.wait_for_function("() => !cur_frm.is_new() && !cur_frm.is_dirty()")
		page.evaluate("() => void cur_frm.savesubmit()")
		self.says_yes(page)
		page.wait_for_function("() => cur_frm.doc.docstatus === 1")

	def shown(self, page, name: str) -> None:
		if folder := os.environ.get("COOP_SCREENSHOTS"):
			if page.locator("[data-fieldname=preview_html]:visible").count():
				page.evaluate(
					"document.querySelector('[data-fieldname=preview_html]').scrollIntoView({block: 'center'})"
				)
			page.wait_for_timeout(1200)
			page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


class TestCorrection(AtTheDesk):
	"""75 were matched with Camille's shares and were for Béa's."""

	def wrongly_paid(self):
		camille = factories.a_subscription(self.cooperative, first_name="Camille", last_name="Durand")
		bea = factories.a_subscription(self.cooperative, first_name="Béa", last_name="Roy")
		factories.pay(camille, on="2026-03-01")
		self.commit()
		return camille, bea

	def test_from_the_request_to_the_outcome(self):
		"""She presses the button on the request, names Béa's and why, reads what will happen, submits, and reads what has
		happened; on her phone too it all fits."""
		camille, bea = self.wrongly_paid()
		page = self.desk(self.manager)
		self.open(page, "Share Subscription", camille.name)
		self.button(page, "Corriger un lettrage")
		page.wait_for_function("() => cur_frm.doctype === 'Payment Correction' && cur_frm.doc.demand")
		page.wait_for_selector("text=Ce qui va se passer")
		self.fill_in(page, {"right_demand_type": "Share Subscription", "right_demand": bea.name})
		self.fill_in(page, {"reason": "Virement de Béa Roy", "take_numbers_back": 1})
		page.wait_for_selector(f".frappe-control[data-fieldname=preview_html] >> text={bea.name}")
		self.shown(page, "correction-apercu")
		self.save_and_submit(page)
		page.wait_for_selector("text=Ce qui s'est passé")
		self.assertEqual(page.locator("text=Ce qui va se passer").count(), 0)
		self.shown(page, "correction-fait")
		name = page.evaluate("cur_frm.docname")
		phone = self.desk(self.manager, **PHONE)
		self.open(phone, "Payment Correction", name)
		phone.wait_for_selector("text=Ce qui s'est passé")
		self.assertLessEqual(phone.evaluate("document.documentElement.scrollWidth"), 375)
		self.shown(phone, "correction-telephone")
		self.look_again()
		for demand, status in ((camille, "Open"), (bea, "Paid")):
			demand.reload()
			self.assertEqual(demand.status, status)

	def test_wherever_she_looks(self):
		"""Dues, payment, invoice and bank line have the same button, and each leads to the same request and payment."""
		camille, _bea = self.wrongly_paid()
		[match] = books_of(camille).matches(camille)
		places = [match.key]
		if host.has_erpnext():
			places += [
				("Sales Invoice", camille.sales_invoice),
				("Bank Transaction", a_bank_line(match.key, 75)),
			]
		member = frappe.get_doc("Member", camille.member)
		plan = factories.a_plan(self.cooperative, factories.unique())
		dues = frappe.get_doc(
			{
				"doctype": "Membership",
				"cooperative": self.cooperative.name,
				"member": member.name,
				"member_name": member.display_name,
				"plan": plan.name,
				"from_date": "2026-01-01",
				"posting_date": "2026-01-01",
			}
		).submit()
		dues.record_payment(60, "2026-03-02")
		self.commit()
		page = self.desk(self.manager)
		for doctype, name in [*places, ("Membership", dues.name)]:
			with self.subTest(doctype):
				self.open(page, doctype, name)
				self.button(page, "Corriger un lettrage")
				page.wait_for_function("() => cur_frm.doctype === 'Payment Correction' && cur_frm.doc.demand")
				wrong = dues if doctype == "Membership" else camille
				self.assertEqual(page.evaluate("cur_frm.doc.demand"), wrong.name)
				page.wait_for_selector("text=Ce qui va se passer")


class TestSellBack(AtTheDesk):
	def test_asked_for_approved_executed(self):
		"""From the member's form a manager asks to sell one of four shares back; a board member approves at her own desk;
		the manager executes it as of 1 February. The register has it, and the form says what is still to be paid."""
		member = factories.a_member(self.cooperative, on="2026-01-10", quantity=4, first_name="Camille")
		self.commit()
		page = self.desk(self.manager)
		self.open(page, "Member", member.name)
		self.button(page, "Revendre")
		page.wait_for_function("() => cur_frm.doctype === 'Share Transaction' && cur_frm.doc.share_class")
		page.evaluate("iban => { cur_frm.doc.iban = iban }", factories.IBAN)
		self.fill_in(page, {"quantity": 1, "reason": "Déménagement"})
		self.save_and_submit(page)
		name = page.evaluate("cur_frm.docname")
		other = self.desk(self.board)
		self.open(other, "Share Transaction", name, "cur_frm.doc.status === 'Waiting'")
		self.primary(other, "Approuver")
		other.wait_for_selector(".modal.show")
		self.says_yes(other)
		other.wait_for_function("() => cur_frm.doc.status === 'Approved'")
		self.open(page, "Share Transaction", name, "cur_frm.doc.status === 'Approved'")
		page.reload(wait_until="domcontentloaded")
		page.wait_for_function("() => window.cur_frm && cur_frm.doc.status === 'Approved'")
		self.primary(page, "Exécuter")
		page.wait_for_function("() => window.cur_dialog")  # the host names it when it has moved in
		page.evaluate("() => cur_dialog.set_value('effective_date', '2026-02-01')")
		self.shown(page, "mouvements-executer-bureau")
		self.says_yes(page)
		page.wait_for_function("() => cur_frm.doc.status === 'Executed'")
		page.wait_for_selector("text=Reste à rembourser")
		for words in ("Opération", "Remboursement", "Demande et décision"):
			self.assertTrue(page.locator(f".form-page:visible >> text={words}").count(), words)
		self.shown(page, "mouvements-executee-bureau")
		phone = self.desk(self.manager, **PHONE)
		self.open(phone, "Share Transaction", name)
		phone.wait_for_selector("text=Reste à rembourser")
		# the form; in the timeline below Dokos breaks no long address
		self.assertLessEqual(phone.evaluate("cur_frm.layout.wrapper.get(0).scrollWidth"), 375)
		self.shown(phone, "mouvements-executee-telephone")
		self.look_again()
		self.assertEqual(sum(ledger.holdings(member.name).values()), 3)
		self.assertEqual(sum(ledger.holdings(member.name, "2026-01-31").values()), 4)
