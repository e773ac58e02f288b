"""The words of mails and letters are written on the desk, in French: fields by a click, what comes of it below."""

from __future__ import annotations

import os
from pathlib import Path

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests.dunning_factories import a_policy
from coop_membership.tests.security import rules
from coop_membership.tests.web import BrowserCase

SCREEN = {"viewport": {"width": 1366, "height": 1000}}


class TestTexts(BrowserCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(ELSEWHERE, language="fr", country="France")
		cls.policy = a_policy(cooperative=cls.cooperative.name)
		cls.manager, cls.chaser = cls.a_user(rules.MANAGER), cls.a_user(rules.DUNNING_MANAGER)
		for user in (cls.manager, cls.chaser):
			frappe.db.set_value("User", user, "language", "fr")
		cls.commit()

	def form(self, user: str, doctype: str, name: str):
		page = self.page("fr", user, **SCREEN)
		page.goto(
			f"{self.url}/app/{frappe.scrub(doctype).replace('_', '-')}/{name}", wait_until="domcontentloaded"
		)
		page.wait_for_function(
			"(name) => window.cur_frm && cur_frm.docname === name && $.active === 0"
			" && Object.keys(cur_frm.custom_buttons).length",
			arg=name,
		)
		return page

	def shown(self, page, name: str) -> None:
		if folder := os.environ.get("COOP_SCREENSHOTS"):
			page.wait_for_timeout(500)
			page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

	def test_the_letter_of_a_policy(self):
		"""She writes “Bonjour [Nom]” with a click on the field, reads the letter to an invented debtor, and saves; then
		has a test sent to herself."""
		page = self.form(self.chaser, "Dunning Policy", self.policy.name)
		page.evaluate("cur_frm.custom_buttons['Écrire les textes'].click()")
		text = page.locator(".modal:visible [data-fieldname=letter_text] textarea")
		text.fill("Bonjour ")
		page.locator(".modal:visible .coop-mail-field", has_text="Nom").first.click()
		self.assertEqual(text.input_value(), "Bonjour [Nom]")
		page.wait_for_function(
			"$('.modal:visible [data-fieldname=letter] iframe').attr('srcdoc')?.includes('Bonjour Camille Durand')"
		)
		self.shown(page, "textes-relance")
		page.locator(".modal:visible .btn-modal-secondary").click()
		page.wait_for_selector(f".alert:has-text('{self.chaser}')")
		page.locator(".modal:visible .btn-modal-primary").click()
		page.wait_for_function("!cur_frm.is_dirty() && !$('.modal:visible').length && $.active === 0")
		self.look_again()
		stored = frappe.get_doc("Dunning Policy", self.policy.name).levels
		self.assertEqual(stored[0].letter_text, "Bonjour [Nom]")
		self.assertEqual(stored[1].letter_text, self.policy.levels[1].letter_text)
