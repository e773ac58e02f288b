"""What managers and chasers see of a person on the desk, in French, at a desk and on a phone; and a press that is refused."""

from __future__ import annotations

import os
from pathlib import Path

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import dunning_factories, factories
from coop_membership.tests.web import DESK, PHONE, BrowserCase

MANAGER, USER, BOARD, CHASER = (
	"Membership Manager",
	"Membership User",
	"Membership Board",
	"Dunning User",
)


class TestPrivate(BrowserCase):
	"""Camille sold a share back; Inès is late with hers."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		policy = dunning_factories.a_policy()
		cls.addClassCleanup(factories.wipe, "Dunning Policy", {"name": policy.name})
		cls.cooperative = cls.a_cooperative(ELSEWHERE, language="fr", dunning_policy=policy.name)
		cls.member = factories.a_member(cls.cooperative, iban=factories.IBAN, phone="+33612345678")
		cls.sold = factories.a_transaction(cls.member, iban=factories.IBAN)
		dunning_factories.a_late_request(cls.cooperative, "2017-12-06", phone="+33612345679")
		[cls.notice] = dunning_factories.notices_of(
			dunning_factories.computed(cls.cooperative, "2018-01-17", policy)
		)
		cls.people = {role: cls.a_user(role) for role in (MANAGER, USER, BOARD, CHASER)}
		for user in cls.people.values():
			frappe.db.set_value("User", user, "language", "fr")
		cls.commit()

	def opened(self, role: str, document, **screen):
		page = self.page("fr", self.people[role], **screen)
		route = frappe.scrub(document.doctype).replace("_", "-")
		page.goto(f"{self.url}/app/{route}/{document.name}", wait_until="domcontentloaded")
		page.wait_for_selector(".form-page .form-message, .form-page .form-section")
		page.wait_for_function("window.cur_frm && cur_frm.doc && !cur_frm.is_new()")
		return page

	def shown(self, page, name: str) -> None:
		if folder := os.environ.get("COOP_SCREENSHOTS"):
			page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

	def test_private_details_of_a_member(self):
		"""The manager sees and may change them, the board sees them, who decides on requests sees none."""
		for role, screen, may_change in ((MANAGER, DESK, True), (MANAGER, PHONE, True), (BOARD, DESK, False)):
			page = self.opened(role, self.member, **screen)
			page.wait_for_selector("[data-private=iban]")
			self.assertIn(factories.IBAN, page.inner_text("[data-private=iban]"))
			self.assertIn(
				"1985", page.inner_text("[data-private=birth_date]")
			)  # written as the site writes days
			button = page.locator("text=Modifier les données privées")
			self.assertEqual(button.count(), int(may_change))
			self.shown(page, f"private-{frappe.scrub(role)}-{'phone' if screen is PHONE else 'desk'}")
		page = self.opened(USER, self.member, **DESK)
		self.assertEqual(page.locator("[data-private]").count(), 0)
		self.assertNotIn(factories.IBAN, page.content())

	def test_the_account_of_a_payout(self):
		"""On the share transaction: who approves and who pays reads it there, and nobody changes it any more."""
		for screen in (DESK, PHONE):
			page = self.opened(MANAGER, self.sold, **screen)
			page.wait_for_selector("[data-private=iban]")
			self.assertIn(factories.IBAN, page.inner_text("[data-private=iban]"))
			self.assertEqual(page.locator("text=Modifier les données privées").count(), 0)
			self.shown(page, f"private-payout-{'phone' if screen is PHONE else 'desk'}")

	def test_the_card_of_a_debtor(self):
		"""Who chases reads the debtor's card on the notice, and no private details."""
		for screen in (DESK, PHONE):
			page = self.opened(CHASER, self.notice, **screen)
			page.wait_for_selector("[data-fieldname=debtor_card] address")
			self.shown(page, f"debtor-card-{'phone' if screen is PHONE else 'desk'}")
			self.assertNotIn(factories.IBAN, page.content())

	def test_a_press_that_is_refused(self):
		"""The sentence is shown, nothing else happens, the browser notes no error, and the buttons work again."""
		page = self.opened(MANAGER, self.sold, **DESK)
		page.evaluate("window.followed = false")
		page.evaluate(
			"coop_membership.act(cur_frm, 'refuse', {}).then(() => { window.followed = true; }) && null"
		)
		page.wait_for_selector(".modal.show .msgprint")
		self.shown(page, "refused-press")
		page.wait_for_timeout(300)
		self.assertFalse(page.evaluate("window.followed"))
		self.assertEqual(page.locator(".page-actions button:visible:disabled").count(), 0)
