"""A manager moves the members of a real list in, in a browser and in French: at her desk and on her phone."""

from __future__ import annotations

import os
from pathlib import Path

import frappe

from coop_membership.moving_in import run
from coop_membership.moving_in.test_moving_in import an_import
from coop_membership.tests import factories
from coop_membership.tests.web import DESK, PHONE, BrowserCase

LIST = (
	"N°;Civilité;Prénom;Nom;Né(e) le;Mail;Portable;Adresse;CP;Commune;Pointure;Parts;Date d'achat;Type de part\n"
	"1;Mme;Inès;Lefèvre;12/04/1985;ines@{0};0470/12.34.56;Rue Haute 1;1000;Bruxelles;38;2;01/02/2020;A\n"
	"2;M.;François;Müller;01/01/1990;francois@{0};0470 65 43 21;Rue Basse 2;4000;Liège;;3;02/02/2020;A\n"
).encode()
WRONG = LIST.replace(b"ines@", b"ines..l@").replace(b";3;02", b";1.000;02")


class TestMovingIn(BrowserCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(country="Belgium", language="fr")
		factories.a_share_class(cls.cooperative)
		cls.manager = cls.a_user("Membership Manager")
		frappe.db.set_value("User", cls.manager, "language", "fr")
		cls.commit()

	def opened(self, page, document):
		page.goto(f"{self.url}/app/member-import/{document.name}", wait_until="domcontentloaded")
		page.wait_for_selector(".form-page")
		return page

	def the_import(self, content: bytes):
		file = content.replace(b"{0}", f"{factories.unique()}.example".encode())
		document = an_import(self.cooperative, file.decode().encode("cp1252"), "Liste des coopérateurs.csv")
		self.commit()
		return document

	def press(self, page, label: str) -> None:
		"""A button of the form: on a phone, or when there are many, it is in a menu."""
		button = page.locator(f".page-actions button:visible:has-text('{label}')")
		if button.count():
			button.first.click()
		else:
			page.locator(".page-actions .menu-btn-group button:visible").first.click()
			page.locator(f".menu-btn-group .dropdown-menu a:visible:has-text('{label}')").first.click()

	def shown(self, page, name: str) -> None:
		if folder := os.environ.get("COOP_SCREENSHOTS"):
			page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

	def test_a_list_of_another_program_moves_in(self):
		"""The list was saved by an old spreadsheet and has shoe sizes. Two faults are named by line and column; then the
		sizes are left out, the page says two lines, two members, five shares, and asks before it moves them in."""
		page = self.opened(self.page("fr", self.manager, **DESK), self.the_import(WRONG))
		self.press(page, "Vérifier le fichier")
		page.wait_for_selector("text=La colonne « Pointure » n'est pas connue")
		page.locator("select[aria-label=Pointure]").select_option("-")
		page.wait_for_selector("text=n'est pas une adresse e-mail")
		page.wait_for_selector("text=peut se lire de deux façons")
		self.shown(page, "moving-in-errors")
		document = self.the_import(LIST)
		self.opened(page, document)
		self.press(page, "Vérifier le fichier")
		page.wait_for_selector("text=Lignes du fichier : 2. À importer : membres 2, opérations 2, parts 5")
		page.wait_for_selector("text=Windows-1252")
		self.shown(page, "moving-in-checked")
		self.press(page, "Importer")
		page.wait_for_selector(".modal.show >> text=Importer quand même")
		self.shown(page, "moving-in-asks")
		page.locator(".modal.show .btn-primary:visible").click()
		page.wait_for_selector(".modal.show", state="detached")
		page.wait_for_function("cur_frm.doc.status !== 'Checked'")
		self.look_again()
		run.run(document.name)  # where no worker takes the job
		self.commit()
		document.reload()
		self.assertEqual((document.status, document.done_members), ("Done", 2))
		phones = frappe.get_all(
			"Member", {"cooperative": self.cooperative.name}, pluck="phone", order_by="member_number"
		)
		self.assertEqual(phones, ["+32470123456", "+32470654321"])

	def test_on_a_phone(self):
		"""The same page at 375 points: nothing runs out of the screen, and the columns can be assigned."""
		document = self.the_import(WRONG.replace(b"Pointure", b"Taille"))
		document.check()
		self.commit()
		page = self.opened(self.page("fr", self.manager, **PHONE), document)
		page.wait_for_selector("select[aria-label=Taille]")
		self.shown(page, "moving-in-phone")
		self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 375)
		page.locator("select[aria-label=Taille]").select_option("-")
		page.wait_for_selector("text=n'est pas une adresse e-mail")

	def test_a_list_with_no_dates(self):
		"""The list says names and shares: the page asks for one date, and the file is checked with it. What was said of a
		column is stored by then: no *Enregistrer* is left that would say *Aucun changement*."""
		text = "Nom;Parts;Pointure\nLefèvre;2;38\nMüller;3;41\n"
		document = self.the_import(text.encode())
		page = self.opened(self.page("fr", self.manager, **DESK), document)
		self.press(page, "Vérifier le fichier")
		page.wait_for_selector("select[aria-label=Pointure]")
		page.locator("select[aria-label=Pointure]").select_option("-")
		page.wait_for_selector("text=Aucune ligne ne dit « Date de l'opération »")
		page.wait_for_timeout(500)
		page.wait_for_function(
			"() => $.active === 0"
		)  # the answer about the column is read before anything is typed
		self.assertEqual(page.locator(".page-actions .primary-action:visible").count(), 0)
		self.shown(page, "moving-in-one-date")
		page.evaluate("() => cur_frm.set_value('date_for_all', '2020-02-01')")
		page.locator(".page-actions .primary-action:visible").click(timeout=30_000)
		page.wait_for_selector("text=À importer : membres 2, opérations 2, parts 5")
