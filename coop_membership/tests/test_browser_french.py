"""No English is left on a page in French: a walk over the form, lists, documents and registers, as a manager.

On the embedded host, which brings no French of its own, the host's words count too (`embedded/translations`).
"""

from __future__ import annotations

from pathlib import Path

import frappe
from frappe.translate import get_all_translations

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import english, factories
from coop_membership.tests.web import DESK, BrowserCase

APP = Path(__file__).parent.parent
HOST = Path(frappe.__file__).parent
LISTS = ("membership-application", "member", "share-subscription", "share-register-entry", "dunning-notice")


def spoken_by() -> tuple[list[Path], dict[str, str]]:
	"""(packages whose words have to be French here, all French that the site has)."""
	french = get_all_translations("fr")
	brings_its_own = french.get("Save As") and not (HOST / "translations" / "fr.csv").exists()
	return ([APP] if brings_its_own or factories.host.has_erpnext() else [APP, HOST]), french


class TestFrench(BrowserCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(ELSEWHERE, language="fr")
		cls.member = factories.a_member(cls.cooperative, language="fr")
		cls.request = factories.an_application(cls.cooperative, language="fr")
		cls.manager = cls.a_user("Membership Manager", "Dunning User")
		frappe.db.set_value("User", cls.manager, "language", "fr")
		cls.commit()
		cls.packages, cls.french = spoken_by()

	def english_on(self, page, path: str, shown: str) -> set[str]:
		page.goto(f"{self.url}{path}", wait_until="domcontentloaded")
		page.wait_for_selector(shown)
		page.wait_for_load_state("networkidle")
		return english.left(page.evaluate(english.SEEN), self.packages, self.french)

	def test_for_a_visitor(self):
		page = self.page("fr", **DESK)
		for path, shown in (
			(f"/join?cooperative={self.cooperative.name}&_lang=fr", ".join-total strong"),
			("/membership-guide?chapter=managers&_lang=fr", ".membership-guide"),
		):
			with self.subTest(path):
				self.assertEqual(self.english_on(page, path, shown), set())

	def test_for_a_manager(self):
		page = self.page("fr", user=self.manager, **DESK)
		documents = (f"member/{self.member.name}", f"membership-application/{self.request.name}")
		for route in (*LISTS, *documents):
			with self.subTest(route):
				shown = ".form-page" if "/" in route else ".list-row-head:visible, .no-result:visible"
				self.assertEqual(self.english_on(page, f"/app/{route}", shown), set())

	def test_a_state_agrees_with_its_document(self):
		"""A paid request is *Payée*, in the field that nobody changes too; shares of the register are no *Abonnement*."""
		page = self.page("fr", user=self.manager, **DESK)
		paid = frappe.db.get_value("Share Subscription", {"member": self.member.name})
		page.goto(f"{self.url}/app/share-subscription/{paid}", wait_until="domcontentloaded")
		status = page.locator(".form-page [data-fieldname=status] .control-value").first
		status.wait_for(state="visible")
		self.assertEqual(status.inner_text().strip(), "Payée")
		page.goto(f"{self.url}/app/share-register-entry", wait_until="domcontentloaded")
		page.wait_for_selector(".list-row .filterable")
		rows = page.locator(".list-row").all_inner_texts()
		self.assertTrue(any("Souscription" in row for row in rows), rows)
		self.assertFalse(any("Abonnement" in row for row in rows), rows)
