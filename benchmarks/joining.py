"""One member from application to register entry: application, approval, payment, entry. N members, a transaction each.

(a) Books in ERPNext, beside the bare documents that ERPNext needs for it, made alone on the same site in the same
run: aim at most 1.25 times. (b) Books kept elsewhere: aim under 60 ms (the Odoo peer: 230 ms). (c) With the two PDFs
and three mails on top: aim under 700 ms more (peer: 2,400 ms more).
"""

from __future__ import annotations

import statistics
import time

import frappe
from frappe.utils import today

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.accounting.in_erpnext.books import service_item
from coop_membership.messages import events, mail
from coop_membership.tests import factories

MEMBERS = 200
PRINTED = 20
WARM_UP = 5
REFERENCE = 410  # milliseconds of the bare documents on the machine for which the aims were set


def run(members: int = MEMBERS) -> None:
	"""Print the medians."""
	frappe.flags.mute_member_mails = True
	with Elsewhere() as elsewhere:
		if not host.has_erpnext():
			[without] = medians([elsewhere.join], members)
		else:
			with InErpnext() as in_erpnext, Bare() as bare:
				alone, full, without = medians([bare.join, in_erpnext.join, elsewhere.join], members)
			print(
				f"(a) books in ERPNext: {full:.0f} ms a member; its bare documents: {alone:.0f} ms; "
				f"ratio {full / alone:.2f} (aim 1.25)"
			)
			print(f"    the bare documents take {alone / REFERENCE:.2f} times what they took for the aims")
		print(f"(b) books kept elsewhere: {without:.0f} ms a member (aim 60)")
		print(f"(c) two PDFs and three mails: {elsewhere.printed():.0f} ms more a member (aim 700)")


class Joining:
	"""A cooperative whose members join one after the other; removed at the end."""

	accounting: str

	def __enter__(self):
		self.cooperative = factories.a_cooperative(self.accounting)
		self.share_class = factories.class_of(self.cooperative)
		frappe.db.commit()
		return self

	def __exit__(self, *_error) -> None:
		frappe.db.rollback()
		factories.forget(self.cooperative)

	def join(self):
		"""Returns the paid subscription."""
		# as in the bare documents: namesakes cost both sides more
		shares = {self.share_class: 3}
		application = factories.an_application(
			self.cooperative, shares=shares, last_name=f"Durand {factories.unique()}"
		)
		subscription = frappe.get_doc("Share Subscription", application.approve())
		subscription.record_payment(subscription.amount, today())
		return subscription


class InErpnext(Joining):
	accounting = IN_ERPNEXT


class Bare(Joining):
	"""Customer, Contact, Address, Sales Invoice and Payment Entry by themselves."""

	accounting = IN_ERPNEXT

	def __enter__(self):
		super().__enter__()
		self.item = service_item(f"SHARE-{self.share_class}", self.share_class)
		self.groups = bare_groups()
		self.made: list[list] = []
		frappe.db.commit()
		return self

	def __exit__(self, *error) -> None:
		frappe.db.rollback()
		for documents in self.made:
			for document in reversed(documents):
				for field in document.meta.get_table_fields():
					frappe.db.delete(field.options, {"parent": document.name})
				for ledger in ("GL Entry", "Payment Ledger Entry"):
					frappe.db.delete(ledger, {"voucher_no": document.name})
				frappe.db.delete(document.doctype, {"name": document.name})
		super().__exit__(*error)

	def join(self):
		self.made.append(bare_documents(self.cooperative, self.item, self.groups))


class Elsewhere(Joining):
	accounting = ELSEWHERE

	def printed(self) -> float:
		"""Milliseconds that the three mails and the two PDFs add: queued with the member, printed when they are sent."""
		queue = iter([self.join() for _ in range(PRINTED + 1)])
		frappe.db.commit()
		frappe.flags.mute_member_mails = False
		try:
			[milliseconds] = medians([lambda: mails_of(next(queue))], PRINTED, warm_up=1)
			return milliseconds
		finally:
			frappe.flags.mute_member_mails = True
			frappe.db.delete("Email Queue", {"status": "Not Sent", "reference_doctype": "Share Subscription"})


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


def mails_of(subscription) -> None:
	"""The three mails of a member who joins, and the PDFs of two of them."""
	mail.send("Application Received", frappe.get_doc("Membership Application", subscription.application))
	for event, doctype, name in (
		("Capital Release Request", "Share Subscription", subscription.name),
		("Certificate", "Member", subscription.member),
	):
		mail.send(event, subscription)
		frappe.attach_print(doctype, name, print_format=events.EVENTS[event].pdf)


def medians(actions: list, times: int, warm_up: int = WARM_UP) -> list[float]:
	"""Median milliseconds of each action, a transaction each. They take turns: a machine's moods hit all alike."""
	milliseconds = [[] for _ in actions]
	for count in range(times + warm_up):
		for action, measured in zip(actions, milliseconds, strict=True):
			start = time.perf_counter()
			action()
			frappe.db.commit()
			if count >= warm_up:
				measured.append((time.perf_counter() - start) * 1000)
	return [statistics.median(measured) for measured in milliseconds]
