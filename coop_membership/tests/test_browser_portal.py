"""A member's own place in a browser, on a phone and on a desk, in French and in English: every page, read by axe-core too.

With $COOP_SCREENSHOTS set, a picture of each page is left there.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

from PIL import Image

import frappe
from frappe.utils import add_months, today

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.dues import dues, renewal
from coop_membership.portal import sections
from coop_membership.register import cards
from coop_membership.tests import english, factories, member_kinds
from coop_membership.tests.test_browser_french import spoken_by
from coop_membership.tests.web import DESK, BrowserCase

NARROW = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SERIOUS = ("serious", "critical")
# what the host's own frame around the page has is not ours to mend
OURS = """async () => (await axe.run(".my-membership", {resultTypes: ["violations"]})).violations
	.filter(one => ["serious", "critical"].includes(one.impact))
	.map(one => one.id + ": " + one.nodes.slice(0, 3).map(node => node.html).join(" | "))"""


class TestPortalInTheBrowser(BrowserCase):
	"""Inès holds shares, pays dues that end in a month, and represents an association."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cooperative = cls.a_cooperative(
			ELSEWHERE,
			portal_account="On approval",
			language="fr",
			consents=[
				{"key": "news", "title": "Lettre", "text": "Texte", "version": 1, "shown": 1, "required": 0}
			],
		)
		plan = factories.a_plan(cls.cooperative, period="Rolling")
		values = {"first_name": "Inès", "last_name": "Ménard", "plan": plan.name, "iban": factories.IBAN}
		cls.ines = factories.a_member(cls.cooperative, quantity=4, **values)
		first = frappe.get_doc("Membership", {"member": cls.ines.name})
		first.record_payment(60, today())
		ends = add_months(today(), 1)
		first.db_set({"from_date": add_months(ends, -12), "to_date": ends})
		asked = factories.an_organisation(cls.cooperative, **factories.the_same(cls.ines))
		asked.approve()
		factories.open_invitations(asked.member)
		cls.let_in(cls.ines.user)

	def picture(self, page, name: str) -> None:
		if folder := os.environ.get("COOP_SCREENSHOTS"):
			page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

	def is_sound(self, page, what: str) -> None:
		"""No serious fault for who uses a keyboard or a screen reader, and nothing to scroll sideways for."""
		if script := os.environ.get("COOP_AXE"):
			page.add_script_tag(path=script)
			self.assertEqual(page.evaluate(OURS), [], what)
		wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
		self.assertLessEqual(wide, 1, what)

	def test_every_page(self):
		with factories.as_user(self.ines.user):
			names = [section.name for section in sections.for_member(self.ines)]
		for language, screen, kind in (("fr", NARROW, "phone"), ("en", DESK, "desk")):
			page = self.page(language, self.ines.user, **screen)
			for name in names:
				address = sections.address(name, self.ines.name, _lang=language)
				page.goto(self.url + address, wait_until="domcontentloaded")
				page.wait_for_selector("#my-content h1")
				self.assertEqual(page.locator(".my-menu a[aria-current=page]").count(), 1, name)
				self.is_sound(page, f"{name} {kind}")
				self.picture(page, f"portal-{name or 'home'}-{kind}-{language}")
		page.keyboard.press("Tab")  # the host's own links come first; ours are reached and seen
		page.locator(".my-skip").focus()
		self.assertTrue(page.locator(".my-skip").is_visible())

	def test_what_she_changes(self):
		"""Address and photo at once; e-mail and account wait for a link; a wrong one says so beside the button."""
		page = self.page("en", self.ines.user, **NARROW)
		at = f"{self.url}{sections.address('profile', self.ines.name, _lang='en')}"
		page.goto(at, wait_until="domcontentloaded")
		self.unfold(page, "Change address, phone or language")
		page.fill("#phone", "no number")
		page.click("form[data-action$='profile.change'] button")
		page.wait_for_selector("form[data-action$='profile.change'] .my-said:not(:empty)")
		self.assertIn("phone number", page.inner_text("form[data-action$='profile.change'] .my-said"))
		self.is_sound(page, "a refusal")
		page.fill("#phone", "06 12 34 56 78")
		page.fill("#address1", "12 rue Neuve")
		self.send_form(page, "profile.change")
		self.unfold(page, "Photo")
		written = BytesIO()
		Image.new("RGB", (900, 600), "teal").save(written, "PNG")
		photo = {"name": "me.png", "mimeType": "image/png", "buffer": written.getvalue()}
		page.set_input_files("#photo", photo)
		self.send_form(page, "profile.set_photo")
		page.wait_for_function("document.querySelector('.my-photo')?.naturalWidth > 0")
		self.unfold(page, "Change e-mail address")
		page.fill("#email", f"ines.{factories.unique()}@example.com")
		self.send_form(page, "profile.change_email")
		self.unfold(page, "Change account (IBAN)")
		page.fill("#iban", "BE71 0961 2345 6769")
		self.send_form(page, "profile.change_iban")
		self.look_again()
		now = frappe.get_doc("Member", self.ines.name)
		self.assertEqual((now.address_line1, now.email), ("12 rue Neuve", self.ines.email))
		self.assertTrue(now.photo)

	def test_what_she_asks_for(self):
		"""To sell a share back, and takes it back; then to pause; and the mail's own page opens without logging in."""
		page = self.page("en", self.ines.user, **NARROW)
		page.on("dialog", lambda dialog: dialog.accept())
		page.goto(
			f"{self.url}{sections.address('shares', self.ines.name, _lang='en')}",
			wait_until="domcontentloaded",
		)
		self.unfold(page, "Sell shares back")
		page.fill("#sell-quantity", "1")
		self.send_form(page, "share_requests.ask")
		page.wait_for_selector("form[data-action$='share_requests.withdraw']")
		self.send_form(page, "share_requests.withdraw")
		dues.daily()
		self.commit()
		asked = renewal.open_dues(frappe.get_doc("Member", self.ines.name))
		key = renewal.link(asked).partition("key=")[2]
		mail = self.page("en", **NARROW)
		mail.goto(f"{self.url}/membership-renewal?key={key}&_lang=en", wait_until="domcontentloaded")
		self.assertIn("60", mail.inner_text("#go-on ~ p"))
		self.picture(mail, "portal-renewal-phone-en")
		mail.select_option("#months", "3")
		mail.click("form:has(#months) button")
		mail.wait_for_selector(".coop-step:has-text('pauses until')")
		self.look_again()
		self.assertIsNone(renewal.open_dues(frappe.get_doc("Member", self.ines.name)))

	def test_the_card_says_valid_and_nothing_more(self):
		page = self.page("en", **NARROW)
		for key, word in ((cards.check_link(self.ines).partition("key=")[2], "Valid"), ("x", "Not valid")):
			page.goto(f"{self.url}/membership-check?key={key}&_lang=en", wait_until="domcontentloaded")
			said = page.inner_text("body")
			self.assertIn(word, page.inner_text("h1"))
			for secret in (self.ines.name, "Ménard", str(self.ines.email), self.cooperative.title):
				self.assertNotIn(secret, said)

	def unfold(self, page, title: str) -> None:
		page.locator("summary", has_text=title).first.click()

	def send_form(self, page, action: str) -> None:
		"""Press a form's button and wait for the page that follows."""
		with page.expect_response(lambda answer: f"{action}" in answer.url) as answered:
			page.locator(f"form[data-action$='{action}'] button").first.click()
		self.assertEqual(answered.value.status, 200, action)
		page.wait_for_selector("#my-flash:not(:empty)")


class TestEveryKindOfMember(BrowserCase):
	"""Each kind of people × each of their pages, on a phone and in French."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.people = member_kinds.make(*member_kinds.cooperatives(cls.a_cooperative))
		cls.pages = {}
		for kind, (user, name) in cls.people.items():
			cls.let_in(user)
			with factories.as_user(user):
				cls.pages[kind] = [one.name for one in sections.for_member(frappe.get_doc("Member", name))]

	def heard(self, message) -> None:
		if message.type == "error":
			self.errors.append(message.text)

	def answered(self, answer) -> None:
		if answer.status >= 400:
			self.errors.append(f"{answer.status} {answer.url}")

	def test_every_page(self):
		"""It opens, with nothing in the console, no word of English, and nothing to scroll sideways for."""
		packages, french = spoken_by()
		for kind, (user, name) in self.people.items():
			page = self.page("fr", user, **NARROW)
			page.on("console", self.heard)
			page.on("response", self.answered)
			for section in self.pages[kind]:
				what = f"{kind}: {section or 'home'}"
				page.goto(
					f"{self.url}{sections.address(section, name, _lang='fr')}", wait_until="domcontentloaded"
				)
				page.wait_for_selector("#my-content h1")
				self.assertEqual(page.locator(".my-menu a[aria-current=page]").count(), 1, what)
				page.evaluate(
					"document.querySelectorAll('#my-content details').forEach(one => one.open = true)"
				)
				self.assertEqual(english.left(page.evaluate(english.SEEN), packages, french), set(), what)
				wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
				self.assertLessEqual(wide, 1, what)
				if folder := os.environ.get("COOP_SCREENSHOTS"):
					name_of = f"{kind}-{section or 'home'}".replace(" ", "-")
					page.screenshot(path=Path(folder) / f"kind-{name_of}.png", full_page=True)
				self.assertEqual(self.errors, [], what)
