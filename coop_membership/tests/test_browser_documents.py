"""Identity documents in a browser: from the public form to the manager who looks and approves."""

from __future__ import annotations

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.joining import identity_documents
from coop_membership.joining.test_file_kinds import A_PNG
from coop_membership.tests import factories
from coop_membership.tests.web import DESK, PHONE, BrowserCase


class TestDocuments(BrowserCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(ELSEWHERE, collect_id_document=1)
		factories.a_share_class(cls.cooperative)
		cls.manager = cls.a_user("Membership Manager", "System Manager")
		cls.commit()

	def choose(self, page, content: bytes) -> None:
		page.set_input_files(
			"#coop-file", {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": content}
		)

	def of_this_page(self, page) -> str:
		"""The page's title, once it has been answered."""
		page.wait_for_load_state("domcontentloaded")
		return page.inner_text(".coop-step h1")

	def sent_from_a_phone(self):
		"""The request of somebody who joined, and opens the page for the document by the link in the message."""
		page = self.open_form(self.cooperative, **PHONE)
		email = self.fill(page)
		self.assertIn("identity document by the link in our message", self.submit_form(page))
		application = self.application(email)
		page.goto(identity_documents.link(application), wait_until="domcontentloaded")
		page.wait_for_selector("#coop-file")
		return page, application

	def desk(self, name: str):
		page = self.page(user=self.manager, **DESK)
		page.goto(f"{self.url}/app/membership-application/{name}", wait_until="domcontentloaded")
		page.wait_for_function(
			"name => window.cur_frm && cur_frm.docname === name && cur_frm.page.btn_primary.is(':visible')",
			arg=name,
		)
		return page

	def test_from_the_form_to_the_decision(self):
		"""Camille joins on her phone and is led on: a film of 9 MB stays on the phone, her scan is sent. The manager
		looks at it, approves, and the request says that it was deleted."""
		phone, application = self.sent_from_a_phone()
		self.assertIn("Send your document", self.of_this_page(phone))
		self.choose(phone, b"\0" * 9_000_000)
		self.assertFalse(phone.evaluate("document.querySelector('.coop-step form').checkValidity()"))
		self.choose(phone, A_PNG)
		with phone.expect_navigation():
			phone.click(".coop-step button")
		self.assertIn("your document has arrived", self.of_this_page(phone))

		page = self.desk(application.name)
		look = page.locator("button", has_text="Look at the identity document").first
		with page.context.expect_page() as opened:
			look.evaluate("button => button.click()")
		opened.value.wait_for_url(f"**/*identity_documents.show?application={application.name}")
		self.assertTrue(
			opened.value.evaluate("document.images[0].complete && document.images[0].naturalWidth")
		)
		page.evaluate("cur_frm.page.btn_primary.click()")
		page.wait_for_function("cur_frm.doc.status === 'Approved'")
		self.assertEqual(page.evaluate("cur_frm.doc.id_document"), "Deleted")
		self.look_again()
		identity_documents.sweep()  # as the background job, whether or not this site has workers
		self.assertFalse(frappe.db.exists(identity_documents.DOCTYPE, application.name))

	def test_approving_without_it(self):
		"""Nothing was sent: Approve asks first, and approves once the manager says yes."""
		_phone, application = self.sent_from_a_phone()
		page = self.desk(application.name)
		page.evaluate("cur_frm.page.btn_primary.click()")
		page.wait_for_function("document.querySelector('.modal.show')?.innerText.includes('has not arrived')")
		self.look_again()
		self.assertEqual(frappe.db.get_value("Membership Application", application.name, "status"), "Pending")
		page.wait_for_timeout(500)
		page.evaluate("cur_dialog.get_primary_btn().click()")
		page.wait_for_function("cur_frm.doc.status === 'Approved'")
		self.assertEqual(page.evaluate("cur_frm.doc.id_document"), "Not Sent")
