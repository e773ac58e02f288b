"""Tests that talk to a served site, over HTTP or in a browser, at $COOP_SITE_URL.

`make test` serves one on every host. Without it, or without a browser, these tests are skipped.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import unittest

import requests

import frappe
from frappe.utils.password import update_password

from coop_membership.tests import factories, set_up
from coop_membership.tests.case import FrappeTestCase

PASSWORD = "Zx9!longpassw0rd"
# the shell has no windows of its own to draw, which takes half the time
CHROMIUM = next(
	filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None
)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1200, "height": 900}}
ACCEPT = "/api/method/frappe.website.doctype.web_form.web_form.accept"
PERSON = {
	"first_name": "Camille",
	"last_name": "Durand",
	"birth_date": "1985-04-12",
	"address_line1": "3 rue des Lilas",
	"postcode": "35000",
	"city": "Rennes",
	"country": "France",
}

# errors of the hosts' own scripts: a workspace that one leaves before it is drawn;
# Dodock's print page without its own kind of format; ERPNext 16's invoice on a younger Frappe than it was written for
FOREIGN = re.compile(
	r"null \(reading 'style'\)|at frappe\.views\.Workspace\.show_page"
	r"|at frappe\.ui\.form\.Form\.set_currency_labels"
)

_visitors = itertools.count(1)


def an_address() -> str:
	"""A network address that no other visitor has: hosts take five forms a minute of one."""
	number = next(_visitors)
	return f"10.{os.getpid() % 250}.{number // 250}.{number % 250}"


class WebCase(FrappeTestCase):
	"""What is written for the server is committed; `factories.forget` removes it at the end."""

	@classmethod
	def setUpClass(cls):
		cls.url = os.environ.get("COOP_SITE_URL")
		if not cls.url:
			raise unittest.SkipTest("no served site: set COOP_SITE_URL")
		super().setUpClass()
		cls.cooperatives, cls.users = [], []
		cls.addClassCleanup(cls.tidy_up)

	@classmethod
	def tidy_up(cls):
		factories.forget(*cls.cooperatives)
		for user in cls.users:
			# on_trash would keep the last System Manager of a site
			frappe.delete_doc("User", user, force=True, ignore_permissions=True, ignore_on_trash=True)
		cls.commit()

	@classmethod
	def a_cooperative(cls, *args, **values):
		"""A Cooperative that is removed at the end, with all that belongs to it."""
		cls.cooperatives.append(factories.a_cooperative(*args, **values))
		return cls.cooperatives[-1]

	@classmethod
	def a_user(cls, *roles: str) -> str:
		"""A User who can log in, removed at the end."""
		cls.users.append(factories.a_user(*roles))
		return cls.let_in(cls.users[-1])

	@staticmethod
	def commit():
		frappe.db.commit()  # the server reads the same database
		set_up.clear_documents()

	@staticmethod
	def look_again():
		"""A new look at what the server wrote."""
		frappe.db.rollback()

	@classmethod
	def let_in(cls, user: str) -> str:
		"""Give a User the password of the tests."""
		update_password(user, PASSWORD)
		cls.commit()
		return user

	def send(
		self, verb: str, path: str, visitor: str | None = None, headers: dict | None = None, **sent
	) -> requests.Response:
		"""A request from an address of its own, so that the limits per address stay switched on."""
		own = visitor or an_address()
		headers = {"X-Forwarded-For": own, "Accept": "application/json", **(headers or {})}
		return requests.request(verb, self.url + path, headers=headers, timeout=180, **sent)

	def logged_in(self, user: str) -> requests.Session:
		"""A session of a User that was let in, which sends its token along."""
		session = requests.Session()
		answer = session.post(
			f"{self.url}/api/method/login", data={"usr": user, "pwd": PASSWORD}, timeout=180
		)
		self.assertEqual(answer.status_code, 200, answer.text[:300])
		session.headers["X-Frappe-CSRF-Token"] = answer.json()["csrf_token"]
		return session


class BrowserCase(WebCase):
	"""A browser, of which every test opens what it needs. JavaScript errors of a page fail its test."""

	@classmethod
	def setUpClass(cls):
		if not CHROMIUM:
			raise unittest.SkipTest("no Chromium")
		try:
			from playwright.sync_api import sync_playwright
		except ImportError:
			raise unittest.SkipTest("Playwright is not installed") from None
		super().setUpClass()
		cls.playwright = sync_playwright().start()
		cls.addClassCleanup(cls.playwright.stop)
		cls.browser = cls.playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
		cls.addClassCleanup(cls.browser.close)

	def setUp(self):
		super().setUp()
		self.errors = []

	def tearDown(self):
		self.assertFalse(self.errors)
		super().tearDown()

	def page(self, language: str = "en", user: str | None = None, **screen):
		"""A page on a screen (PHONE, DESK), as a guest or as a User that was let in."""
		from_home = {"X-Forwarded-For": an_address()}
		context = self.browser.new_context(locale=language, extra_http_headers=from_home, **screen)
		self.addCleanup(context.close)
		if user:
			answer = context.request.post(
				f"{self.url}/api/method/login", form={"usr": user, "pwd": PASSWORD}, timeout=180_000
			)
			self.assertEqual(answer.status, 200)
		page = context.new_page()
		page.set_default_timeout(int(os.environ.get("COOP_PATIENCE", 240)) * 1000)
		page.on("pageerror", self.heard_error)
		return page

	def heard_error(self, error) -> None:
		said = f"{error}\n{error.stack}"
		if not FOREIGN.search(said):
			self.errors.append(said)

	def open_form(self, cooperative, language: str = "en", **screen):
		"""The public form of a cooperative, as a guest."""
		page = self.page(language, **screen)
		page.goto(
			f"{self.url}/join?cooperative={cooperative.name}&_lang={language}", wait_until="domcontentloaded"
		)
		page.wait_for_selector(".join-total strong")
		return page

	def fill(self, page, **values) -> str:
		"""Fill the public form in; returns the e-mail address."""
		email = values.pop("email", None) or f"ines.{factories.unique()}@example.com"
		for field, text in {**PERSON, "email": email, **values}.items():
			control = page.locator(f"#join-{field}")
			if field in ("country", "legal_form"):
				control.select_option(text)
			else:
				control.fill(text)
		return email

	def submit_form(self, page) -> str:
		"""Send the form; returns what the thank-you page says."""
		page.click(".submit-btn")
		page.wait_for_selector(".success-page:not(.hide)")
		return page.inner_text(".success-page")

	def application(self, email: str):
		self.look_again()
		return frappe.get_doc("Membership Application", {"email": email})
