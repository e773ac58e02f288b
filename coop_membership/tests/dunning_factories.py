"""Late payers for tests, on whichever host the site runs. Each function makes one thing and returns its document."""

from __future__ import annotations

import frappe
from frappe.utils import getdate, today

from coop_membership import host
from coop_membership.accounting.in_erpnext.items import leaf, service_item
from coop_membership.dunning.rules.schedule import NET_DAYS, PREVIOUS_NOTICE
from coop_membership.tests import factories, set_up
from coop_membership.tests.case import FrappeTestCase

ONE_WEEK = {"level": 1, "title": "Première relance par email", "delay_days": 7, "computation": NET_DAYS}
FIFTEEN_MORE = {
	"level": 2,
	"title": "Deuxième relance par courriel",
	"delay_days": 15,
	"computation": PREVIOUS_NOTICE,
}


class DunningCase(FrappeTestCase):
	"""Each test starts from the installed site: no run or late invoice of another test stands in its way."""

	def setUp(self):
		frappe.db.rollback()
		self.addCleanup(set_up.clear_documents)  # what was read of what is rolled back
		self.addCleanup(frappe.db.rollback)
		frappe.db.delete("Dunning Run")
		frappe.db.delete("Dunning Notice")
		if host.has_erpnext():
			invoice = frappe.qb.DocType("Sales Invoice")
			frappe.qb.update(invoice).set(invoice.outstanding_amount, 0).where(invoice.docstatus == 1).run()

	def assert_notice(self, notice, **expected) -> None:
		"""Compare fields as a person reads them: dates and numbers by value."""
		notice = frappe.get_doc("Dunning Notice", notice if isinstance(notice, str) else notice.name)
		for field, value in expected.items():
			with self.subTest(field):
				found = notice.get(field)
				self.assertEqual(str(found) if field.endswith("date") else found, value)


def a_policy(*levels: dict, title: str | None = None, **values):
	"""The users' own policy of seed 004 unless levels are given: a week, then 15 days after the reminder before."""
	return frappe.get_doc(
		{
			"doctype": "Dunning Policy",
			"title": title or f"Relance {factories.unique()}",
			"levels": [
				{
					"channel": "E-mail",
					"letter_text": "Payez, s'il vous plaît.",
					"email_text": "Voir la lettre.",
					**level,
				}
				for level in (levels or (ONE_WEEK, FIFTEEN_MORE))
			],
			**values,
		}
	).insert()


def a_late_request(cooperative, due_date: str, **values):
	"""The Share Subscription (75) of a new member, due on a date in the past. Its invoice follows, where there are any."""
	subscription = factories.a_subscription(cooperative, **values)
	late = {"posting_date": due_date, "due_date": due_date}
	frappe.db.set_value("Share Subscription", subscription.name, late)
	if subscription.get("sales_invoice"):
		frappe.db.set_value("Sales Invoice", subscription.sales_invoice, late)
	subscription.reload()
	return subscription


def document_of(subscription) -> str:
	"""Name of what is chased for a subscription: its invoice where books are in ERPNext, itself elsewhere."""
	return subscription.get("sales_invoice") or subscription.name


def a_run(cooperative, control_date: str | None = None, *policies):
	"""A draft run."""
	return frappe.get_doc(
		{
			"doctype": "Dunning Run",
			"cooperative": cooperative.name,
			"control_date": control_date or today(),
			"policies": [{"policy": policy.name} for policy in policies],
		}
	).insert()


def computed(cooperative, control_date: str | None = None, *policies):
	"""A run that made its notices."""
	run = a_run(cooperative, control_date, *policies)
	run.compute()
	return run


def notices_of(run) -> list:
	return [
		frappe.get_doc("Dunning Notice", name)
		for name in frappe.get_all("Dunning Notice", {"run": run.name}, pluck="name", order_by="document")
	]


def sent(run, on: str | None = None) -> list:
	"""Mark all notices of a run as sent, on the control date."""
	names = [notice.name for notice in notices_of(run)]
	for name in names:
		values = {"state": "Sent", "sent_on": on or run.control_date}
		frappe.db.set_value("Dunning Notice", name, values)
	return names


# --- with ERPNext or Dokos -----------------------------------------------------------------------


def a_customer(name: str = "Individuel Deux", email: str | None = "individuel.deux@example.com", **values):
	"""A Customer with a contact; without one when `email` is None."""

	customer = frappe.get_doc(
		{
			"doctype": "Customer",
			"customer_name": f"{name} {factories.unique()}",
			"customer_type": "Individual",
			"customer_group": leaf("Customer Group", "customer_group"),
			"territory": leaf("Territory", "territory"),
			**values,
		}
	).insert()
	if email:
		frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": name,
				"email_ids": [{"email_id": email, "is_primary": 1}],
				"links": [{"link_doctype": "Customer", "link_name": customer.name}],
			}
		).insert()
	return customer


def an_invoice(customer, amount: float = 100, due_date: str | None = None, **values):
	"""A submitted Sales Invoice of the test company; when given, it was due on a date in the past."""

	company = factories.a_company()
	invoice = frappe.get_doc(
		{
			"doctype": "Sales Invoice",
			"customer": customer.name,
			"company": company,
			"currency": "EUR",
			"due_date": today(),
			"ignore_default_payment_terms_template": 1,
			"disable_rounded_total": 1,
			"items": [
				{
					"item_code": service_item("DUNNING-TEST", "Panier de légumes"),
					"description": "Panier de légumes",
					"qty": 1,
					"rate": amount,
					"income_account": frappe.get_cached_value("Company", company, "default_income_account")
					or frappe.get_all("Account", {"company": company, "root_type": "Income", "is_group": 0})[
						0
					].name,
					"cost_center": frappe.get_cached_value("Company", company, "cost_center"),
				}
			],
			**values,
		}
	)
	invoice.insert()
	invoice.submit()
	if due_date:
		late = {"posting_date": due_date, "due_date": getdate(due_date)}
		frappe.db.set_value("Sales Invoice", invoice.name, late)
		frappe.db.set_value("Payment Schedule", {"parent": invoice.name}, "due_date", getdate(due_date))
	invoice = frappe.get_doc("Sales Invoice", invoice.name)
	return invoice


def an_account(title: str, number: str):
	"""A receivable account of the test company."""
	company = factories.a_company()
	found = frappe.db.get_value("Account", {"company": company, "account_number": number})
	if found:
		return found
	parent = frappe.db.get_value(
		"Account", frappe.get_cached_value("Company", company, "default_receivable_account"), "parent_account"
	)
	account = frappe.get_doc(
		{
			"doctype": "Account",
			"account_name": title,
			"account_number": number,
			"company": company,
			"parent_account": parent,
			"account_type": "Receivable",
			"is_group": 0,
		}
	)
	account.insert(ignore_permissions=True)  # a test site
	return account.name


def pay_invoice(invoice, amount: float, on: str) -> str:
	"""Money for an invoice of the host, as its treasurer enters it; returns the Payment Entry's name."""
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	entry = get_payment_entry("Sales Invoice", invoice.name, party_amount=amount)
	entry.update({"posting_date": on, "reference_no": factories.unique(), "reference_date": on})
	entry.insert()
	entry.submit()
	return entry.name
