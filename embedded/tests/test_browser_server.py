"""The served site, over HTTP and in a browser."""

import os
from concurrent.futures import ThreadPoolExecutor

import requests

import frappe

from coop_membership.tests.case import FrappeTestCase
from embedded.system import chromium
from embedded.tests import sample


class TestServer(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		sample.make_doctypes()
		super().setUpClass()
		cls.url = os.environ["COOP_SITE_URL"]

	def login(self):
		session = requests.Session()
		answer = session.post(f"{self.url}/api/method/login", {"usr": "Administrator", "pwd": "admin"})
		self.assertEqual(answer.json()["home_page"].split("/")[1], "desk")
		page = session.get(f"{self.url}/desk").text
		session.headers["X-Frappe-CSRF-Token"] = page.split('frappe.csrf_token = "')[1].split('"')[0]
		return session

	def test_many_at_once(self):
		session = self.login()
		url = f"{self.url}/api/resource/Sample"
		with ThreadPoolExecutor(12) as pool:
			answers = list(pool.map(lambda n: session.post(url, json={"title": f"Web {n}"}), range(36)))
		self.assertEqual({answer.status_code for answer in answers}, {200})
		frappe.db.rollback()
		self.assertEqual(frappe.db.count("Sample", {"title": ["like", "Web %"]}), 36)

	def test_the_server_sees_what_a_test_changed(self):
		for name in ("Uncached", "Changed"):
			frappe.db.set_single_value("Website Settings", "app_name", name)
			frappe.clear_cache()
			frappe.db.commit()
			self.assertIn(name, requests.get(f"{self.url}/login").text)

	def test_nobody_guesses_what_a_file_is(self):
		"""An upload that is named .txt and holds a page: browsers take it, like every answer, for what it says to be."""
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "page.txt", "content": "<script>1</script>"}
		).insert()
		frappe.db.commit()
		for path in (file.file_url, "/files/nothing.png", "/login", "/api/method/ping", "/assets/nothing.js"):
			answer = requests.get(self.url + path)
			self.assertEqual(answer.headers.get("X-Content-Type-Options"), "nosniff", path)

	def test_links_lead_to_the_server(self):
		self.assertEqual(frappe.utils.get_url("/join"), f"{self.url}/join")

	def test_desk_and_print(self):
		from playwright.sync_api import sync_playwright

		name = sample.make(title="In the browser").name
		frappe.db.commit()
		errors = []
		arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
		with sync_playwright() as playwright:
			browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
			page = browser.new_page()
			page.on("pageerror", lambda error: errors.append(str(error)))
			page.on("response", lambda answer: answer.status >= 400 and errors.append(answer.url))
			page.goto(f"{self.url}/login")
			page.fill("#login_email", "Administrator")
			page.fill("#login_password", "admin")
			page.click(".btn-login")
			page.wait_for_url("**/desk**")
			page.goto(f"{self.url}/desk/sample/{name}")
			page.wait_for_selector("[data-fieldname=title] input")
			self.assertEqual(page.input_value("[data-fieldname=title] input"), "In the browser")
			pdf = page.request.get(
				f"{self.url}/api/method/frappe.utils.print_format.download_pdf?doctype=Sample&name={name}"
			)
			self.assertTrue(pdf.body().startswith(b"%PDF"))
			browser.close()
		self.assertEqual(errors, [])
