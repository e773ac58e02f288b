"""The demo's own pages: the bank at which one pays online."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

import frappe

from coop_membership.accounting.books import ELSEWHERE
from coop_membership.accounting.in_erpnext import online
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase
from embedded.demo import PAY, Demo
from embedded.middleware import OneAtATime


class TestGateway(FrappeTestCase):
	def test_paying_online(self):
		"""A request for 75 leads to the bank; refused there nothing is paid, paid there the shares are issued, once."""
		for name in ("gateway_of", "payment_url"):  # put back afterwards
			kept = patch.object(online, name, getattr(online, name))
			kept.start()
			self.addCleanup(kept.stop)
		demo = Demo(OneAtATime(lambda _environ, _start: []), Path())
		cooperative = factories.a_cooperative(ELSEWHERE)
		self.addCleanup(frappe.db.commit)
		self.addCleanup(factories.forget, cooperative)
		subscription = factories.a_subscription(cooperative)
		frappe.db.commit()
		at_bank = urlsplit(online.payment_url(subscription))
		self.assertEqual(at_bank.path, PAY)

		def ask(method: str, sent: bytes = b"") -> tuple[str, dict, str]:
			told: list = []
			environ = {
				"PATH_INFO": PAY,
				"QUERY_STRING": at_bank.query,
				"REQUEST_METHOD": method,
				"CONTENT_LENGTH": str(len(sent)),
				"wsgi.input": io.BytesIO(sent),
			}

			def request():  # what Frappe keeps of a request is kept by thread
				answer = demo(environ, lambda status, headers: told.extend([status, dict(headers)]))
				told.append(b"".join(answer).decode())

			thread = threading.Thread(target=request)
			thread.start()
			thread.join(60)
			frappe.db.rollback()
			return told[0], told[1], told[2]

		status, _headers, page = ask("GET")
		self.assertEqual(status, "200 OK")
		self.assertIn("75,00", page)
		_status, headers, _page = ask("POST", b"end=failed")
		self.assertIn("failed=1", headers["Location"])
		self.assertEqual(frappe.db.get_value("Share Subscription", subscription.name, "status"), "Open")
		for _twice in range(2):
			_status, headers, _page = ask("POST", b"end=paid")
			self.assertTrue(headers["Location"].endswith(urlsplit(online.page_of(subscription)).query))
		paid = frappe.get_doc("Share Subscription", subscription.name)
		self.assertEqual((paid.status, paid.paid_amount), ("Paid", 75))
