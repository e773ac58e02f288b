"""What a request may not leave behind."""

from __future__ import annotations

import threading

import frappe

from coop_membership.tests.case import FrappeTestCase
from embedded.middleware import NoGuessing, NoProxy, OneAtATime


class TestOneAtATime(FrappeTestCase):
	def test_a_transaction_ends_with_its_request(self):
		"""A request writes and fails where nobody catches it: the next one can write, and finds nothing of the first."""
		frappe.db.commit()  # this test's own lock

		def fails(environ, start_response):
			frappe.init(force=True)
			frappe.connect()
			frappe.get_doc({"doctype": "ToDo", "description": "left behind"}).insert()
			raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")

		def answers(environ, start_response):
			frappe.init(force=True)
			frappe.connect()
			frappe.get_doc({"doctype": "ToDo", "description": "comes next"}).insert()
			frappe.db.commit()
			return [b"done"]

		said = []

		def requests():
			server = OneAtATime(fails)
			try:
				server({}, None)
			except UnicodeEncodeError as error:
				said.append(error)
			server.application = answers
			said.append(server({}, None))

		thread = threading.Thread(target=requests)  # what Frappe keeps of a request is kept by thread
		thread.start()
		thread.join(60)
		self.assertEqual(said[1:], [[b"done"]])
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists("ToDo", {"description": ["like", "%left behind%"]}))
		self.assertTrue(frappe.db.exists("ToDo", {"description": ["like", "%comes next%"]}))
		frappe.db.delete("ToDo", {"description": ["like", "%comes next%"]})
		frappe.db.commit()


class TestVisitors(FrappeTestCase):
	def test_where_a_visitor_comes_from_is_not_his_to_say(self):
		"""He forges X-Forwarded-For, by which the engine counts how often somebody posts: it does not arrive."""
		seen = []
		forged = {"HTTP_X_FORWARDED_FOR": "10.9.8.7", "REMOTE_ADDR": "127.0.0.1"}
		NoProxy(lambda environ, _start: seen.append(environ))(forged, None)
		self.assertEqual(seen, [{"REMOTE_ADDR": "127.0.0.1"}])

	def test_one_header_and_no_second_one(self):
		for given, sent in (
			([("Content-Type", "text/plain")], ["Content-Type", "X-Content-Type-Options"]),
			([("x-content-type-options", "nosniff")], ["x-content-type-options"]),
		):
			application = NoGuessing(lambda _environ, start, given=given: start("200 OK", given))
			headers = application({}, lambda _status, headers: headers)
			self.assertEqual([name for name, _value in headers], sent)
