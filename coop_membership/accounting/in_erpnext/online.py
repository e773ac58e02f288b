"""Paying online: the host's Payment Request for the Sales Invoice of a demand, through the host's gateways.

No gateway is called here; whether money came in is read from the ledger only. Dokos books an authorized payment
itself, ERPNext v15 does not: `authorized` does it there (hosts.md 2.6).
"""

from __future__ import annotations

import json
from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import flt, get_url, getdate

from coop_membership import host, jobs, signing
from coop_membership.accounting import demands
from coop_membership.accounting.books import IN_ERPNEXT
from coop_membership.accounting.transfer import Transfer
from coop_membership.doctypes import Cooperative
from coop_membership.messages import tasks
from coop_membership.states.demands import EXPIRED, is_paid, is_withdrawn

REQUEST = "Payment Request"
REUSABLE = ("Requested", "Initiated", "Failed")
DONE = ("Authorized", "Completed", "Paid")
NOT_ACCEPTED = "Online payment not accepted"
PAGE, PURPOSE, VALID_DAYS = "/membership-payment", "pay", 365
PAID, PENDING, FAILED, TO_PAY, CLOSED = "paid", "pending", "failed", "to pay", "closed"


def gateway_of(cooperative: Cooperative) -> frappe._dict | None:
	"""The Payment Gateway Account that takes money for a cooperative; None where nobody can pay online."""
	if cooperative.accounting != IN_ERPNEXT or not host.has_doctype("Payment Gateway Account"):
		return None
	for row in frappe.get_all(
		"Payment Gateway Account", fields=["*"], order_by="is_default desc, creation asc"
	):
		account = frappe.get_cached_doc("Account", row.payment_account)
		fits = (account.company, account.account_currency) == (cooperative.company, cooperative.currency)
		if fits and row.get("payment_channel") != "Phone":
			return row
	return None


def is_possible(demand) -> bool:
	"""True when its cooperative can be paid online."""
	return bool(gateway_of(frappe.get_cached_doc("Cooperative", demand.cooperative)))


def page_of(demand) -> str | None:
	"""Address of our page to pay a demand, for whoever gets the link; None where nobody can pay online."""
	if not is_possible(demand):
		return None
	return get_url(f"{PAGE}?key={signing.sign(PURPOSE, demand.name, VALID_DAYS)}")


def read_key(key: str | None):
	"""The demand that a link opens. Raises signing.BadKey."""
	name = signing.read(PURPOSE, key)
	if not (found := demands.with_reference("name", name)):
		raise signing.BadKey
	return frappe.get_doc(*found)


def payment_url(demand) -> str | None:
	"""Where the amount still outstanding is paid at the gateway; None when nothing is due or nobody can pay online.

	The same Payment Request as before, or a new one once the amount has changed. The caller checked who asks.
	"""
	host.wait_for(demand.doctype, demand.name)  # two clicks, one request
	gateway = gateway_of(frappe.get_cached_doc("Cooperative", demand.cooperative))
	invoice = gateway and _invoice_of(demand)
	if not invoice or flt(invoice.outstanding_amount, 2) <= 0:
		return None
	with host.as_system():  # the caller checked the person's right, or the key of the link
		request = _open_request(invoice, gateway) or _new_request(demand, invoice, gateway)
		url = _checkout(request, invoice, page_of(demand))
		said = {"status": "Initiated", "payment_url": url}
		request.db_set({field: value for field, value in said.items() if host.has_field(REQUEST, field)})
		return url


def _checkout(request, invoice, back_to: str) -> str:
	"""The gateway's own page for a Payment Request, asked for as the hosts' `get_payment_url` does.

	They do not pass `redirect_to`, by which the gateways lead back: to our page, however the payment ends.
	"""
	from payments.utils import get_payment_gateway_controller

	controller = get_payment_gateway_controller(request.payment_gateway)
	controller.validate_transaction_currency(request.currency)
	if hasattr(controller, "validate_minimum_transaction_amount"):
		controller.validate_minimum_transaction_amount(request.currency, request.grand_total)
	own = "payment_key" if host.has_field(REQUEST, "payment_key") else "payment_gateway"
	return controller.get_payment_url(
		amount=flt(request.grand_total, 2),
		title=invoice.company,
		description=request.subject,
		reference_doctype=REQUEST,
		reference_docname=request.name,
		payer_email=request.email_to,
		payer_name=invoice.customer_name,
		order_id=request.name,
		currency=request.currency,
		redirect_to=back_to,
		**{own: request.get(own)},
	)


def _invoice_of(demand) -> frappe._dict | None:
	if not host.has_erpnext():
		return None
	return frappe.db.get_value(
		"Sales Invoice",
		{demands.kind_of(demand).invoice_link: demand.name, "docstatus": 1, "is_return": 0},
		["name", "customer", "customer_name", "company", "currency", "outstanding_amount", "debit_to"],
		as_dict=True,
	)


def _open_request(invoice, gateway):
	"""The open Payment Request over exactly what is due; others of ours are cancelled."""
	for name in frappe.get_all(
		REQUEST,
		{
			"reference_doctype": "Sales Invoice",
			"reference_name": invoice.name,
			"docstatus": 1,
			"status": ["in", [*REUSABLE, "Partially Paid"]],
		},
		pluck="name",
		order_by="creation asc",
	):
		request = frappe.get_doc(REQUEST, name)
		same_amount = flt(request.grand_total, 2) == flt(invoice.outstanding_amount, 2)
		reusable = request.status in REUSABLE and not is_booked(request.name)
		if same_amount and reusable and request.payment_gateway == gateway.payment_gateway:
			return request
		request.flags.ignore_links = True
		request.cancel()
	return None


def _new_request(demand, invoice, gateway):
	own = {
		"party_type": "Customer",
		"party": invoice.customer,
		"party_name": invoice.customer_name,
		"company": invoice.company,
		"payment_request_type": "Inward",
		"payment_account": gateway.payment_account,
		"payment_channel": gateway.get("payment_channel") or "Other",
		"party_account_currency": frappe.get_cached_value("Account", invoice.debit_to, "account_currency"),
		"payment_gateways": [{"payment_gateway": gateway.payment_gateway}],
	}
	request = frappe.get_doc(
		{
			"doctype": REQUEST,
			"reference_doctype": "Sales Invoice",
			"reference_name": invoice.name,
			"currency": invoice.currency,
			"grand_total": flt(invoice.outstanding_amount, 2),
			"email_to": frappe.db.get_value("Member", demand.member, "email"),
			"subject": demand.payment_reference,
			"mute_email": 1,
			"payment_gateway": gateway.payment_gateway,
			"payment_gateway_account": gateway.name,
			**{field: value for field, value in own.items() if host.has_field(REQUEST, field)},
		}
	)
	request.flags.mute_email = True
	request.insert()
	request.submit()
	return request


def state_of(demand) -> str:
	"""What a page tells about paying a demand: PAID, PENDING, FAILED, TO_PAY or CLOSED."""
	if is_withdrawn(demand) or demand.status == EXPIRED:
		return CLOSED
	invoice = _invoice_of(demand)
	if is_paid(demand) or (invoice and flt(invoice.outstanding_amount, 2) <= 0):
		return PAID
	latest = invoice and frappe.get_all(
		REQUEST,
		{"reference_doctype": "Sales Invoice", "reference_name": invoice.name, "docstatus": 1},
		["name", "status"],
		order_by="creation desc",
		limit=1,
	)
	if not latest:
		return TO_PAY
	if is_booked(latest[0].name):
		return TO_PAY  # that money came in and pays something else now
	if latest[0].status in ("Paid", "Pending"):
		return PENDING
	said = _gateway_said(latest[0].name)
	if said and said.status in DONE:
		return PENDING
	return (
		FAILED
		if latest[0].status == "Failed" or (said and said.status in ("Failed", "Cancelled"))
		else TO_PAY
	)


def is_booked(request: str) -> bool:
	"""True when the money of a Payment Request is in the books, whatever it pays there.

	A correction may have moved it, and the request then asks for money again: what the gateway repeats is no new money.
	"""
	booked = {"reference_no": request}
	if host.has_field("Payment Entry", "payment_request"):
		booked["payment_request"] = request
	return bool(frappe.get_all("Payment Entry", {"docstatus": 1}, or_filters=booked, limit=1))


def _gateway_said(request: str) -> frappe._dict | None:
	"""The gateway's own last word about a request: its Integration Request."""
	rows = frappe.get_all(
		"Integration Request",
		{"reference_doctype": REQUEST, "reference_docname": request},
		["status", "data"],
		order_by="creation desc",
		limit=1,
	)
	return rows[0] if rows else None


def host_books(request) -> bool:
	"""True where the controller of Payment Requests has the method that gateways call."""
	return hasattr(type(request), "on_payment_authorized")


def authorized(request, status: str | None, receive: Callable) -> str | None:
	"""A gateway says how a Payment Request of ours ended: book the money, once, however often it says so.

	What is more than the demand still asks for is shared out like any payment of the member: `receive(demand, transfer)`
	does that. Returns the address of the page to show. What can't be accepted (less money, another currency, a withdrawn
	request) is booked nowhere and left to the managers.
	"""
	document = _document_of(request)
	if not document:
		return None
	frappe.db.get_value(REQUEST, request.name, "name", for_update=True)  # of two calls, one waits here
	request.reload()
	if status not in DONE:
		if request.docstatus == 1 and request.status in REUSABLE and status in ("Failed", "Cancelled"):
			request.db_set("status", "Failed")
	elif request.status != "Paid" and not is_booked(request.name):
		paid, currency = _received(request)
		if problem := _problem(request, paid, currency):
			_refuse(document, request, problem)
		elif paid == flt(request.grand_total, 2) <= _still_due(request):
			_book(document, request, request.set_as_paid)
		else:
			_book(document, request, lambda: _share_out(document, request, paid, receive))
	return page_of(document)


def _document_of(request):
	"""The document of ours whose invoice a Payment Request is about; None when it is somebody else's."""
	if request.reference_doctype != "Sales Invoice":
		return None
	fields = [kind.invoice_link for kind in demands.kinds().values()]
	invoice = frappe.db.get_value("Sales Invoice", request.reference_name, fields, as_dict=True)
	found = demands.linked_from(invoice) if invoice else None
	return frappe.get_doc(*found) if found else None


def _received(request) -> tuple[float, str]:
	"""(amount, currency) that the gateway says it took; what was asked for when it says nothing of it."""
	said = _gateway_said(request.name)
	data = json.loads(said.data or "{}") if said else {}
	amount = data.get("amount")
	return flt(request.grand_total if amount is None else amount, 2), data.get("currency") or request.currency


def _problem(request, paid: float, currency: str) -> str | None:
	"""Why a payment can't be accepted, in a sentence."""
	if request.docstatus != 1 or request.status == "Cancelled":
		return _("The request was withdrawn before.")
	if paid < flt(request.grand_total, 2):
		return _("{0} was paid instead of {1}.").format(paid, flt(request.grand_total, 2))
	if currency != request.currency:
		return _("It was paid in {0} instead of {1}.").format(currency, request.currency)
	return None


def _still_due(request) -> float:
	due = frappe.db.get_value("Sales Invoice", request.reference_name, "outstanding_amount", for_update=True)
	return flt(due, 2)


def _share_out(demand, request, paid: float, receive: Callable) -> None:
	"""Money came in between, or more than was asked for: by the one rule of every payment, into the gateway's account."""
	receive(demand, Transfer(paid, getdate(), reference=request.name, account=request.payment_account))
	done = {"status": "Paid", "outstanding_amount": 0}
	request.db_set({field: value for field, value in done.items() if host.has_field(REQUEST, field)})


def _book(demand, request, book: Callable[[], object]) -> None:
	with jobs.attempt(NOT_ACCEPTED, demand.doctype, demand.name) as tried:
		with host.as_system():  # the gateway's authorization was compared with the request in _problem
			book()
	if tried.failed:  # the money is at the gateway: somebody has to book it, whatever is wrong here
		_leave_to_managers(demand, request, tried.sentence)


def _refuse(demand, request, problem: str) -> None:
	frappe.log_error(
		title=NOT_ACCEPTED,
		message=f"{request.name}: {problem}",
		reference_doctype=demand.doctype,
		reference_name=demand.name,
	)
	_leave_to_managers(demand, request, problem)


def _leave_to_managers(demand, request, problem: str) -> None:
	tasks.ask(
		demand,
		_("An online payment for {0} was not booked. {1} Look at it in the gateway.").format(
			request.name, problem
		),
	)
