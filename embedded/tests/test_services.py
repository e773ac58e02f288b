"""Cache, jobs, mails, PDFs, argument types: what needs a server or was a stub."""

from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase, change_settings, patch_hooks, timeout  # noqa: TID251

from embedded.tests import sample


def note(title):
	frappe.get_doc({"doctype": "Note", "title": title}).insert()


def start_afresh():
	frappe.db.rollback()


def fail():
	raise ValueError("the job failed")


class TestJobs(FrappeTestCase):
	def test_now(self):
		self.assertEqual(frappe.enqueue("frappe.utils.cint", now=True, s="4"), 4)

	def test_after_the_commit(self):
		frappe.enqueue(note, title="after commit")
		self.assertFalse(frappe.db.exists("Note", {"title": "after commit"}))
		frappe.db.commit()
		self.assertTrue(frappe.db.exists("Note", {"title": "after commit"}))

	def test_not_after_a_rollback(self):
		frappe.enqueue(note, title="rolled back")
		frappe.db.rollback()
		frappe.db.commit()
		self.assertFalse(frappe.db.exists("Note", {"title": "rolled back"}))

	def test_a_failure_is_logged_and_hurts_nobody(self):
		with patch("builtins.print"):
			frappe.enqueue(fail)
			frappe.db.commit()
		self.assertIn("the job failed", frappe.get_last_doc("Error Log").error)

	def test_a_job_that_rolls_back_leaves_the_next_one(self):
		"""A worker's jobs know nothing of each other: settlement begins with a rollback, for each demand of a payment."""
		frappe.enqueue(start_afresh)
		frappe.enqueue(note, title="the one after")
		frappe.db.commit()
		self.assertTrue(frappe.db.exists("Note", {"title": "the one after"}))

	def test_once(self):
		from frappe.utils.background_jobs import is_job_enqueued

		for _time in range(2):
			frappe.enqueue(note, title="once", job_id="once", deduplicate=True)
		self.assertTrue(is_job_enqueued("once"))
		frappe.db.commit()
		self.assertFalse(is_job_enqueued("once"))
		self.assertEqual(frappe.db.count("Note", {"title": "once"}), 1)


class TestPaperAndMail(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		sample.make_doctypes()
		super().setUpClass()

	def test_print_formats_have_a_body_and_become_pdfs(self):
		from io import BytesIO

		from pypdf import PdfReader

		document = sample.make(title="Printed", lines=[{"item": "an item", "amount": 2}])
		self.assertIn("an item", frappe.get_print("Sample", document.name))
		pdf = frappe.get_print("Sample", document.name, as_pdf=True)
		self.assertIn("Printed", PdfReader(BytesIO(pdf)).pages[0].extract_text())
		attached = frappe.attach_print("Sample", document.name)
		self.assertTrue(attached["fname"].endswith(".pdf") and attached["fcontent"].startswith(b"%PDF"))

	def test_pictures_of_the_site_are_read_from_disk(self):
		from embedded.runtime.pdf import local_file

		content = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
		file = frappe.get_doc({"doctype": "File", "file_name": "a.svg", "content": content}).insert()
		self.assertEqual(local_file(frappe.utils.get_url(file.file_url)).read_bytes(), content)
		self.assertIsNone(local_file(frappe.utils.get_url("/files/../../site_config.json")))

	def test_mails_are_queued_and_stay(self):
		for delayed in (True, False):
			frappe.sendmail(["somebody@example.com"], subject="Hello", message="<b>x</b>", delayed=delayed)
			frappe.db.commit()
			queued = frappe.get_last_doc("Email Queue")
			self.assertEqual(
				(queued.status, queued.recipients[0].recipient), ("Not Sent", "somebody@example.com")
			)
			self.assertIn("Subject: Hello", queued.message)
			frappe.delete_doc("Email Queue", queued.name)


class TestRequests(FrappeTestCase):
	def test_arguments_are_checked_and_converted(self):
		from frappe.utils.typing_validations import transform_parameter_types

		def function(number: "int", mode: "str | None" = None, unknown: "NotImported" = None):  # noqa: F821
			return number

		self.assertEqual(transform_parameter_types(function, ("4",), {}), ([4], {}))
		with self.assertRaises(frappe.exceptions.FrappeTypeError):
			transform_parameter_types(function, ("four",), {"unknown": 1})

	def test_website_users_go_home_and_not_to_the_desk(self):
		from frappe.apps import get_default_path

		user = frappe.get_doc({"doctype": "User", "email": "web@example.com", "first_name": "W"}).insert()
		self.assertEqual(user.user_type, "Website User")
		with self.set_user(user.name), patch_hooks({"add_to_apps_screen": []}):
			self.assertFalse((get_default_path() or "").startswith("/desk"))

	def test_setup_is_complete(self):
		self.assertTrue(frappe.is_setup_complete())

	def test_log_error(self):
		frappe.log_error("a title", "a text")
		self.assertTrue(frappe.db.exists("Error Log", {"method": "a title"}))

	def test_cache(self):
		frappe.cache.set_value("embedded", {"a": 1})
		self.assertEqual(frappe.cache.get_value("embedded", use_local_cache=False), {"a": 1})
		frappe.client_cache.set_value("embedded2", 2)
		self.assertEqual(frappe.client_cache.get_value("embedded2"), 2)


class TestTestTools(FrappeTestCase):
	def test_test_mode(self):
		self.assertTrue(frappe.in_test and frappe.flags.in_test)

	@change_settings("System Settings", {"country": "Belgium"})
	def test_settings_as_a_decorator(self):
		self.assertEqual(frappe.db.get_single_value("System Settings", "country"), "Belgium")

	def test_settings_in_a_block(self):
		with self.change_settings("System Settings", country="Belgium"):
			self.assertEqual(frappe.db.get_single_value("System Settings", "country"), "Belgium")
		self.assertEqual(frappe.db.get_single_value("System Settings", "country"), "France")

	def test_hooks(self):
		with patch_hooks({"app_name": ["x"]}):
			self.assertEqual(frappe.get_hooks("app_name"), ["x"])
		self.assertEqual(frappe.get_hooks("app_name")[0], "frappe")

	def test_timeout(self):
		import time

		with self.assertRaises(TimeoutError):
			timeout(1)(lambda: time.sleep(5))()

	def test_counting_queries(self):
		with self.assertQueryCount(1):
			frappe.db.sql("select 1")
		with self.assertRaises(AssertionError), self.assertQueryCount(0):
			frappe.db.sql("select 1")

	def test_the_clock(self):
		with self.freeze_time("2026-02-03 04:05:06"):
			self.assertEqual(frappe.utils.now(), "2026-02-03 04:05:06.000000")


class TestRollback1(FrappeTestCase):
	def test_leave_something(self):
		note("of the class before")


class TestRollback2(FrappeTestCase):
	def test_nothing_is_left(self):
		self.assertFalse(frappe.db.exists("Note", {"title": "of the class before"}))
