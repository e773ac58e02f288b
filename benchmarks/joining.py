"""One member from application to register entry: application, approval, payment, entry. N members, a transaction each.

(a) books in ERPNext, beside the bare documents that ERPNext needs for it, made alone on the same site in the same run:
aim at most 1.25 times. (b) books kept elsewhere: aim under 60 ms (the Odoo peer: 230 ms). (c) with the two PDFs and
three mails on top: aim under 700 ms more (peer: 2,400 ms more).
"""

from __future__ import annotations

import statistics
import time

import frappe
from frappe.utils import today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.erpnext import item_of
from coop_membership.tests import factories

MEMBERS = 200
PRINTED = 20
WARM_UP = 5


def run(members: int = MEMBERS) -> None:
	"""Print the medians."""
	frappe.flags.mute_member_mails = True
	if host.has_erpnext():
		bare = measure_bare(members)
		full = measure(IN_ERPNEXT, members)
		print(
			f"(a) books in ERPNext: {full:.0f} ms a member; its bare documents: {bare:.0f} ms; "
			f"ratio {full / bare:.2f} (aim 1.25)"
		)
	print(f"(b) books kept elsewhere: {measure(ELSEWHERE, members):.0f} ms a member (aim 60)")
	print(f"(c) two PDFs and three mails: {measure_printed():.0f} ms more a member (aim 700)")


def measure(accounting: str, members: int) -> float:
	"""Median milliseconds of a member, no mail, no PDF."""
	cooperative = factories.a_cooperative(accounting)
	factories.class_of(cooperative)
	frappe.db.commit()
	try:
		return median_of(lambda: factories.pay(factories.a_subscription(cooperative)), members)
	finally:
		factories.forget(cooperative)


def measure_bare(members: int) -> float:
	"""Median milliseconds of Customer, Contact, Address, Sales Invoice and Payment Entry by themselves."""
	cooperative = factories.a_cooperative(IN_ERPNEXT)
	share_class = frappe.get_doc("Share Class", factories.class_of(cooperative))
	item = item_of(share_class)
	groups = bare_groups()
	frappe.db.commit()
	made: list[list] = []
	try:
		return median_of(lambda: made.append(bare_documents(cooperative, item, groups)), members)
	finally:
		for documents in made:
			for document in reversed(documents):
				for field in document.meta.get_table_fields():
					frappe.db.delete(field.options, {"parent": document.name})
				for ledger in ("GL Entry", "Payment Ledger Entry"):
					frappe.db.delete(ledger, {"voucher_no": document.name})
				frappe.db.delete(document.doctype, {"name": document.name})
		factories.forget(cooperative)


def bare_groups() -> dict:
	leaf = {"is_group": 0}
	return {
		"customer_group": frappe.get_all("Customer Group", leaf, pluck="name", limit=1)[0],
		"territory": frappe.get_all("Territory", leaf, pluck="name", limit=1)[0],
	}


def bare_documents(cooperative, item: str, groups: dict) -> list:
	name = f"Bare {factories.unique()}"
	customer = made("Customer", customer_name=name, customer_type="Individual", **groups)
	link = [{"link_doctype": "Customer", "link_name": customer.name}]
	contact = made(
		"Contact", first_name=name, email_ids=[{"email_id": f"{frappe.scrub(name)}@example.com"}], links=link
	)
	address = made(
		"Address",
		address_title=name,
		address_type="Personal",
		address_line1="3 rue des Lilas",
		pincode="35000",
		city="Rennes",
		country="France",
		links=link,
	)
	invoice = made(
		"Sales Invoice",
		customer=customer.name,
		company=cooperative.company,
		debit_to=cooperative.receivable_account,
		ignore_default_payment_terms_template=1,
		items=[
			{
				"item_code": item,
				"qty": 3,
				"rate": 25,
				"income_account": cooperative.capital_account,
				"cost_center": cooperative.cost_center,
			}
		],
	)
	invoice.submit()
	payment = made(
		"Payment Entry",
		payment_type="Receive",
		company=cooperative.company,
		party_type="Customer",
		party=customer.name,
		paid_from=invoice.debit_to,
		paid_to=frappe.get_cached_value("Company", cooperative.company, "default_bank_account"),
		paid_amount=75,
		received_amount=75,
		source_exchange_rate=1,
		target_exchange_rate=1,
		reference_no=name,
		reference_date=today(),
		references=[
			{"reference_doctype": "Sales Invoice", "reference_name": invoice.name, "allocated_amount": 75}
		],
	)
	payment.submit()
	return [customer, contact, address, invoice, payment]


def made(doctype: str, **values):
	return frappe.get_doc({"doctype": doctype, **values}).insert()


def measure_printed() -> float:
	"""Milliseconds that the three mails and the two PDFs add: queued with the member, printed when they are sent."""
	from coop_membership.membership import mail

	cooperative = factories.a_cooperative(ELSEWHERE)
	factories.class_of(cooperative)
	frappe.db.commit()
	try:
		subscriptions = [factories.pay(factories.a_subscription(cooperative)) for _ in range(PRINTED + 1)]
		frappe.db.commit()
		frappe.flags.mute_member_mails = False
		queue = iter(subscriptions)

		def mails_of_one():
			subscription = next(queue)
			application = frappe.get_doc("Membership Application", subscription.application)
			mail.send("Application Received", application)
			for event, doctype, name in (
				("Capital Release Request", "Share Subscription", subscription.name),
				("Certificate", "Member", subscription.member),
			):
				mail.send(event, subscription)
				frappe.attach_print(doctype, name, print_format=mail.EVENTS[event].pdf)

		return median_of(mails_of_one, PRINTED, warm_up=1)
	finally:
		frappe.flags.mute_member_mails = True
		frappe.db.delete("Email Queue", {"status": "Not Sent", "reference_doctype": "Share Subscription"})
		factories.forget(cooperative)


def median_of(action, times: int, warm_up: int = WARM_UP) -> float:
	milliseconds = []
	for count in range(times + warm_up):
		start = time.perf_counter()
		action()
		frappe.db.commit()
		if count >= warm_up:
			milliseconds.append((time.perf_counter() - start) * 1000)
	return statistics.median(milliseconds)
