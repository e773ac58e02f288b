"""A payment gateway that exists in tests only, behind the interface of the app `payments`.

In a test it is put in place of the host's look-up; a served bench (embedded/bench_server.py) has its page
too, with a button for each way that a payment can end.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import contextmanager
from html import escape
from importlib.util import find_spec
from unittest.mock import patch
from urllib.parse import urlencode

import requests
from werkzeug.wrappers import Request, Response

import frappe
from frappe.utils import get_url

from coop_membership import host
from coop_membership.tests import factories

GATEWAY = "Coop Test"
PAGE = "/coop-test-gateway"
LOOK_UP = "payments.utils.get_payment_gateway_controller"


def is_possible() -> bool:
	"""True where payment gateways can be installed."""
	return host.has_doctype("Payment Gateway Account") and "payments" in frappe.get_installed_apps()


def is_served(url: str) -> bool:
	"""True when the site at an address has the gateway's page."""
	return requests.options(url + PAGE, timeout=60).headers.get("Server-Of") == GATEWAY


def an_account() -> str:
	"""Name of a Payment Gateway Account of the test company for this gateway."""
	if name := frappe.db.get_value("Payment Gateway Account", {"payment_gateway": GATEWAY}):
		return name
	factories.a_company()
	bank = factories.a_bank_account("Gateway")
	factories.a_journal_of(bank)
	if not frappe.db.exists("Payment Gateway", GATEWAY):
		frappe.get_doc({"doctype": "Payment Gateway", "gateway": GATEWAY}).insert()
	account = frappe.get_doc(
		{
			"doctype": "Payment Gateway Account",
			"payment_gateway": GATEWAY,
			"payment_account": bank,
			"currency": "EUR",
			"is_default": 1,
		}
	)
	if account.meta.has_field("company"):
		account.company = factories.COMPANY
	return account.insert().name


class Gateway:
	"""What `payments` wants of a gateway; the customer's moves are the methods below."""

	doctype = "Coop Test Settings"
	asked_for = "1"

	def validate_transaction_currency(self, currency: str) -> None:
		if currency != "EUR":
			frappe.throw("EUR only")

	def get_payment_url(self, **asked) -> str:
		self.asked = asked
		return get_url(f"{PAGE}?{urlencode(asked)}")

	def says(self, request: str, status: str, **data) -> str | None:
		"""The gateway reports, by its page or its webhook, as frappe/payments does: a note, then the document."""
		self.notes(request, status, **data)
		with factories.as_user("Guest"), patch.object(frappe.db, "commit"):
			return frappe.get_doc("Payment Request", request).run_method(
				"on_payment_authorized", status, *(self.reference() if self.passes_reference else ())
			)

	def notes(self, request: str, status: str, **data) -> None:
		"""The gateway keeps how a payment ended; of failures nobody is told."""
		request = frappe.get_doc("Payment Request", request)
		note = {"amount": request.grand_total, "currency": request.currency, **data}
		integration = frappe.get_doc(
			{
				"doctype": "Integration Request",
				"integration_request_service": GATEWAY,
				"reference_doctype": "Payment Request",
				"reference_docname": request.name,
				"status": status if status in ("Completed", "Failed", "Cancelled") else "Authorized",
				"data": json.dumps(note),
			}
		)
		if request.status != "Paid":  # a gateway that repeats itself makes no second note
			integration.insert(ignore_permissions=True)  # as a gateway does

	@property
	def passes_reference(self) -> bool:
		"""True on Dokos, whose gateways hand on their own number of the payment, and which books it itself."""
		return host.has_field("Payment Request", "payment_key")

	def reference(self) -> tuple[str]:
		return (f"charge-{self.asked_for}",)


def with_page(application: Callable, site: str) -> Callable:
	"""WSGI middleware: the gateway's own page, and the gateway for who looks it up in this process."""
	if not find_spec("payments"):
		return application
	patch(LOOK_UP, return_value=Gateway()).start()

	def answer(environ: dict, start_response: Callable):
		if environ["PATH_INFO"] != PAGE:
			return application(environ, start_response)
		request = Request(environ)
		page = _pressed(request, site) if request.method == "POST" else _shown(request)
		return page(environ, start_response)

	return answer


def _shown(request: Request) -> Response:
	asked = request.args
	if request.method == "OPTIONS":
		return Response(headers={"Server-Of": GATEWAY})
	buttons = "".join(
		f'<button name="status" value="{status}">{status}</button> ' for status in ("Completed", "Failed")
	)
	what = escape(f"{asked['amount']} {asked['currency']}, {asked['description']}")
	return Response(
		f'<h1>{GATEWAY}</h1><p>{what}</p><form method="post">{buttons}</form>', mimetype="text/html"
	)


def _pressed(request: Request, site: str) -> Response:
	"""Report, then lead to the page that `payments` shows at the end (its `finalize_request`)."""
	status, asked = request.form["status"], request.args
	with _connected(site):
		gateway = Gateway()
		gateway.asked_for = asked["order_id"]
		to = asked.get("redirect_to")
		if status == "Completed":
			said = gateway.says(asked["reference_docname"], status)
			page, to = "/payment-success", to if said in (None, "no-redirection") else said
		else:
			page = "/payment-failed"
			gateway.notes(asked["reference_docname"], status)
		frappe.db.commit()
	location = f"{page}?{urlencode({'redirect_to': to})}" if to else page
	return Response(status=303, headers={"Location": location})


@contextmanager
def _connected(site: str):
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	try:
		yield
	finally:
		frappe.destroy()
