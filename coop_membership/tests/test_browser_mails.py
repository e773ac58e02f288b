"""A manager writes a mail in plain words: fields by a click, and sees it as its person would read it."""

from __future__ import annotations

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import factories
from coop_membership.tests.web import DESK, BrowserCase

EVENT = "Application Received"


class TestMails(BrowserCase):
	def test_fields_by_a_click(self):
		"""She puts [First name] into the subject and a sentence into the text; the preview says Inès; saved, the text is
		this cooperative's own.
		"""
		cooperative = self.a_cooperative(ELSEWHERE)
		factories.an_application(cooperative, first_name="Inès")
		manager = self.a_user("Membership Manager")
		page = self.page(user=manager, **DESK)
		page.goto(f"{self.url}/app/cooperative/{cooperative.name}", wait_until="domcontentloaded")
		page.wait_for_function("window.cur_frm && cur_frm.doc && !!window.coop_membership?.write_mail")
		page.evaluate("(event) => { coop_membership.write_mail(cur_frm, event); }", EVENT)
		page.wait_for_selector(".coop-mail-field")
		page.fill(".modal [data-fieldname=subject] input", "Welcome ")
		page.click(".coop-mail-field >> text='First name'")
		self.assertEqual(page.input_value(".modal [data-fieldname=subject] input"), "Welcome [First name]")
		page.click(".modal .ql-editor")
		page.keyboard.press("Control+End")
		page.keyboard.type(" See you soon.")
		shown = page.frame_locator(".modal iframe").locator("body")
		shown.get_by_text("See you soon.").wait_for()
		self.assertIn("Hello Inès,", shown.inner_text())
		page.wait_for_selector(".modal b >> text='Welcome Inès'")
		page.click(".modal:visible .btn-primary >> visible=true")
		page.wait_for_selector(".coop-mail-field", state="hidden")
		self.look_again()
		cooperative.reload()
		[row] = [row for row in cooperative.emails if row.event == EVENT]
		self.assertEqual(row.email_template, f"{cooperative.name}: {EVENT}")
